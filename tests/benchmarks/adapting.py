"""What adapting a model to a folder is worth, on real pictures with labels that it never reads.

``make bench NAME=adapting ARGS=...`` takes folders with a ``labels.csv`` whose first column is the
file (``--data``, may be given several times), and a model of this project (``--model``; if not
told, the bundled one). With one column of labels these are characters: how often the likeliest is
right by five pictures of each, as the app ranks them, by the nearest example, and by the nearest
mean. With more columns they are tags: F1 of what is learnt from 50 and 200 corrected pictures.

``own`` fits the layer to all of a folder's pictures, those that are asked among them, as a user
does; ``others`` fits it to one half and asks about the other. Intervals hold 98 % of 1,000 draws of
pictures (of tags: all draws of corrected ones), and both models answer for the same draws.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))
from anitag_desktop.learning import rows
from anitag_desktop.learning.few_shots import compare_vectors
from anitag_desktop.learning.gallery import fits
from anitag_desktop.learning.rows import Evidence
from anitag_desktop.learning.space import middle_of
from anitag_desktop.recognition.model_package import ModelPackage
from tests.benchmarks.labelled import BUNDLED, table_of, unpacked
from training.retraining.adapting import fit, looks

CORRECTED, TAG_DRAWS = (50, 200), 5
_SEVERAL = (" ", ";", "|")


def main() -> int:
    """Look, fit, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, action="append", required=True)
    parser.add_argument("--model", type=Path, default=BUNDLED)
    parser.add_argument("--most", type=int, default=2_000, help="pictures of a folder")
    args = parser.parse_args()
    base = ModelPackage.load(args.model)
    print(f"{base.key.model_id} {base.key.revision}")
    for folder in args.data:
        with tempfile.TemporaryDirectory() as place:
            files, labels = read(folder, args.most, Path(place))
            began = time.process_time()
            views = np.concatenate(list(looks(base, base.weights, files)), axis=1)
        seen = time.process_time() - began
        began = time.process_time()
        fit(views)
        fitted = time.process_time() - began
        print(
            f"{folder.name}: {len(files):,} pictures; {seen:.0f} s of a processor to look at them "
            f"in {len(views)} views, {fitted:.1f} s to fit",
            flush=True,
        )
        (characters if len(labels[0]) == 1 else tags)(views, labels)
    return 0


def read(folder: Path, most: int, place: Path) -> tuple[list[Path], list[list[str]]]:
    """Return some pictures of a set, spread over it, and the labels of each."""
    table = table_of(folder, most)
    return unpacked(folder, table, place), [row[1:] for row in table]


def adapted(views: np.ndarray, *, is_own: bool) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield which pictures are asked, and their vectors after adapting."""
    plain = views[0].astype(np.float32)
    if is_own:
        yield np.arange(len(plain)), fit(views).apply(plain)
        return
    order = np.random.default_rng(0).permutation(len(plain))
    halves = np.array_split(order, 2)
    for learnt, asked in (halves, halves[::-1]):
        yield asked, fit(views[:, learnt]).apply(plain[asked])


def characters(views: np.ndarray, labels: list[list[str]]) -> None:
    """Print how often characters are known by five pictures."""
    names = np.array([row[0] for row in labels])
    alone = np.array([not any(one in name for one in _SEVERAL) for name in names])
    _, who = np.unique(names, return_inverse=True)
    for is_own in (True, False):
        for asked, after in adapted(views, is_own=is_own):
            kept = alone[asked]
            pictures, before = asked[kept], views[0][asked[kept]].astype(np.float32)
            for rank in (fits, nearest, nearest_mean):
                found = compare_vectors(
                    who[pictures], np.arange(len(pictures)), before, after[kept], rank=rank
                )
                gain, low, high = found.difference
                print(
                    f"  {'own' if is_own else 'others'}, {found.pictures:,} asked, "
                    f"{rank.__name__}: {found.old.value:.3f} -> {found.new.value:.3f} "
                    f"({gain:+.3f}, {low:+.3f} to {high:+.3f})",
                    flush=True,
                )


def tags(views: np.ndarray, labels: list[list[str]]) -> None:
    """Print the F1 of tags learnt from corrections, on pictures of which nobody spoke."""
    names = sorted({name for row in labels for name in row})
    has = np.array([[name in row for name in names] for row in labels])
    for is_own in (True, False):
        for asked, after in adapted(views, is_own=is_own):
            both = [views[0][asked].astype(np.float32), after]
            for count in CORRECTED:
                told = np.array([learnt(both, has[asked], count, s) for s in range(TAG_DRAWS)])
                gains = told[:, 1] - told[:, 0]
                old, new = told.mean(0)
                print(
                    f"  {'own' if is_own else 'others'}, {len(asked):,} pictures, {count} "
                    f"corrected: F1 {old:.3f} -> {new:.3f} ({gains.mean():+.3f}, "
                    f"{gains.min():+.3f} to {gains.max():+.3f})",
                    flush=True,
                )


def learnt(both: list[np.ndarray], has: np.ndarray, count: int, seed: int) -> list[float]:
    """Return the F1 of both models' vectors after the same corrections."""
    order = np.random.default_rng(seed).permutation(len(has))
    shown, asked = order[:count], order[count:]
    ones = np.ones(count, np.float32)
    found = []
    for vectors in both:
        placed = middle_of(vectors).place(vectors)
        evidence = [Evidence(shown, own[shown].astype(np.float32), ones, 0 * ones) for own in has.T]
        answers = rows.answers(
            rows.learn(placed, evidence), placed[asked], np.zeros(has[asked].shape, np.float32)
        )
        found.append(f1(answers > 0, has[asked]))
    return found


def f1(shown: np.ndarray, has: np.ndarray) -> float:
    """Return the mean F1 of tags."""
    both = (shown & has).sum(axis=0)
    return float((2 * both / np.maximum(1, shown.sum(axis=0) + has.sum(axis=0))).mean())


def nearest(examples: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Return the cosine to the nearest example."""
    return (vectors @ examples.T).max(axis=1)


def nearest_mean(examples: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Return the cosine to the mean of the examples."""
    mean = examples.mean(axis=0)
    return vectors @ (mean / np.linalg.norm(mean))


if __name__ == "__main__":
    sys.exit(main())
