"""What a full retraining is worth, on real pictures with labels that the model never saw.

``make bench NAME=retrained ARGS="--data FOLDER"`` makes a library of ``--pictures`` of a set (a
``labels.csv`` with several columns: tags), tags it, and says of ``--corrected`` of them which of
the labels they have and which not. Then it retrains by the real path, in the process and the
environment that the application trains in (``make training-env``), once for each ``--way``.

Old, refreshed (`--quick`) and retrained models, and these refreshed as well, are asked about as
many other pictures, which are not in the library: mean average precision of the tags, and mean F1
by the thresholds that each model or head has. Beside the gains stand 95 % intervals (500 draws of
pictures). Of a set of characters the tags are their hair and eye colours.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))
from anitag_desktop.domain.retraining import TrainingMode
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.retraining import Retrainer
from anitag_desktop.services.retraining_records import Retraining
from anitag_desktop.storage.store import Store
from tests.benchmarks.labelled import BUNDLED, Labelled, coloured, look_at, table_of, unpacked
from tests.benchmarks.refreshed import Library, f1
from tests.helpers.libraries import open_store
from tests.helpers.toy_libraries import ToyLibrary
from training.metrics import ScoreHistogram, macro

_DRAWS = 500

Answers = tuple[np.ndarray, np.ndarray]
"""Scores (picture, tag), and from which on each tag counts."""


def main() -> int:
    """Train, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a folder with labels.csv")
    parser.add_argument("--pictures", type=int, default=600)
    parser.add_argument("--corrected", type=int, default=200)
    parser.add_argument("--way", nargs="+", choices=("full", "lora"), default=("full", "lora"))
    args = parser.parse_args()
    table = coloured(table_of(args.data, args.pictures))
    own, others = (look_at(args.data, args.pictures, part) for part in (0, 1))
    if own.tags != others.tags:
        parser.error("the labels of the two halves are not the same; take more pictures")
    corrected = np.random.default_rng(0).choice(len(own.has), args.corrected, replace=False)
    print(f"{len(own.has)} pictures, {args.corrected} corrected, {len(own.tags)} tags; ", end="")
    print(f"{len(others.has)} others are asked about", flush=True)
    old: Answers = others.scores[:, : len(others.tags)], others.thresholds
    _print("old", others, old, old)
    _print("refreshed", others, old, refreshed(own, others, corrected))
    with tempfile.TemporaryDirectory() as folder:
        pictures = numbered(unpacked(args.data, table, Path(folder) / "set"), Path(folder) / "art")
        with open_store(Path(folder) / "library") as store:
            library = open_library(store, pictures)
            say(library, own, corrected)
            retrainer = Retrainer(store, library.modelling)
            for way in args.way:
                clock = time.perf_counter()
                found = retrainer.train(TrainingMode(way))
                seconds = time.perf_counter() - clock
                again, new = (
                    look_at(args.data, args.pictures, part, model=found.result) for part in (0, 1)
                )
                _print(way, others, old, (new.scores[:, : len(new.tags)], new.thresholds))
                print(f"  {seconds:.0f} s; {told(found)}", flush=True)
                _print(f"{way}, refreshed", others, old, refreshed(again, new, corrected))
                retrainer.refuse()
    return 0


def numbered(files: Sequence[Path], folder: Path) -> Path:
    """Copy files into a folder, named by their places; return the folder."""
    folder.mkdir()
    for place, path in enumerate(files):
        shutil.copyfile(path, folder / f"{place:06}{path.suffix}")
    return folder


def open_library(store: Store, folder: Path) -> ToyLibrary:
    """Return a library of the pictures of a folder, tagged by the bundled model."""
    library = ToyLibrary(store, BUNDLED.parent)
    library.indexer.add_folder(os.fspath(folder))
    library.indexer.scan()
    library.tag()
    return library


def say(library: ToyLibrary, known: Labelled, corrected: np.ndarray) -> None:
    """Say of the corrected pictures which tags they have and which not."""
    ids, corrector = np.array(library.ids), Corrector(library.store)
    for column, tag in enumerate(known.tags):
        has = known.has[corrected, column]
        corrector.correct(ids[corrected[has]].tolist(), add=[tag])
        corrector.correct(ids[corrected[~has]].tolist(), reject=[tag])


def refreshed(own: Labelled, others: Labelled, corrected: np.ndarray) -> Answers:
    """Return what a personal head says of the others, which learnt from the corrected ones."""
    both = Labelled(
        np.concatenate((own.vectors, others.vectors)),
        np.concatenate((own.has, others.has)),
        np.concatenate((own.scores, others.scores)),
        own.names,
        own.thresholds,
    )
    told = {
        column: {int(place): bool(own.has[place, column]) for place in corrected}
        for column in range(len(own.tags))
    }
    scores, thresholds = Library(both, len(own.has)).refreshed(told, answers=False)
    return scores[len(own.has) :], thresholds


def told(found: Retraining) -> str:
    """Return what the gate says of a retraining."""
    overall = found.report["overall"]
    old, new, (gain, low, high) = overall["old"][0], overall["new"][0], overall["difference"]
    verdict = "better" if found.is_better else f"not better ({', '.join(found.report['reasons'])})"
    return (
        f"gate: {verdict}; right {old:.3f} -> {new:.3f} ({gain:+.3f}, {low:+.3f} to {high:+.3f}) "
        f"on {overall['yes']} yes and {overall['no']} no held out"
    )


def measured(answers: Answers, has: np.ndarray, pictures: np.ndarray) -> np.ndarray:
    """Return mean average precision and mean F1 of the tags on some pictures."""
    scores, thresholds = answers
    histogram = ScoreHistogram(has.shape[1])
    histogram.add(scores[pictures], has[pictures].astype(np.int8))
    given = scores[pictures] >= thresholds
    shown = np.flatnonzero(histogram.support)
    precision = macro(histogram.average_precision(), shown)
    return np.array([precision, f1(given[:, shown], has[pictures][:, shown])])


def _print(name: str, known: Labelled, old: Answers, new: Answers) -> None:
    every, draw = np.arange(len(known.has)), np.random.default_rng(0)
    drawn = [draw.choice(every, len(every)) for _ in range(_DRAWS)]
    gains = [measured(new, known.has, d) - measured(old, known.has, d) for d in drawn]
    low, high = np.percentile(gains, (2.5, 97.5), axis=0)
    values = measured(new, known.has, every)
    gain = values - measured(old, known.has, every)
    for place, what in enumerate(("mean average precision", "mean F1")):
        interval = f"({gain[place]:+.3f}, {low[place]:+.3f} to {high[place]:+.3f})"
        print(f"{name:16} {what} {values[place]:.3f} {interval}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
