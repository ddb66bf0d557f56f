r"""Rivals: tags of one kind of which a picture hardly ever has two, as the models see it.

A model that is in doubt about the colour of hair gives each colour a low score, though it must be
one of them. So a row starts from what is left of a score beside those of the rivals,

.. math:: \frac{o}{n + \sum_j o_j} \quad\text{in place of the odds } o = \frac{score}{1 - score}

where ``n`` is how often a picture has none of all these tags: with ``n`` 1 and no rivals, the same.

Of one kind are tags whose names end in the same word (``blue_hair``, ``long_hair``). Two of a kind
exclude each other if models gave both to far fewer pictures than chance would. Two that models take
for each other (``white_hair``, ``grey_hair``) are often given together, though; so rivals are those
that mostly exclude the same tags, which is called structural equivalence in networks (Lorrain,
White, 1971).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from anitag_desktop.learning.space import Floats

_GIVEN = 0.5
_RARER = 0.25
_CHANCE = 0.01
"""Two tags exclude each other if at most a quarter of the pictures have both that would by chance,
and if chance gives so few in a hundredth of all cases at most."""

_ALIKE = 0.3
"""So large a part of what either of two rivals excludes (itself counted) is excluded by both."""


class Rivals(NamedTuple):
    """The rivals (uids) of a tag; ``none`` is in which part of pictures none of all these is."""

    uids: tuple[str, ...] = ()
    none: float = 1.0


def kind(name: str) -> str:
    """Return the last word of a tag's name, nothing if it has only one word."""
    return name.rpartition("_")[2] if "_" in name else ""


def find(names: Mapping[str, str], scores: Floats) -> dict[str, Rivals]:
    """Return the rivals of those tags that have any, by uid.

    ``names`` are those of tags by uid, ``scores`` (picture, tag) what models gave to some pictures
    of the library, 0 to 1.
    """
    columns_of = defaultdict(list)
    for column, name in enumerate(names.values()):
        columns_of[kind(name)].append(column)
    columns_of.pop("", None)
    uids, found = list(names), {}
    for columns in columns_of.values():
        own = scores[:, columns]
        for place, others in enumerate(_equivalent(_excluding(own))):
            if others.any():
                every = others | (np.arange(len(columns)) == place)
                none = float(np.prod(1 - own[:, every], axis=1).mean())
                rivals = tuple(uids[columns[other]] for other in np.flatnonzero(others))
                found[uids[columns[place]]] = Rivals(rivals, none)
    return found


def heard(uids: Iterable[str], rivals: Iterable[Rivals]) -> tuple[str, ...]:
    """Return of which tags scores are needed where these have these rivals, the former first."""
    return tuple(dict.fromkeys((*uids, *(other for one in rivals for other in one.uids))))


def start(
    uids: Sequence[str], rivals: Sequence[Rivals], logits: Floats, columns: Sequence[str]
) -> Floats:
    """Return the logits (picture, tag) that rows of tags start from, beside those of their rivals.

    ``logits`` are what models said, a column for each of ``columns``, among which is all of
    ``heard(uids, rivals)``.
    """
    number = {uid: column for column, uid in enumerate(columns)}
    found = logits[:, [number[uid] for uid in uids]]
    for place, one in enumerate(rivals):
        if one.uids:
            odds = np.exp(logits[:, [number[other] for other in one.uids]])
            found[:, place] -= np.log(one.none + odds.sum(axis=1))
    return found


def _excluding(scores: Floats) -> NDArray[np.bool_]:
    """Return whether two tags exclude each other; each does itself."""
    from scipy.special import pdtr

    given = (scores >= _GIVEN).astype(np.float32)
    count, both = given.sum(axis=0), given.T @ given
    expected = np.outer(count, count) / max(len(given), 1)
    found: NDArray[np.bool_] = (both <= _RARER * expected) & (pdtr(both, expected) <= _CHANCE)
    np.fill_diagonal(found, val=True)
    return found


def _equivalent(excluding: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return whether two tags exclude the same ones, mostly."""
    table = excluding.astype(np.float32)
    shared, size = table @ table, table.sum(axis=0)
    found: NDArray[np.bool_] = shared >= _ALIKE * (size[:, None] + size - shared)
    np.fill_diagonal(found, val=False)
    return found
