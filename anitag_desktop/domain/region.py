"""Regions: parts of a picture that show a face, a head or a person, or what the user drew."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from anitag_desktop.domain.correction import EffectiveTag, Source
from anitag_desktop.domain.image import Box
from anitag_desktop.domain.tag import Tag, TagCategory

SAME = 0.5
"""Boxes that share at least this part of both together (intersection over union) are the same."""

SMALLEST = 0.002
"""No side of a box is shorter than this part of the picture's: it could not be seen or grasped."""

LABEL_LENGTH = 40
"""Characters of a label at most."""


class Place(NamedTuple):
    """Where something is and what it is (``face``); an empty label may be anything."""

    label: str
    box: Box


class Proposal(NamedTuple):
    """A character that a region may show, as a model sees it: ``score`` 0 to 1, ``model`` an id."""

    tag: Tag
    score: float
    model: str


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a picture as it is shown.

    ``score`` (0 to 1) and ``model`` (an id) are the detector's; None and empty where the box is
    the user's. ``tags`` are what the region has, the surest first, ``rejected`` what it has not,
    ``proposals`` whom it may show, the likeliest first: they count for nothing before the user
    says so.
    """

    uid: str
    place: Place
    score: float | None = None
    model: str = ""
    tags: tuple[EffectiveTag, ...] = ()
    rejected: tuple[Tag, ...] = ()
    proposals: tuple[Proposal, ...] = ()

    @property
    def is_given(self) -> bool:
        """Whether the user drew it, or said something about it."""
        return self.score is None

    @property
    def identity(self) -> EffectiveTag | None:
        """Who it is: its surest character, what people say before what models say."""
        named = (found for found in self.tags if found.tag.category is TagCategory.CHARACTER)
        return min(named, key=_rank, default=None)

    @property
    def proposed(self) -> Proposal | None:
        """Who it may be, while nobody says who it is."""
        return next(iter(self.proposals), None) if self.identity is None else None

    def with_proposals(self, proposals: Sequence[Proposal]) -> "Region":
        """Return the region with what is proposed of it and was not said of it yet."""
        said = {*self.rejected, *(found.tag for found in self.tags)}
        return replace(self, proposals=tuple(one for one in proposals if one.tag not in said))


def clipped(box: Box) -> Box | None:
    """Return the part of a box that lies in the picture; None if it is too small to be one."""
    left, top = max(box.left, 0.0), max(box.top, 0.0)
    width = min(box.width - (left - box.left), 1.0 - left)
    height = min(box.height - (top - box.top), 1.0 - top)
    # Written so that a box of "not a number" is none either.
    return Box(left, top, width, height) if width >= SMALLEST and height >= SMALLEST else None


def shared(one: Box, other: Box) -> float:
    """Return the intersection over union of two boxes."""
    across = min(one.left + one.width, other.left + other.width) - max(one.left, other.left)
    down = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
    common = max(across, 0.0) * max(down, 0.0)
    both = one.width * one.height + other.width * other.height - common
    return common / both if both > 0 else 0.0


def match(found: Sequence[Place], known: Sequence[Place]) -> dict[int, int]:
    """Return which of the found places are known ones, by their positions; each pairs once.

    The pairs that share most come first.
    """
    pairs = [
        (shared(one.box, other.box), here, there)
        for here, one in enumerate(found)
        for there, other in enumerate(known)
        if not one.label or not other.label or one.label == other.label
    ]
    matched: dict[int, int] = {}
    taken: set[int] = set()
    for part, here, there in sorted(pairs, key=lambda pair: (-pair[0], pair[1:])):
        if part >= SAME and here not in matched and there not in taken:
            matched[here] = there
            taken.add(there)
    return matched


def unite(
    whole: Iterable[EffectiveTag], rejected: Iterable[Tag], parts: Iterable[EffectiveTag]
) -> tuple[EffectiveTag, ...]:
    """Return the tags of a picture: its own and those of its regions.

    What the user rejected of the whole picture no region gives it, and no region rates it. Of
    several sources the strongest counts, with the highest score.
    """
    not_it = set(rejected)
    found = {own.tag: own for own in whole}
    for part in parts:
        if part.tag not in not_it and part.tag.category is not TagCategory.RATING:
            known = found.get(part.tag, part)
            source = min(known.source, part.source, key=_STRENGTH.__getitem__)
            found[part.tag] = EffectiveTag(part.tag, source, _highest(known.score, part.score))
    return tuple(found.values())


_STRENGTH = {Source.USER: 0, Source.IMPORT: 1, Source.RULE: 2, Source.MODEL: 3}


def _highest(one: float | None, other: float | None) -> float | None:
    return max((score for score in (one, other) if score is not None), default=None)


def _rank(found: EffectiveTag) -> tuple[int, float, str]:
    return _STRENGTH[found.source], -(found.score or 0.0), found.tag.name
