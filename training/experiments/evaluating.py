"""Measures a trained network on sets that it was not trained on, by the code of ``evaluate``.

It is asked as it is, not as its export. Beside each measure stands what became of every picture, so
that cells can be compared in pairs.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch

from training.datasets.vocabulary import Vocabulary
from training.evaluation.colours import colour_hits
from training.evaluation.labelled_set import LabelledSet, read_set
from training.evaluation.neighbours import distinct, draws_of
from training.evaluation.sets import colours_of
from training.experiments.study import Evaluation
from training.preprocessing import read_prepared
from training.runner import Matrix
from training.tasks.tagging import TaggingTask

SHOTS = 5
"""Examples of each character, as in the first of the two measures of ``training evaluate``."""

BATCH = 32

Found = tuple[float, str, str]
"""A measure; a digit for each picture, of how often it was right; and of how often it was asked."""


def evaluate(
    task: TaggingTask, evaluations: Sequence[Evaluation], data: Path, cache: Path
) -> dict[str, Found]:
    """Return each measure by its name: ``hair SET``, ``eyes SET`` or ``characters SET``."""
    found: dict[str, Found] = {}
    for evaluation in evaluations:
        labelled = _labelled(data / evaluation.folder, cache, evaluation.limit)
        said = _said(task, labelled.paths, evaluation.size)
        for part, measured in _measured(labelled, said, task.vocabulary):
            found[f"{part} {evaluation.name}"] = measured
    return found


@torch.no_grad()
def _said(task: TaggingTask, paths: Sequence[Path], size: int) -> tuple[Matrix, Matrix]:
    """Return what the network says of picture files: scores (N x labels), embeddings (N x E)."""
    preparation = task.collection.views.preparation
    task.network.eval()
    scores, embeddings = [], []
    for start in range(0, len(paths), BATCH):
        some = [read_prepared(path, preparation, size) for path in paths[start : start + BATCH]]
        logits, features = task.network(torch.from_numpy(np.stack(some)))
        scores.append(torch.sigmoid(logits).numpy())
        embeddings.append(features.numpy())
    return np.concatenate(scores), np.concatenate(embeddings)


def _measured(
    labelled: LabelledSet, said: tuple[Matrix, Matrix], vocabulary: Vocabulary
) -> Iterator[tuple[str, Found]]:
    scores, embeddings = said
    for part in ("hair", "eyes"):
        hits = colour_hits(colours_of(labelled, part), scores, vocabulary)
        if len(hits.rows):
            yield part, (float(hits.right.mean()), _digits(hits.right), "1" * len(hits.rows))
    for column in ("character", "characters"):
        if labelled.has(column):
            yield "characters", _characters(labelled, column, embeddings)


def _characters(labelled: LabelledSet, column: str, embeddings: Matrix) -> Found:
    names = labelled.column(column)
    single = [i for i, name in enumerate(names) if name and " " not in name]
    kept = [single[i] for i in _distinct(tuple(labelled.paths[i] for i in single))]
    labels = np.asarray([names[i] for i in kept])
    right, asked = np.zeros(len(kept), np.int64), np.zeros(len(kept), np.int64)
    shares = []
    for rest, hit in draws_of(labels, embeddings[kept], SHOTS):
        asked[rest] += 1
        right[rest] += hit
        shares.append(float(hit.mean()))
    return float(np.mean(shares)), _digits(right), _digits(asked)


@lru_cache(maxsize=8)
def _labelled(folder: Path, cache: Path, limit: int) -> LabelledSet:
    return read_set(folder, cache, limit)


@lru_cache(maxsize=8)
def _distinct(paths: tuple[Path, ...]) -> list[int]:
    return distinct(paths)


def _digits(numbers: np.ndarray) -> str:
    return "".join(str(int(number)) for number in numbers)
