"""Turns what is known of pictures into target rows: 1 present, 0 absent, -1 unknown."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from anitag_desktop.domain.tag import TagCategory
from training.config import SourceConfig
from training.datasets.sample import LabelledPicture
from training.datasets.vocabulary import Vocabulary

UNKNOWN = -1

COLOURS = (
    *("aqua", "black", "blonde", "blue", "brown", "green", "grey", "gray", "orange", "pink"),
    *("purple", "red", "silver", "white", "yellow"),
)
FAMILIES = (
    frozenset(f"{colour}_hair" for colour in COLOURS),
    frozenset(f"{colour}_eyes" for colour in COLOURS),
)
"""Tags of which a picture of one person has one: naming it denies the others."""

Targets = NDArray[np.int8]


def build_targets(
    pictures: Sequence[LabelledPicture], sources: Sequence[SourceConfig], vocabulary: Vocabulary
) -> Targets:
    """Return the target matrix, pictures x labels."""
    rules = {s.name: _Rules(s, pictures, vocabulary) for s in sources}
    rows = [rules[picture.source].row(picture) for picture in pictures]
    return np.stack(rows) if rows else np.zeros((0, len(vocabulary)), np.int8)


class Imported(NamedTuple):
    """Labels of a picture (their places) that only a list or a caption told, and their weight."""

    slots: list[int]
    trust: float


def imported_slots(
    pictures: Sequence[LabelledPicture], vocabulary: Vocabulary
) -> dict[int, Imported]:
    """Return by picture the labels that only a list or a caption told, if there are any."""
    return {
        row: Imported(
            [slot for slot, name in enumerate(vocabulary.names) if name in picture.imported],
            picture.import_trust,
        )
        for row, picture in enumerate(pictures)
        if picture.imported
    }


class _Rules:
    """What the silence of one set about a tag means."""

    def __init__(
        self, source: SourceConfig, pictures: Sequence[LabelledPicture], vocabulary: Vocabulary
    ) -> None:
        own = [picture for picture in pictures if picture.source == source.name]
        self._slots = vocabulary.index()
        self._vocabulary = vocabulary
        self._base = np.full(len(vocabulary), UNKNOWN, np.int8)
        general = vocabulary.slots(TagCategory.GENERAL, TagCategory.META)
        self._deny(source.complete, general, frozenset().union(*(p.tags for p in own)))
        self._ratings = vocabulary.slots(TagCategory.RATING)
        self._named = vocabulary.slots(TagCategory.CHARACTER, TagCategory.COPYRIGHT)
        named = frozenset().union(*(p.characters | p.copyrights for p in own))
        self._own_named = [i for i in self._named if vocabulary.names[i] in named]
        self._characters = source.characters

    def row(self, picture: LabelledPicture) -> Targets:
        """Return the target row of one picture of this set."""
        if picture.absent is not None:
            return self._told(picture.tags, picture.absent)
        row = self._base.copy()
        if self._characters != "none":
            row[self._named] = 0
        if not picture.characters_known:
            row[self._own_named] = UNKNOWN
        if picture.rating:
            row[self._ratings] = 0
        self._deny_families(row, picture.tags)
        for category, names in _labels(picture).items():
            slots = [self._slots[(category, n)] for n in names if (category, n) in self._slots]
            row[slots] = 1
        return row

    def _told(self, tags: frozenset[str], absent: frozenset[str]) -> Targets:
        """Return what was said of a picture, everything else unknown; names are of any category."""
        row = np.full(len(self._vocabulary), UNKNOWN, np.int8)
        for slot, label in enumerate(self._vocabulary.labels):
            if label.category is not TagCategory.RATING and label.name in tags | absent:
                row[slot] = int(label.name in tags)
        return row

    def _deny(self, complete: str, slots: Sequence[int], used: frozenset[str]) -> None:
        denied = [i for i in slots if complete == "all" or self._vocabulary.names[i] in used]
        if complete != "none":
            self._base[denied] = 0

    def _deny_families(self, row: Targets, tags: frozenset[str]) -> None:
        for family in FAMILIES:
            if len(family & tags) == 1:
                named = [(TagCategory.GENERAL, name) for name in family]
                row[[self._slots[label] for label in named if label in self._slots]] = 0


def _labels(picture: LabelledPicture) -> dict[TagCategory, frozenset[str]]:
    return {
        TagCategory.GENERAL: picture.tags,
        TagCategory.COPYRIGHT: picture.copyrights,
        TagCategory.CHARACTER: picture.characters,
        TagCategory.RATING: frozenset([picture.rating] if picture.rating else []),
    }
