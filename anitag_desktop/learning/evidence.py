"""Evidence: what a row is learnt from, out of what the user said and what models said."""

import hashlib
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from anitag_desktop.domain.correction import IMPORT_TRUST
from anitag_desktop.learning.rows import Evidence, balanced
from anitag_desktop.learning.space import Floats

LEAST_NEW = 5
"""So many pictures have to show a tag that no model knows, before the head is ever sure of it."""

_REPLAY = 5.0


class Said(NamedTuple):
    """What the user said of one tag: whether pictures (by any name that does not change) have it.

    ``is_new`` tells that no model ever gave it a score. ``imported`` are other pictures that have
    it, as somebody else said; each weighs ``trust`` (0 to 1) as much. ``answers`` are those of the
    pictures of which the review asked, or that were fully reviewed.
    """

    verdicts: Mapping[str, bool]
    is_new: bool
    imported: frozenset[str] = frozenset()
    answers: frozenset[str] = frozenset()
    trust: float = IMPORT_TRUST

    @property
    def positives(self) -> int:
        """How many pictures have the tag."""
        return sum(self.verdicts.values())

    @property
    def is_enough(self) -> bool:
        """Whether the head may be sure of the tag."""
        return not self.is_new or self.positives >= LEAST_NEW

    def digest(self) -> str:
        """Return what differs when anything else was said."""
        every = (self.imported, self.answers & self.verdicts.keys())
        told: tuple[object, ...] = (sorted(self.verdicts.items()), self.is_new, *map(sorted, every))
        if self.imported and self.trust != IMPORT_TRUST:  # else as before trust could be set
            told = (*told, self.trust)
        return hashlib.sha256(repr(told).encode()).hexdigest()


class Asked(NamedTuple):
    """Where pictures stand among the vectors, and from which logits the row of a tag starts there.

    ``replay`` are the places of pictures of which the user said nothing.
    """

    place_of: Mapping[str, int]
    logits: Floats
    replay: NDArray[np.intp]


def gather(said: Said, asked: Asked) -> Evidence:
    """Return the evidence of one tag.

    What the user said counts for each picture once, more where a tag is rare. The models' answers
    of other pictures are replayed with little weight, or with as much as makes up for what speaks
    against the tag where people only say what is there: else every picture would have it soon.
    """
    from scipy.special import expit

    known = [
        (asked.place_of[uid], has) for uid, has in said.verdicts.items() if uid in asked.place_of
    ]
    imported = [asked.place_of[uid] for uid in sorted(said.imported) if uid in asked.place_of]
    places = np.array([*(place for place, _ in known), *imported], np.intp)
    wanted = np.array([*(has for _, has in known), *(True for _ in imported)], np.float32)
    weights = balanced(wanted)
    weights[len(known) :] *= said.trust
    for_it, against = float(weights @ wanted), float(weights @ (1 - wanted))
    share = max(_REPLAY, for_it - against) / max(len(asked.replay), 1)
    every = np.concatenate((places, asked.replay))
    logits = asked.logits[every]
    stays = expit(asked.logits[asked.replay])
    return Evidence(
        every,
        np.concatenate((wanted, stays)).astype(np.float32),
        np.concatenate((weights, np.full(len(asked.replay), share))).astype(np.float32),
        logits.astype(np.float32),
        len(known),
        len(said.answers & said.verdicts.keys() & asked.place_of.keys()) if said.is_enough else 0,
    )
