"""Vectors as points in a plane: t-SNE ``[maaten2008tsne]``, or PCA where there are few."""

import numpy as np
from numpy.typing import NDArray

from training.runner import Matrix

LEAST = 12
"""Fewer points have no neighbourhoods to keep."""

COMPONENTS = 50
PERPLEXITY = 30.0

Points = NDArray[np.float64]


def main_directions(vectors: Matrix, count: int) -> Points:
    """Return vectors (N x E) along their ``count`` directions of largest variance (PCA)."""
    centred = np.asarray(vectors, np.float64) - vectors.mean(0)
    left, sizes, _ = np.linalg.svd(centred, full_matrices=False)
    kept = min(count, len(sizes))
    found = np.zeros((len(vectors), count))
    # The sign of a direction means nothing; this makes it the same everywhere.
    signs = np.sign(left[np.abs(left[:, :kept]).argmax(0), np.arange(kept)])
    found[:, :kept] = left[:, :kept] * sizes[:kept] * np.where(signs == 0, 1, signs)
    return found


def flatten(vectors: Matrix, seed: int) -> tuple[Points, str]:
    """Return points (N x 2) and how they were found: ``t-SNE`` or ``PCA``."""
    if len(vectors) < LEAST or np.ptp(vectors, axis=0).max() == 0:
        return main_directions(vectors, 2), "PCA"
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    reduced = main_directions(vectors, min(COMPONENTS, vectors.shape[1]))
    perplexity = min(PERPLEXITY, (len(vectors) - 1) / 4)
    drawn = TSNE(perplexity=perplexity, init="pca", random_state=seed, n_jobs=1)
    # Its threads wait for each other a thousand times; beside other work that takes a minute.
    with threadpool_limits(limits=1):
        return np.asarray(drawn.fit_transform(reduced), np.float64), "t-SNE"


def nearest_agree(vectors: Matrix, labels: NDArray[np.str_]) -> tuple[float, float]:
    """Return how often the nearest other vector has the same label, and how often by chance.

    Nearness is the cosine of the vectors themselves, not the distance on the map.
    """
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = vectors / np.maximum(lengths, 1e-12)
    alike = unit @ unit.T
    np.fill_diagonal(alike, -np.inf)
    _, counts = np.unique(labels, return_counts=True)
    whole = len(labels)
    chance = float((counts * (counts - 1)).sum() / (whole * max(1, whole - 1)))
    return float((labels[alike.argmax(1)] == labels).mean()), chance
