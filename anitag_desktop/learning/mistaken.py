"""Mistaken: which examples of a character fit another one better, as a wrong name would.

An example is compared with the others of its character, but for its near-duplicates, and with those
of everybody else. ``d`` being by how many spreads of the library it fits its own better (see
``gallery``), the name is taken for as likely as the logistic function of ``d`` says.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from anitag_desktop.learning.gallery import NEAREST, Taught, fits, kin, measure_strangers
from anitag_desktop.learning.space import Floats, Vectors

Groups = Sequence[NDArray[np.intp]]
"""Of each character the groups of near-duplicates that its examples belong to."""


class Doubt(NamedTuple):
    """How likely an example shows its character, 0 to 1, beside another one (their places)."""

    character: int
    example: int
    likely: float
    rival: int


def doubt(taught: Sequence[Taught], groups: Groups, strangers: Vectors) -> list[Doubt]:
    """Return what can be told of examples: of characters with enough others, beside rivals.

    Outfits of a character, and who wears it, are no rivals, nor is whoever is taught by the same
    picture.
    """
    usual, found = measure_strangers(strangers), []
    for place, one in enumerate(taught):
        rivals = [at for at in range(len(taught)) if at not in kin(taught, place)]
        fitted = np.full((len(rivals) + 1, len(one.examples)), -np.inf, np.float32)
        for row, at in enumerate(rivals):
            is_apart = ~np.isin(groups[place], groups[at])
            fitted[row, is_apart] = fits(taught[at].examples, one.examples[is_apart])
        own, best = _own(one.examples, groups[place]), fitted.argmax(axis=0)
        beside = np.take_along_axis(fitted, best[None], axis=0)[0]
        for example in np.flatnonzero(np.isfinite(own) & np.isfinite(beside)).tolist():
            both = np.array([own[example], beside[example]], np.float32)
            apart = float(np.subtract(*usual.spreads(both)))
            likely = 1 / (1 + math.exp(-apart))
            found.append(Doubt(place, example, likely, rivals[best[example]]))
    return found


def _own(examples: Vectors, groups: NDArray[np.intp]) -> Floats:
    """Return how well each example fits the others; NaN where these are too few."""
    found = np.full(len(examples), np.nan, np.float32)
    for place, group in enumerate(groups):
        others = examples[groups != group]
        if len(others) >= NEAREST:
            found[place] = fits(others, examples[place : place + 1])[0]
    return found
