"""The gallery: characters known by a few pictures each, and an honest "unknown" for all others.

How well a picture fits a character is the mean of two cosines: to the mean of its examples, and to
the three nearest of them (costumes and ages are many things, a mean is one). How alike any pictures
of the library are tells what a fit is worth: it is counted in their spread above their middle, both
of Fisher's z of cosines (the inverse hyperbolic tangent, which makes them nearly normal), and that
means the same for every model and character. A picture shows the character if it fits by
``STRANGE`` spreads. Only the best of all characters is shown, and only if the next is clearly
behind it; a picture nearer to one that the user rejected than to any example shows none.

An outfit is a character within another: it does not compete with the one that wears it, only with
other outfits of the same, and it is never surer than that the wearer is shown. It may have outfits
itself.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from anitag_desktop.learning.space import Floats, Vectors

STRANGE = 6.0
"""Spreads above the middle of pairs (four standard deviations of a normal distribution): with five
examples of each of five or ten characters, at most about two of a hundred pictures of others lay
above (docs/learning.md)."""

MARGIN = 0.8
"""By so many spreads the best character must fit better than the next."""

NEAREST = 3
"""So many of the nearest examples count; from so many on they tell how well they fit each other."""

_QUARTILE = 0.75
"""The spread is from the median to here, not a deviation: a few characters may make up much of a
library."""

_PAIRED = 256
"""So many pictures are compared with each other, in a few milliseconds."""

_LEAST_SPREAD = 1e-3
_NEARLY_ONE = np.float32(0.999)
_LEAST_UNDER = 0.02
"""So far under the threshold is what is not sure: rounding does not bring it over."""


class Taught(NamedTuple):
    """The examples of a character (at least one), and pictures like it that do not show it.

    ``wearer`` is the place of the character of which this is an outfit, -1 if it is none; the
    examples of outfits are among the wearer's.
    """

    examples: Vectors
    rejected: Vectors
    wearer: int = -1


class Strangers(NamedTuple):
    """How alike any two pictures of a library are: middle and spread of Fisher's z of cosines."""

    middle: float
    spread: float

    def spreads(self, cosines: Floats) -> Floats:
        """Return by how many spreads each cosine lies above the middle."""
        found: Floats = (_fisher(cosines) - np.float32(self.middle)) / np.float32(self.spread)
        return found


def recognise(taught: Sequence[Taught], strangers: Vectors, vectors: Vectors) -> Floats:
    """Return a score, 0 to 1, for each picture and character; from 0.5 on it is sure.

    ``strangers`` are vectors of any pictures of the library, at least some ten.
    """
    from scipy.special import expit

    if not taught:
        return np.empty((len(vectors), 0), np.float32)
    usual = measure_strangers(strangers)
    above = np.stack([_above(one, usual, vectors) for one in taught], 1)
    found: Floats = expit(_decided(taught, above))
    return found


def _above(one: Taught, usual: Strangers, vectors: Vectors) -> Floats:
    """Return by how many spreads pictures lie over the threshold of one character."""
    found = usual.spreads(fits(one.examples, vectors)) - np.float32(STRANGE)
    return _without_rejected(one, vectors, found)


def kin(taught: Sequence[Taught], place: int) -> set[int]:
    """Return the places of a character, of its outfits, and of who wears it."""
    outfits = {at for at in range(len(taught)) if place in _worn_by(taught, at)}
    return {*outfits, *_worn_by(taught, place)}


def _worn_by(taught: Sequence[Taught], place: int) -> list[int]:
    """Return the place itself, who wears it, who wears that, and so on."""
    found = [place]
    while (wearer := taught[found[-1]].wearer) >= 0:
        found.append(wearer)
    return found


def measure_strangers(strangers: Vectors) -> Strangers:
    """Return how alike pictures of a library are, by all pairs of some in any order."""
    some = strangers[:_PAIRED]
    pairs = (some @ some.T)[np.triu_indices(len(some), 1)]
    if not len(pairs):
        return Strangers(0.0, 1.0)
    middle, higher = _fisher(np.quantile(pairs, (0.5, _QUARTILE)))
    return Strangers(float(middle), max(float(higher - middle), _LEAST_SPREAD))


def _fisher(cosines: Floats) -> Floats:
    found: Floats = np.arctanh(np.clip(cosines, -_NEARLY_ONE, _NEARLY_ONE))
    return found


def _without_rejected(one: Taught, vectors: Vectors, above: Floats) -> Floats:
    """Let what is nearer to a rejected picture than to an example stay under the threshold."""
    if not len(one.rejected):
        return above
    is_other = (vectors @ one.rejected.T).max(axis=1) > (vectors @ one.examples.T).max(axis=1)
    return np.where(is_other, np.minimum(above, np.float32(-MARGIN)), above)


def fits(examples: Vectors, vectors: Vectors) -> Floats:
    """Return how well each vector fits a character's examples: the mean of two cosines."""
    mean = examples.mean(axis=0)
    length = float(np.linalg.norm(mean))
    to_mean = vectors @ (mean / length if length > 0 else mean)
    cosines = vectors @ examples.T
    count = min(NEAREST, len(examples))
    nearest = np.partition(cosines, -count, axis=1)[:, -count:].mean(axis=1)
    found: Floats = (to_mean + nearest) / 2
    return found


def left_out(one: Taught, strangers: Vectors) -> int:
    """Return how many examples of a character would be known if they were none.

    Of one or two there is nothing to say: 0.
    """
    if len(one.examples) < NEAREST:
        return 0
    usual, known = measure_strangers(strangers), 0
    for at in range(len(one.examples)):
        less = one._replace(examples=np.delete(one.examples, at, axis=0))
        known += bool(_above(less, usual, one.examples[at : at + 1])[0] >= 0)
    return known


def nearness(taught: Sequence[Taught], place: int) -> Floats:
    """Return how well the examples of one character fit each of all: mean cosines.

    The same both ways; 1 for the character itself.
    """
    found, one = np.ones(len(taught), np.float32), taught[place].examples
    for at, other in enumerate(taught):
        if at != place:
            both = fits(one, other.examples), fits(other.examples, one)
            found[at] = (both[0].mean() + both[1].mean()) / 2
    return found


def _decided(taught: Sequence[Taught], above: Floats) -> Floats:
    """Return what is over the threshold, with at most one character and one of its outfits."""
    found = above.copy()
    depths = {one.wearer: len(_worn_by(taught, at)) for at, one in enumerate(taught)}
    for wearer in sorted(depths, key=depths.__getitem__):  # who wears is decided before
        rows = [place for place, one in enumerate(taught) if one.wearer == wearer]
        found[:, rows] = _only_best(above[:, rows])
        if wearer >= 0:
            found[:, rows] = np.minimum(found[:, rows], found[:, [wearer]])
    return found


def _only_best(above: Floats) -> Floats:
    """Keep what is clearly before all others over the threshold, and let the rest be under it."""
    if above.shape[1] < 2:
        return above
    next_best, best = (one[:, None] for one in np.sort(above, axis=1)[:, -2:].T)
    is_the_one = (above == best) & (best - next_best >= MARGIN)
    return np.where(is_the_one, above, _under(above))


def _under(above: Floats) -> Floats:
    """Return all under the threshold, in the same order: suggestions are ranked by it."""
    over = np.maximum(above + np.float32(MARGIN), 0)
    near = -(_LEAST_UNDER + (MARGIN - _LEAST_UNDER) * np.exp(-over))
    found: Floats = np.minimum(above, near.astype(np.float32))
    return found
