"""Characters by nearest neighbour in embedding space, beside what colours alone would give."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.datasets.look_alikes import CLOSE_BITS, difference_hash
from training.evaluation.measure import Measure
from training.runner import Matrix

SHOTS = (5, 20)
DRAWS = 5
LEAST_QUERIES = 2


def measure_neighbours(
    names: Sequence[str], paths: Sequence[Path], embeddings: Matrix, set_name: str
) -> list[Measure]:
    """Return top-1 of the nearest of 5 and of 20 examples a character.

    Pictures without a name, with two, or that nearly repeat an earlier one are left out. The
    comparison in the note is one nearest neighbour on an HSV histogram and a 6 x 6 thumbnail.
    """
    single = [i for i, name in enumerate(names) if name and " " not in name]
    kept = [single[i] for i in distinct([paths[i] for i in single])]
    labels = np.asarray([names[i] for i in kept])
    colours = np.stack([colour_features(paths[i]) for i in kept])
    measures = []
    for shots in SHOTS:
        own, spread, queries = nearest(labels, embeddings[kept], shots)
        floor, _, _ = nearest(labels, colours, shots)
        note = f"colours alone {floor:.2f}; spread over draws {spread:.3f}"
        at = f"1 nearest of {shots} examples, {DRAWS} draws"
        measures.append(Measure("character top-1", own, set_name, "pictures", at, queries, note))
    return measures


def nearest(
    labels: NDArray[np.str_], vectors: NDArray[np.float32], shots: int
) -> tuple[float, float, int]:
    """Return mean and spread of top-1 over random galleries, and the number of queries.

    A character with few pictures gives fewer examples, so that two queries are left.
    """
    hits = [hit for _, hit in draws_of(labels, vectors, shots)]
    shares = [float(hit.mean()) for hit in hits]
    return float(np.mean(shares)), float(np.std(shares)), len(hits[-1])


def draws_of(
    labels: NDArray[np.str_], vectors: NDArray[np.float32], shots: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.bool_]]]:
    """Yield of each random gallery the pictures that are not in it, and which of them are right."""
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    for draw in range(DRAWS):
        rng = np.random.default_rng(draw)
        gallery = np.concatenate([_examples(labels, name, shots, rng) for name in set_of(labels)])
        rest = np.setdiff1d(np.arange(len(labels)), gallery)
        found = labels[gallery][(unit[rest] @ unit[gallery].T).argmax(1)]
        yield rest, found == labels[rest]


def set_of(labels: NDArray[np.str_]) -> list[str]:
    """Return the distinct labels in a stable order."""
    return sorted(set(labels.tolist()))


def distinct(paths: Sequence[Path]) -> list[int]:
    """Return the numbers of the pictures that do not nearly repeat an earlier one."""
    hashes: list[int] = []
    kept: list[int] = []
    for number, path in enumerate(paths):
        with Image.open(path) as opened:
            value = difference_hash(opened)
        if all((value ^ other).bit_count() > CLOSE_BITS for other in hashes):
            hashes.append(value)
            kept.append(number)
    return kept


def colour_features(path: Path) -> NDArray[np.float32]:
    """Return an HSV histogram (8 x 4 x 4) and a 6 x 6 thumbnail, each of unit length."""
    with Image.open(path) as opened:
        image = opened.convert("RGB").resize((64, 64), Image.Resampling.BILINEAR)
    hsv = np.asarray(image.convert("HSV")).reshape(-1, 3)
    histogram, _ = np.histogramdd(hsv, bins=(8, 4, 4), range=((0, 256),) * 3)
    thumbnail = np.asarray(image.resize((6, 6), Image.Resampling.BOX), np.float32).ravel()
    parts = [np.sqrt(histogram.ravel()), thumbnail - thumbnail.mean()]
    return np.concatenate([p / max(float(np.linalg.norm(p)), 1e-9) for p in parts]).astype(
        np.float32
    )


def _examples(
    labels: NDArray[np.str_], name: str, shots: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    own = np.flatnonzero(labels == name)
    count = max(1, min(shots, len(own) - LEAST_QUERIES))
    return rng.permutation(own)[:count]
