"""How sure a difference between two cells is: a paired bootstrap over seeds and pictures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from training.experiments.result import Result
from training.experiments.study import Cell, Comparison, Study

DRAWS = 4000
SEED = 1
INTERVAL = (2.5, 97.5)


@dataclass(frozen=True, slots=True)
class Difference:
    """``of`` minus ``against``: the mean over seeds and pictures and its 95 % interval.

    ``seeds`` is the number of seeds that both were run with, ``pictures`` that of test pictures.
    """

    of: Cell
    against: Cell
    mean: float
    low: float
    high: float
    seeds: int
    pictures: int


def pairs_of(study: Study, comparison: Comparison) -> list[tuple[Cell, Cell]]:
    """Return the pairs of cells that differ in nothing but the compared axis."""
    place = study.axes.index(comparison.axis)
    cells = {cell.values: cell for cell in study.cells}
    found = []
    for values, cell in cells.items():
        other = (*values[:place], comparison.against, *values[place + 1 :])
        if values[place] == comparison.of and set(comparison.where) <= set(values):
            found += [(cell, cells[other])] if other in cells else []
    return found


def difference(
    of: Cell, against: Cell, results: Iterable[Result], measure: str = ""
) -> Difference | None:
    """Return the difference of two cells on the seeds that both have; None without any.

    Only records of the same data are paired. ``measure`` names one on another set ("": the head
    line).
    """
    by_key = {(r.cell, r.seed): r for r in results}
    rows = []
    for seed in sorted({seed for _, seed in by_key}):
        one, other = by_key.get((of.name, seed)), by_key.get((against.name, seed))
        if one and other and _asked(one, measure) == _asked(other, measure):
            rows.append(shares(one, measure) - shares(other, measure))
    if not rows or not len(rows[0]):
        return None
    table = np.stack([row for row in rows if len(row) == len(rows[0])])
    low, high = bootstrap(table)
    return Difference(of, against, float(table.mean()), low, high, *table.shape)


def _asked(result: Result, measure: str) -> tuple[dict[str, str], str]:
    """Return of which data a record is, and what could be got."""
    return result.data, _outcome(result, measure)[1]


def _outcome(result: Result, measure: str) -> Sequence[str]:
    return result.evaluated[measure] if measure else (result.outcome, result.best)


def shares(result: Result, measure: str = "") -> NDArray[np.float64]:
    """Return what each test picture got of what it could get (0 to 1), those that could get any."""
    got, best = map(_digits, _outcome(result, measure))
    return got[best > 0] / best[best > 0]


def bootstrap(table: NDArray[np.float64]) -> tuple[float, float]:
    """Return the 95 % interval of the mean of seeds x pictures, both drawn anew.

    A picture is drawn with all its seeds, because what is hard with one seed is with another.
    """
    drawn, weights = _drawn(*table.shape)
    means = np.einsum("ds,ds->d", drawn, weights @ table.T)
    low, high = np.percentile(means, INTERVAL)
    return float(low), float(high)


@lru_cache(maxsize=4)
def _drawn(seeds: int, pictures: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how often each seed and each picture is drawn, as shares; the same every time."""
    rng = np.random.default_rng(SEED)
    weights = rng.multinomial(pictures, np.full(pictures, 1 / pictures), size=DRAWS) / pictures
    return rng.multinomial(seeds, np.full(seeds, 1 / seeds), size=DRAWS) / seeds, weights


def _digits(text: Sequence[str] | str) -> NDArray[np.float64]:
    return np.asarray([int(digit) for digit in text], np.float64)
