"""How well taught characters and corrected tags are known, on real pictures with labels.

``make bench NAME=taught`` needs a library whose pictures are tagged (``--library``), and a folder
with a ``labels.csv`` whose first column is the file and whose others are labels (``--data``, may be
given several times). With one column of labels these are characters: taught by 1, 3, 5 and 10
pictures, closed (all are taught) and open (half of them are). With more they are tags: F1 before
and after 50, 100 and 200 corrected pictures. Compared is with the nearest mean of raw vectors, and
with a linear probe on them. Intervals are 95 % of the draws (``--draws``).

Run it again with another library to see what another model is worth.
"""

import argparse
import csv
import sqlite3
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))
from anitag_desktop.learning import calibration, reliance, rows
from anitag_desktop.learning.evidence import Asked, Said, gather
from anitag_desktop.learning.gallery import Taught, recognise
from anitag_desktop.learning.head import UNKNOWN
from anitag_desktop.learning.rivals import Rivals, find, kind, start
from anitag_desktop.learning.rows import Evidence
from anitag_desktop.learning.space import middle_of
from tests.benchmarks.labelled import SPELT

_STRANGERS = 1_000
_OVERVIEW = 4_000


class Known(NamedTuple):
    """Pictures of one folder: vectors, labels, the models' scores of these (picture, label).

    ``starts`` are the logits that rows of the labels start from, beside those of their rivals.
    """

    vectors: np.ndarray
    has: np.ndarray
    scores: np.ndarray
    labels: list[str]
    starts: np.ndarray


