"""Divides a set and writes it down where every later reading of the set finds it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from anitag_desktop.domain.error import AnitagError
from training.curating.dividing import Shares, count_by_class, divide
from training.curating.grouping import check_columns, join_alike
from training.curating.looking import Eyes
from training.curating.opened_set import OpenedSet, open_set, see
from training.datasets.split_file import (
    PARTS,
    name_of,
    read_split_file,
    split_file,
    write_counts,
    write_split_file,
)

COUNTS = "split_counts.csv"


@dataclass(frozen=True, slots=True)
class SplitOrder:
    """How a set is to be divided.

    ``layout`` "" is guessed; ``columns`` of a manifest whose values keep pictures together; so do
    hashes that differ in at most ``bits``. ``anew`` forgets the split that there is.
    """

    path: Path
    shares: Shares
    layout: str = ""
    columns: tuple[str, ...] = ()
    bits: int = 6
    anew: bool = False


@dataclass(frozen=True, slots=True)
class MadeSplit:
    """What was written: which picture is in which part, and in which group."""

    path: Path
    layout: str
    groups: Sequence[str]
    parts: Sequence[str]
    by_class: dict[str, Counter[str]]

    def told(self) -> dict[str, int]:
        """Return the counts that matter most."""
        counts = Counter(self.parts)
        sizes = Counter(self.groups)
        tested = [part for part in PARTS[1:3] if counts[part]]
        return {
            **{part: counts[part] for part in PARTS},
            "groups": len(sizes),
            "largest_group": max(sizes.values()),
            "classes": len(self.by_class),
            "classes_that_only_train": sum(
                not any(of[part] for part in tested) for of in self.by_class.values()
            ),
            "classes_that_do_not_train": sum(not of["train"] for of in self.by_class.values()),
        }


def split_set(order: SplitOrder, eyes: Eyes | None) -> MadeSplit:
    """Write ``split.csv`` and ``split_counts.csv`` beside a set.

    What an earlier split says of a picture stays, unless ``anew``. Without ``eyes`` nobody looks
    for pictures that are nearly the same.

    Raises:
        AnitagError: ``bad_config`` for shares that leave nothing to train on and for columns that
            are not there; what reading the set and writing the files raise.
    """
    shares = order.shares
    if min(shares.validation, shares.test) < 0 or shares.validation + shares.test >= 1:
        reason = "validation and test have to leave something to train on"
        raise AnitagError("bad_config", path="the split", reason=reason)
    columns = order.columns or ("group",)
    opened = open_set(order.path, layout=order.layout, grouped_by=columns, with_split=False)
    check_columns(opened, order.columns)
    groups = [picture.group for picture in opened.pictures]
    if eyes is not None:
        groups = join_alike(opened.pictures, see(opened, eyes), order.bits)
    path = split_file(order.path)
    parts = divide(opened.pictures, groups, shares, {} if order.anew else _known(path, opened))
    write_split_file(path, opened.pictures, groups, parts)
    counts = count_by_class(opened.pictures, parts)
    write_counts(path.with_name(COUNTS), counts)
    return MadeSplit(path, opened.layout, groups, parts, counts)


def _known(path: Path, opened: OpenedSet) -> dict[int, str]:
    """Return what an earlier split says, by the places of the pictures."""
    if not path.is_file():
        return {}
    parts = read_split_file(path)
    names = [name_of(picture, path) for picture in opened.pictures]
    return {place: parts[name] for place, name in enumerate(names) if name in parts}
