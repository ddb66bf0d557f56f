"""How sure measures over classes or tags are, for which Wilson has no formula."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from training.measures.interval import Z
from training.metrics import ScoreHistogram, bins_of, macro

Floats = NDArray[np.float64]
Confusion = Mapping[tuple[int, int], int]
Reached = tuple[float, float, float]
"""A value and its 95 % interval."""

Decisions = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
"""The tags of a picture that were found, wrongly said, and missed."""

DRAWS = 1000
PERCENTILES = (2.5, 97.5)


def class_measures(confusion: Confusion, classes: int, seed: int = 0) -> dict[str, Reached]:
    """Return macro accuracy and the F1 (macro, weighted) of what was (true, guessed) how often.

    The pictures are drawn again 1,000 times with replacement. Classes without pictures, in a draw
    too, count in no mean.
    """
    pairs = np.array(list(confusion), np.int64).reshape(-1, 2)
    counts = np.array(list(confusion.values()), np.float64)

    def measures(weights: Floats) -> Floats:
        return _class_measures(pairs, weights, classes)

    return _named(("accuracy_macro", "f1_macro", "f1_weighted"), measures, counts, seed)


def tag_measures(decisions: Sequence[Decisions], seed: int = 0) -> dict[str, Reached]:
    """Return the F1 of tags (micro) and of pictures."""
    counts = np.ones(len(decisions))
    sizes = [[len(group) for group in groups] for groups in decisions]
    found, wrong, missed = np.array(sizes, np.float64).T
    own = 2 * found / np.maximum(2 * found + wrong + missed, 1)

    def measures(weights: Floats) -> Floats:
        hits, misses = 2 * (weights @ found), weights @ (wrong + missed)
        return np.array([hits / max(hits + misses, 1.0), weights @ own / max(weights.sum(), 1.0)])

    return _named(("f1_micro", "f1_samples"), measures, counts, seed)


def macro_f1(decisions: Sequence[Decisions], tags: int) -> Reached:
    """Return the F1 averaged over the tags that some picture has, of many thousand tags too.

    Its interval (normal distribution) is the infinitesimal jackknife's: with TP, FP and FN of a tag
    and D = 2 TP + FP + FN, one picture more moves its F1 by 2 (FP + FN) / D^2 where it is found and
    by -2 TP / D^2 where it is wrong or missed; the squares of what each picture moves add up to the
    variance.
    """
    found, wrong, missed = (
        np.bincount(np.concatenate(groups), minlength=tags).astype(np.float64)
        for groups in zip(*decisions, strict=True)
    )
    seen = found + missed > 0
    if not seen.any():
        return np.nan, np.nan, np.nan
    whole = np.maximum(2 * found + wrong + missed, 1.0)
    gain = np.where(seen, 2 * (wrong + missed) / whole**2, 0.0) / seen.sum()
    loss = np.where(seen, 2 * found / whole**2, 0.0) / seen.sum()
    moved = [gain[h].sum() - loss[w].sum() - loss[m].sum() for h, w, m in decisions]
    half = Z * float(np.sum(np.square(moved))) ** 0.5
    mean = float((2 * found / whole)[seen].mean())
    return mean, max(0.0, mean - half), min(1.0, mean + half)


def mean_average_precision(
    histogram: ScoreHistogram,
    scores: NDArray[np.float32],
    targets: NDArray[np.int8],
    slots: NDArray[np.int64],
) -> Reached:
    """Return the average precision averaged over some labels that pictures have.

    Its interval is the infinitesimal jackknife's, as of ``macro_f1``. What a picture moves is known
    only when all are counted, and tags that come together move together: so it needs the scores of
    every picture (``scores`` and ``targets``, N x labels) beside the ``histogram`` of them.
    """
    own, moves = targets[:, slots], histogram.average_precision_moves()
    each = moves[np.maximum(own, 0), slots, bins_of(scores[:, slots])]
    moved = np.where(own >= 0, each, 0.0).sum(1) / len(slots)
    half = Z * float(np.square(moved).sum()) ** 0.5
    mean = macro(histogram.average_precision(), slots)
    return mean, max(0.0, mean - half), min(1.0, mean + half)


def mean_interval(values: Floats) -> Reached:
    """Return a mean and its 95 % interval (normal distribution)."""
    mean = float(values.mean())
    half = 1.96 * float(values.std(ddof=1)) / len(values) ** 0.5 if len(values) > 1 else np.inf
    return mean, mean - half, mean + half


def _class_measures(pairs: NDArray[np.int64], weights: Floats, classes: int) -> Floats:
    true, guessed = pairs.T
    right = np.where(true == guessed, weights, 0.0)
    support, said, hits = (
        np.bincount(ids, values, classes)
        for ids, values in ((true, weights), (guessed, weights), (true, right))
    )
    seen = support > 0
    f1 = 2 * hits / np.maximum(support + said, 1)
    share = support / support.sum()
    return np.array([(hits[seen] / support[seen]).mean(), f1[seen].mean(), f1 @ share])


def _named(
    names: tuple[str, ...], measures: Callable[[Floats], Floats], counts: Floats, seed: int
) -> dict[str, Reached]:
    rng, total = np.random.default_rng(seed), int(counts.sum())
    drawn = [
        measures(rng.multinomial(total, counts / total).astype(np.float64)) for _ in range(DRAWS)
    ]
    low, high = np.percentile(drawn, PERCENTILES, axis=0)
    triples = zip(measures(counts).tolist(), low.tolist(), high.tolist(), strict=True)
    return dict(zip(names, triples, strict=True))
