"""Duplicating: which pictures show the same, or nearly so. Nothing here changes anything."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from anitag_desktop.domain.pair import APART, better_of
from anitag_desktop.services.pairing import Alike, NearPictures
from anitag_desktop.storage import duplicates, pair_verdicts
from anitag_desktop.storage.duplicates import Shown
from anitag_desktop.storage.interruptions import IsGivenUp, interruptible
from anitag_desktop.storage.store import Store


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """Pictures that show the same: which one is best, and the others.

    ``is_exact``: all have the very same pixels. Best is what the user said so of, else the largest,
    then the least compressed (the most bytes), then the one that came first.
    """

    best: int
    others: tuple[int, ...]
    is_exact: bool


@dataclass(frozen=True, slots=True)
class DuplicatePair:
    """Two pictures of which the user has not said yet how they stand; ``best`` seems better."""

    best: int
    alike: Alike

    @property
    def other(self) -> int:
        """The picture that seems less good."""
        return self.alike.image_id

    @property
    def pictures(self) -> frozenset[int]:
        """Both."""
        return frozenset({self.best, self.other})


@dataclass(frozen=True, slots=True)
class _Present:
    """The present pictures by id, and what the user said of pairs of them.

    ``better`` gives for each that is the same as a better one the best of them.
    """

    shown: Mapping[int, Shown]
    better: Mapping[int, int]
    apart: frozenset[frozenset[int]]

    def best_first(self) -> list[Shown]:
        """Return the pictures, the best first; those that are the same as a better one last."""
        return sorted(self.shown.values(), key=lambda one: (one.image_id in self.better, *one.rank))


class Duplicates:
    """Finds pictures that show the same; every method may be called from any thread.

    Pictures that the user told apart (alternates, or no duplicates at all) are not put together,
    unless ``with_apart``.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def exact(self, *, with_apart: bool = False) -> list[DuplicateGroup]:
        """Return the groups of present pictures with the very same pixels, by their best."""
        present = self._present(with_apart=with_apart)
        by_pixels: dict[str, list[Shown]] = defaultdict(list)
        for one in present.best_first():
            by_pixels[one.pixel_hash].append(one)
        several = (some for some in by_pixels.values() if len(some) > 1)
        groups = (group for some in several for group in _exact_groups(some, present.apart))
        return sorted(groups, key=lambda group: group.best)

    def copies(self) -> dict[int, list[str]]:
        """Return the pictures of which the very same file lies in several places: their paths."""
        with self._store.library.read() as conn:
            return duplicates.copied(conn)

    def near(self, *, with_apart: bool = False) -> list[DuplicateGroup]:
        """Return the groups of present pictures that look the same, by their best.

        Each is near the best of its group itself, not by way of another, or the user said that it
        is the same as one of the group; a picture is in one group only. Mirrored ones are near too;
        those with a good part cut off are not found.
        """
        present = self._present(with_apart=with_apart)
        groups = dict(self._near(present))
        heads = {one.image_id: best for best, alike in groups.items() for one in alike}
        exact = {best: all(one.is_exact for one in alike) for best, alike in groups.items()}
        members = {best: [one.image_id for one in alike] for best, alike in groups.items()}
        for lesser, better in present.better.items():
            head = heads.get(better, better)
            members.setdefault(head, []).append(lesser)
            exact[head] = exact.get(head, True) and _are_exact(present.shown, head, lesser)
        found = [DuplicateGroup(one, tuple(members[one]), exact[one]) for one in members]
        return sorted(found, key=lambda group: group.best)

    def queue(self, is_given_up: IsGivenUp | None = None) -> list[DuplicatePair]:
        """Return the pairs that are left to judge, the most alike first, those of a group together.

        Of pictures that are the same as a better one only that is in it. ``is_given_up`` is asked
        now and then whether anybody still waits.

        Raises:
            GivenUpError: nobody does.
        """
        with interruptible(is_given_up):
            groups = sorted(self._near(self._present()), key=lambda group: group[1][0].unlikeness)
        return [DuplicatePair(best, one) for best, alike in groups for one in alike]

    def _near(self, present: _Present) -> Iterator[tuple[int, list[Alike]]]:
        best_first = [one for one in present.best_first() if one.image_id not in present.better]
        return NearPictures(self._store, best_first, present.apart).groups()

    def _present(self, *, with_apart: bool = False) -> _Present:
        with self._store.library.read() as conn:
            shown = {one.image_id: one for one in duplicates.present(conn)}
            judged = pair_verdicts.standing(conn)
        apart = () if with_apart else (one.pictures for one in judged if one.verdict in APART)
        better = better_of(judged, lambda one: shown[one].rank if one in shown else None)
        return _Present(shown, better, frozenset(apart))


def _exact_groups(
    best_first: Iterable[Shown], apart: frozenset[frozenset[int]]
) -> Iterator[DuplicateGroup]:
    """Yield groups of pictures with the same pixels, none of which was told apart from its best."""
    left = [one.image_id for one in best_first]
    while left:
        best, *rest = left
        left = [one for one in rest if frozenset({best, one}) in apart]
        others = tuple(one for one in rest if frozenset({best, one}) not in apart)
        if others:
            yield DuplicateGroup(best, others, is_exact=True)


def _are_exact(shown: Mapping[int, Shown], one: int, other: int) -> bool:
    return shown[one].pixel_hash == shown[other].pixel_hash
