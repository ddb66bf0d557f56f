"""Finds pictures that are there twice, in a set and in one that is held out, and says which go."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from anitag_desktop.domain.error import AnitagError
from training.curating.facts import PictureFacts
from training.curating.likeness import NEAR_BITS, Likeness, Near
from training.curating.opened_set import Seen
from training.datasets.sample import LabelledPicture

FORMATS = ("png", "tiff", "bmp", "psd", "kra", "ora", "webp", "jxl", "avif", "heif", "jpeg", "gif")
"""The better first: those that lose nothing, then those that lose least."""

_PARTS = {"test": 0, "validation": 1}


class Kind(StrEnum):
    """How two pictures are the same."""

    BYTES = "bytes"
    PIXELS = "pixels"
    NEAR = "near"
    MIRRORED = "mirrored"


class Verdict(StrEnum):
    """What becomes of a picture.

    ``conflict``: it says another class than the one it is a copy of, so that people have to look.
    """

    KEPT = "kept"
    LEFT_OUT = "left_out"
    CONFLICT = "conflict"
    HELD_OUT = "held_out"


@dataclass(frozen=True, slots=True)
class Member:
    """A picture of a group: how it is the same as the group's best, and what becomes of it."""

    picture: LabelledPicture
    facts: PictureFacts
    verdict: Verdict
    kind: Kind | None = None
    bits: int = 0


Group = list[Member]
"""The best comes first; each of the others is alike to it, not by way of another."""


def find_groups(seen: Seen, held: Seen | None = None, bits: int = NEAR_BITS) -> list[Group]:
    """Return the groups of pictures of a set that are the same, or the same as one held out.

    A held-out picture stands first, then one of a test part, then of validation: what is learnt
    from gives way to what is measured with. Then comes the largest, then the better format. No
    picture that is held out or tested with is left out, and what is like any of them goes: each is
    the best of a group, also one that is like another of them. Groups stand in the order of their
    best.

    Raises:
        AnitagError: ``bad_config`` for a file of the set that is held out itself.
    """
    _check_apart(seen, held)
    pool = _Pool(seen, held)
    likeness = Likeness(pool.facts, bits)
    groups, free, told = [], pool.once(), set[int]()
    for place in sorted(free, key=pool.rank):
        if place not in free:
            continue
        others = [near for near in likeness.about(place) if near.place in free]
        free -= {place, *(near.place for near in others if not pool.is_measured(near.place))}
        is_new = not told.issuperset({place, *(near.place for near in others)})
        if is_new and not all(pool.is_held(near.place) for near in others):
            groups.append(list(pool.group(place, others)))
            told |= {place, *(near.place for near in others)}
    return groups


def _check_apart(seen: Seen, held: Seen | None) -> None:
    own = {picture.path.absolute() for picture in seen.pictures}
    for picture in held.pictures if held else ():
        if picture.path.absolute() in own:
            reason = f"{picture.path} belongs to it and is held out as well"
            raise AnitagError("bad_config", path="the set", reason=reason)


class _Pool:
    """The pictures of a set and those that are held out, by their places."""

    def __init__(self, seen: Seen, held: Seen | None) -> None:
        self.pictures: Sequence[LabelledPicture] = seen.pictures + (held.pictures if held else ())
        self.facts: Sequence[PictureFacts] = seen.facts + (held.facts if held else ())
        self._own = len(seen.pictures)

    def once(self) -> set[int]:
        """Return the places without rows that say the same of the same file again."""
        first = {
            (p.path, p.identity, p.part, self.is_held(place)): place
            for place, p in reversed(list(enumerate(self.pictures)))
        }
        return set(first.values())

    def is_held(self, place: int) -> bool:
        return place >= self._own

    def is_measured(self, place: int) -> bool:
        """Tell whether a picture stays whatever it is like, since it is held out or tests."""
        return self.is_held(place) or self.pictures[place].part == "test"

    def rank(self, place: int) -> tuple[object, ...]:
        """Return what sorts the best first."""
        facts, picture = self.facts[place], self.pictures[place]
        known = facts.format in FORMATS
        return (
            not self.is_held(place),
            _PARTS.get(picture.part, 2),
            -facts.width * facts.height,
            FORMATS.index(facts.format) if known else len(FORMATS),
            -facts.bytes,
            str(picture.path),
        )

    def group(self, best: int, others: Sequence[Near]) -> Iterator[Member]:
        first = Verdict.HELD_OUT if self.is_held(best) else Verdict.KEPT
        yield Member(self.pictures[best], self.facts[best], first)
        for near in others:
            kind = _kind(self.facts[best], self.facts[near.place], near)
            verdict = self._verdict(best, near.place)
            picture, facts = self.pictures[near.place], self.facts[near.place]
            yield Member(picture, facts, verdict, kind, near.bits)

    def _verdict(self, best: int, place: int) -> Verdict:
        if self.is_held(place):
            return Verdict.HELD_OUT
        one, other = self.pictures[best], self.pictures[place]
        if self.is_measured(place):
            return Verdict.KEPT
        leaks = self.is_held(best) or (one.part in _PARTS and one.part != other.part)
        is_sure = leaks or one.identity == other.identity
        return Verdict.LEFT_OUT if is_sure else Verdict.CONFLICT


def _kind(best: PictureFacts, other: PictureFacts, near: Near) -> Kind:
    if best.sha256 == other.sha256:
        return Kind.BYTES
    if best.pixel_hash == other.pixel_hash:
        return Kind.PIXELS
    return Kind.MIRRORED if near.is_mirrored else Kind.NEAR
