"""What a reader of a layout gives."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from anitag_desktop.domain.error import AnitagError
from training.datasets.rejections import moved_paths
from training.datasets.sample import LabelledPicture

LARGEST_MISSING_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class ReadSet:
    """Pictures, the class names in the order of their ids (empty: by name), files not there.

    ``left_out`` is the number of pictures whose rating the config does not ask for.
    """

    pictures: list[LabelledPicture]
    classes: tuple[str, ...] = ()
    missing: int = 0
    left_out: int = 0


class Listed(NamedTuple):
    """A picture with the list that names it, and the row there."""

    picture: LabelledPicture
    by: Path
    row: int


def without_missing(listed: Iterable[Listed], root: Path) -> ReadSet:
    """Leave out pictures whose files do not exist; those moved to root/rejected/ do not count.

    Raises:
        AnitagError: ``bad_manifest`` with the first row when that is more than one in a hundred.
    """
    moved = moved_paths(root)
    left = [one for one in listed if one.picture.path not in moved]
    present: dict[Path, set[str]] = {}
    there = []
    for one in left:
        folder = one.picture.path.parent
        if folder not in present:
            present[folder] = {p.name for p in folder.iterdir()} if folder.is_dir() else set()
        there.append(one.picture.path.name in present[folder])
    missing = there.count(False)
    if missing > LARGEST_MISSING_SHARE * len(left):
        first = left[there.index(False)]
        reason = f"{missing} of {len(left)} files do not exist, the first is {first.picture.path}"
        raise AnitagError("bad_manifest", path=first.by, row=first.row, reason=reason)
    kept = [one.picture for one, is_there in zip(left, there, strict=True) if is_there]
    return ReadSet(kept, missing=missing)
