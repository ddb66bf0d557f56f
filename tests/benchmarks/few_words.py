"""What a few words about tags do to pictures of which nobody spoke, on real pictures with labels.

``make bench NAME=few_words ARGS="--data FOLDER"`` says of some pictures of a set (``labelled.py``)
which tags are missing, which are wrong, or both, learns as the application does, and prints of the
half that is never spoken of: the mean F1 of the tags, in brackets which share of all given tags is
wrong, and to how many of 1,000 pictures a tag that words were about comes that had it not: as
decided, and if each counted from one half on. Means of the draws (``--draws``), with their standard
errors.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.benchmarks.labelled import BUNDLED, Labelled, look_at
from tests.benchmarks.refreshed import Library, f1

_SUGGESTED = 0.05
_HALF = 0.5

Words = Callable[[Labelled, int, np.ndarray], list[int]]
"""Of which of some pictures something is said of a tag: what is true."""


class Case(NamedTuple):
    """What is said of how many pictures; ``is_review`` where the application asked for it."""

    what: str
    pictures: int
    words: Words
    is_review: bool = False


def main() -> int:
    """Say, learn, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, action="append", required=True)
    parser.add_argument("--most", type=int, default=3_500, help="pictures of a set")
    parser.add_argument("--part", type=int, default=0, help="which of them; no two have one twice")
    parser.add_argument("--model", type=Path, default=BUNDLED)
    parser.add_argument("--cache", type=Path, help="folder to keep in what the model says")
    parser.add_argument("--draws", type=int, default=8)
    args = parser.parse_args()
    for folder in args.data:
        known = look_at(folder, args.most, args.part, model=args.model, cache=args.cache)
        print(f"{folder.name}: {len(known.vectors):,} pictures, {len(known.tags)} tags")
        for case in CASES:
            told = [measured(known, case, seed) for seed in range(args.draws)]
            print(f"  {case.what}: {said(np.array(told))}", flush=True)
    return 0


def measured(known: Labelled, case: Case, seed: int) -> list[list[float]]:
    """Return F1, the wrong share and what comes: before, as decided, and at one half."""
    order = np.random.default_rng(seed).permutation(len(known.vectors))
    library = Library(known.some(order), len(order) // 2)
    known, asked = library.known, library.asked
    some = np.arange(min(case.pictures, asked) if case.pictures else asked)
    told = {
        tag: {picture: bool(known.has[picture, tag]) for picture in own}
        for tag in range(len(known.tags))
        if (own := case.words(known, tag, some))
    }
    scores, thresholds = library.refreshed(told, answers=case.is_review)
    truth, before = known.has[asked:], given(known)[asked:]
    shown = [before, *(scores[asked:] >= one for one in (thresholds, _HALF))]
    return [judged(one, before, truth) for one in shown]


def given(known: Labelled) -> np.ndarray:
    """Return what the model gives (picture, tag)."""
    return known.scores[:, : len(known.tags)] >= known.thresholds


def judged(shown: np.ndarray, before: np.ndarray, truth: np.ndarray) -> list[float]:
    """Return the F1, the share of what is given that is wrong, and what comes, of 1,000."""
    wrong = (shown & ~truth).sum() / max(1, shown.sum())
    return [f1(shown, truth), float(wrong), float((shown & ~before).mean(axis=0).mean() * 1_000)]


def said(told: np.ndarray) -> str:
    """Return the means (draw, way, measure) in words."""
    error = told.std(axis=0, ddof=1) / len(told) ** 0.5
    return "; ".join(
        f"{way} {one[0]:.3f} +- {its[0]:.3f} ({one[1]:.2f}), {one[2]:.0f} come"
        for way, one, its in zip(
            ("before", "decided", "one half"), told.mean(axis=0), error, strict=True
        )
    )


def missing(known: Labelled, tag: int, some: np.ndarray) -> list[int]:
    """Pictures that have the tag, which the model does not give."""
    return some[known.has[some, tag] & ~given(known)[some, tag]].tolist()


def mistakes(known: Labelled, tag: int, some: np.ndarray) -> list[int]:
    """Pictures of which the model is wrong."""
    return some[known.has[some, tag] != given(known)[some, tag]].tolist()


def one_suggestion(known: Labelled, tag: int, some: np.ndarray, *, has: bool) -> list[int]:
    """One picture of which the model suggests the tag."""
    suggested = known.scores[some, tag] >= _SUGGESTED
    return some[suggested & (known.has[some, tag] == has)][:1].tolist()


def one_wrong(known: Labelled, tag: int, some: np.ndarray) -> list[int]:
    """One picture of which the model suggests the tag wrongly."""
    return one_suggestion(known, tag, some, has=False)


def one_right(known: Labelled, tag: int, some: np.ndarray) -> list[int]:
    """One picture of which the model suggests the tag rightly."""
    return one_suggestion(known, tag, some, has=True)


CASES = (
    *(Case(f"missing tags added on {count}", count, missing) for count in (5, 20, 100)),
    *(Case(f"mistakes corrected on {count}", count, mistakes) for count in (20, 100)),
    Case("one suggestion of each tag rejected", 0, one_wrong),
    Case("one suggestion of each tag confirmed", 0, one_right),
    Case("one no of each tag to the review", 0, one_wrong, is_review=True),
    Case("one yes of each tag to the review", 0, one_right, is_review=True),
)

if __name__ == "__main__":
    sys.exit(main())