def main() -> int:
    """Read, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--data", type=Path, action="append", required=True)
    parser.add_argument("--draws", type=int, default=10)
    args = parser.parse_args()
    library = open_library(args.library)
    vectors = [vector for _, _, vector in library.execute(_VECTORS)]
    every = np.stack([np.frombuffer(vector, "<f2").astype(np.float32) for vector in vectors])
    for folder in args.data:
        with (folder / "labels.csv").open(encoding="utf-8", newline="") as file:
            table = list(csv.reader(file))[1:]
        known = read(library, table)
        print(f"{folder.name}: {len(known.vectors):,} pictures, {len(known.labels)} labels")
        if len(table[0]) == 2:
            characters(known, every, args.draws)
        else:
            tags(known, every, args.draws)
    return 0


def open_library(root: Path) -> sqlite3.Connection:
    """Open both databases to read."""
    found = sqlite3.connect(f"file:{root / 'library.db'}?mode=ro", uri=True)
    found.execute(f"ATTACH 'file:{root / 'index.db'}?mode=ro' AS idx")
    return found


def read(library: sqlite3.Connection, table: list[list[str]]) -> Known:
    """Return what the library knows of the pictures of a table; files are known by their names."""
    labels_of = {Path(row[0]).name: [SPELT.get(one, one) for one in row[1:]] for row in table}
    found = [
        (number, labels_of[name], np.frombuffer(vector, "<f2").astype(np.float32))
        for path, number, vector in library.execute(_VECTORS)
        if (name := Path(bytes(path).decode("utf-8", "replace")).name) in labels_of
    ]
    labels = sorted(
        {label for _, own, _ in found for label in own if label.replace(" ", "") == label}
    )
    has = np.array([[label in own for label in labels] for _, own, _ in found])
    kinds = {kind(label) for label in labels} - {""}
    names = [name for (name,) in library.execute(_NAMES) if kind(name) in kinds]
    names = list(dict.fromkeys((*labels, *names)))
    scores = np.zeros((len(found), len(names)), np.float32)
    place = {number: row for row, (number, _, _) in enumerate(found)}
    column = {name: number for number, name in enumerate(names)}
    for number, name, score in library.execute(_SCORES):
        if number in place and name in column:
            scores[place[number], column[name]] = score / 10_000
    some = np.random.default_rng(0).permutation(len(found))[:_OVERVIEW]
    rivals = find({name: name for name in names}, scores[some])
    own = [rivals.get(label, Rivals()) for label in labels]
    starts = start(labels, own, rows.logit(scores, UNKNOWN), names)
    vectors = np.stack([vector for _, _, vector in found])
    return Known(vectors, has, scores[:, : len(labels)], labels, starts)


def characters(known: Known, every: np.ndarray, draws: int) -> None:
    """Print how well characters are known by few pictures."""
    single = known.has.sum(axis=1) == 1
    who, raw = known.has[single].argmax(axis=1), directed(known.vectors[single])
    space = middle_of(every)
    placed, library = space.place(known.vectors[single]), space.place(every)
    for count in (1, 3, 5, 10):
        told: dict[str, list[float]] = {}
        for seed in range(draws):
            draw = np.random.default_rng(seed)
            strangers = library[draw.permutation(len(library))[:_STRANGERS]]
            for share, test in ((1.0, "closed"), (0.5, "open")):
                names = draw.permutation(len(known.labels))[: int(share * len(known.labels))]
                taught = [draw.permutation(np.flatnonzero(who == one))[:count] for one in names]
                asked = np.setdiff1d(np.arange(len(who)), np.concatenate(taught))
                examples = [Taught(placed[own], placed[:0]) for own in taught]
                scores = recognise(examples, strangers, placed[asked])
                right = names[scores.argmax(axis=1)] == who[asked]
                is_taught, sure = np.isin(who[asked], names), (scores >= 0.5).any(axis=1)
                if test == "closed":
                    keep(told, "top-1", right.mean())
                    keep(told, "nearest mean", nearest_mean(raw, taught, names, who, asked))
                    keep(told, "linear probe", probe(placed, taught, names, who, asked))
                else:
                    keep(told, "open: named", (sure & right)[is_taught].mean())
                    keep(told, "open: precision", right[sure].mean() if sure.any() else 1.0)
                    keep(told, "open: wrong on untaught", sure[~is_taught].mean())
        say(f"{count} examples", told)


def tags(known: Known, every: np.ndarray, draws: int) -> None:
    """Print the F1 of tags before and after corrections."""
    space = middle_of(every[:_STRANGERS])
    placed, logits = space.place(known.vectors), known.starts
    half = len(placed) // 2
    uids = [str(place) for place in range(len(placed))]
    for count in (50, 100, 200):
        told: dict[str, list[float]] = {}
        for seed in range(draws):
            order = np.random.default_rng(seed).permutation(half)
            picked, replay = order[:count], order[count : count + _STRANGERS]
            test = np.arange(half, len(placed))
            evidence = [
                gather(
                    Said({uids[one]: bool(known.has[one, tag]) for one in picked}, False),
                    Asked({uid: place for place, uid in enumerate(uids)}, logits[:, tag], replay),
                )
                for tag in range(len(known.labels))
            ]
            anchors = reliance.choose(placed, evidence)
            anchored = [reliance.anchored(*both) for both in zip(evidence, anchors, strict=True)]
            learnt = rows.learn(placed, anchored)
            fitted = calibration.fit(placed, anchored, learnt)
            starts = logits[test] * np.array([anchor.reliance for anchor in anchors], np.float32)
            answers = fitted.logits(rows.answers(learnt, placed[test], starts))
            shown = 1 / (1 + np.exp(-answers)) >= fitted.thresholds
            bare = [one._replace(logits=0 * one.logits).some(np.arange(count)) for one in evidence]
            probed = rows.scores(rows.learn(placed, bare), placed[test], 0 * logits[test]) >= 0.5
            keep(told, "before", f1(known.scores[test] >= 0.5, known.has[test]))
            keep(told, "after", f1(shown, known.has[test]))
            keep(told, "linear probe", f1(probed, known.has[test]))
        say(f"{count} corrected pictures", told)


def nearest_mean(raw, taught, names, who, asked) -> float:
    """Return how often the nearest mean of raw vectors is right."""
    means = directed(np.stack([raw[own].mean(axis=0) for own in taught]))
    return float((names[(raw[asked] @ means.T).argmax(axis=1)] == who[asked]).mean())


def probe(placed, taught, names, who, asked) -> float:
    """Return how often a linear probe, one logistic row for each character, is right."""
    shown = np.concatenate(taught)
    ones = np.ones(len(shown), np.float32)
    evidence = [
        Evidence(shown, (who[shown] == one).astype(np.float32), ones, 0 * ones) for one in names
    ]
    learnt = rows.learn(placed, evidence)
    found = rows.answers(learnt, placed[asked], np.zeros((len(asked), len(names)), np.float32))
    return float((names[found.argmax(axis=1)] == who[asked]).mean())


def f1(shown: np.ndarray, has: np.ndarray) -> float:
    """Return the mean F1 of tags."""
    both = (shown & has).sum(axis=0)
    return float((2 * both / np.maximum(1, shown.sum(axis=0) + has.sum(axis=0))).mean())


def directed(vectors: np.ndarray) -> np.ndarray:
    """Return vectors at length 1."""
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def keep(told: dict[str, list[float]], what: str, value: float) -> None:
    """Keep one draw."""
    told.setdefault(what, []).append(float(value))


def say(head: str, told: dict[str, list[float]]) -> None:
    """Print means with their intervals."""
    parts = []
    for what, own in told.items():
        low, high = np.quantile(own, (0.025, 0.975))
        parts.append(f"{what} {np.mean(own):.3f} ({low:.3f} to {high:.3f})")
    print(f"  {head}: {', '.join(parts)}", flush=True)


_VECTORS = """
SELECT f.path, s.id, e.vector FROM files f JOIN images i ON i.id = f.image_id
JOIN idx.subjects s ON s.uid = i.sha256 JOIN idx.embeddings e ON e.subject_id = s.id
WHERE e.model_id = (SELECT max(model_id) FROM idx.embeddings)
"""
_SCORES = """
SELECT p.subject_id, t.name, p.score FROM idx.predictions p JOIN idx.tags x ON x.id = p.tag_id
JOIN tags t ON t.uid = x.uid
"""
_NAMES = "SELECT name FROM tags WHERE category = 'general' ORDER BY name"

if __name__ == "__main__":
    sys.exit(main())
