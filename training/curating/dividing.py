"""Divides a set into train, validation and test: by class or tag alike, no group parted."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from training.datasets.part_names import UNUSED
from training.datasets.sample import LabelledPicture
from training.datasets.split_file import PARTS

_STRICTEST = ("test", "validation", "train")
"""A group that reaches into several parts belongs to the first of them."""


@dataclass(frozen=True, slots=True)
class Shares:
    """Which share of the pictures goes where (0 to 1); ``seed`` draws among equals."""

    validation: float
    test: float
    seed: int

    def of(self, part: str) -> float:
        """Return the share of a part."""
        return {
            "train": 1 - self.validation - self.test,
            "validation": self.validation,
            "test": self.test,
        }[part]


def divide(
    pictures: Sequence[LabelledPicture],
    groups: Sequence[str],
    shares: Shares,
    known: Mapping[int, str] | None = None,
) -> list[str]:
    """Return the part of each picture.

    Pictures that name a part themselves, or whose part is ``known`` from before (by place), keep
    it; where a group then reaches into several parts, it stays in the one that measures, and its
    pictures of the others become ``unused``. Of a set with a test (or validation) part of its own
    nothing else goes there. The other groups are handed out, the largest first, each to the part
    that lacks its class most; in a set without classes those with the rarest tag first, each to
    the part that lacks this tag most (Sechidis, Tsoumakas, Vlahavas 2011). A class whose pictures
    are all in one group trains.
    """
    fixed = {place: p.part for place, p in enumerate(pictures) if p.part} | dict(known or {})
    members: dict[str, list[int]] = defaultdict(list)
    for place, group in enumerate(groups):
        members[group].append(place)
    own = {picture.part for picture in pictures}
    parts = [""] * len(pictures)
    for places in members.values():
        _keep(places, fixed, parts)
    ledger = _Ledger(_labels(pictures), pictures, members, _without(shares, own))
    ledger.note(parts)
    free = [name for name, places in members.items() if not parts[places[0]]]
    for group in ledger.in_order(free):
        part = ledger.choose(group)
        for place in members[group]:
            parts[place] = part
    return parts


def count_by_class(
    pictures: Sequence[LabelledPicture], parts: Sequence[str]
) -> dict[str, Counter[str]]:
    """Return how many pictures each class has in each part."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for picture, part in zip(pictures, parts, strict=True):
        counts[picture.identity][part] += 1
    return counts


def _keep(places: Sequence[int], fixed: Mapping[int, str], parts: list[str]) -> None:
    """Give a group the part that its pictures have already, if any has one."""
    named = {fixed[place] for place in places if place in fixed}
    part = next((part for part in _STRICTEST if part in named), "")
    if named and not part:
        part = UNUSED
    for place in places:
        parts[place] = part if fixed.get(place, part) == part else UNUSED


def _without(shares: Shares, own: set[str]) -> Shares:
    test = 0.0 if "test" in own else shares.test
    validation = 0.0 if "validation" in own else shares.validation
    return Shares(validation, test, shares.seed)


def _labels(pictures: Sequence[LabelledPicture]) -> list[frozenset[str]]:
    """Return what is to be spread evenly: the classes, or the tags of a set without classes."""
    if any(picture.identity for picture in pictures):
        return [frozenset({picture.identity}) for picture in pictures]
    return [picture.tags | picture.characters or frozenset({""}) for picture in pictures]


@dataclass(slots=True)
class _Ledger:
    """How many pictures of each label each part should have, and has."""

    labels: Sequence[frozenset[str]]
    pictures: Sequence[LabelledPicture]
    members: Mapping[str, Sequence[int]]
    shares: Shares
    has_classes: bool = False
    totals: Counter[str] = field(default_factory=Counter)
    lacking: dict[str, dict[str, float]] = field(default_factory=dict)
    lacking_at_all: dict[str, float] = field(default_factory=dict)

    def note(self, parts: Sequence[str]) -> None:
        """Take down what is there, and what of it was handed out already."""
        self.has_classes = any(picture.identity for picture in self.pictures)
        # What the set itself keeps apart is nothing that the shares are of.
        places = [place for place, p in enumerate(self.pictures) if p.part in ("", "train")]
        self.totals = Counter(label for place in places for label in self.labels[place])
        for part in self._open():
            share = self.shares.of(part)
            self.lacking[part] = {name: count * share for name, count in self.totals.items()}
            self.lacking_at_all[part] = len(places) * share
        for place in places:
            if parts[place] in self.lacking:
                self._give(parts[place], [place])

    def in_order(self, groups: Iterable[str]) -> list[str]:
        """Return groups, those first that are hardest to place."""
        return sorted(groups, key=self._hardness)

    def choose(self, group: str) -> str:
        """Return the part that a group goes to, and note it."""
        places = self.members[group]
        counts = Counter(label for place in places for label in self.labels[place])
        rarest_first = sorted(counts, key=lambda name: (self.totals[name], name))
        part = max(self._open(), key=lambda part: self._need(part, rarest_first))
        if self.has_classes and any(count == self.totals[name] for name, count in counts.items()):
            part = "train"
        self._give(part, places)
        return part

    def _open(self) -> list[str]:
        return [part for part in PARTS[:3] if part == "train" or self.shares.of(part) > 0]

    def _need(self, part: str, names: Sequence[str]) -> tuple[float, ...]:
        """Return how much a part lacks some labels, the rarest first, and pictures at all."""
        lacking = self.lacking[part]
        return *(round(lacking[name], 6) for name in names), self.lacking_at_all[part]

    def _give(self, part: str, places: Sequence[int]) -> None:
        for label in (label for place in places for label in self.labels[place]):
            self.lacking[part][label] -= 1
        self.lacking_at_all[part] -= len(places)

    def _hardness(self, group: str) -> tuple[int, int, bytes]:
        places = self.members[group]
        rarest = 0
        if not self.has_classes:
            rarest = min(self.totals[name] for place in places for name in self.labels[place])
        text = f"{self.shares.seed}/{group}".encode(errors="surrogateescape")
        return rarest, -len(places), hashlib.sha256(text).digest()
