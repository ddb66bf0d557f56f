"""What a reader of a layout gives."""

from dataclasses import dataclass
from pathlib import Path

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


def without_missing(pictures: list[LabelledPicture], manifest: Path, root: Path) -> ReadSet:
    """Leave out pictures whose files do not exist; those moved to root/rejected/ do not count.

    Raises:
        AnitagError: ``bad_manifest`` when that is more than one in a hundred.
    """
    moved = moved_paths(root)
    pictures = [picture for picture in pictures if picture.path not in moved]
    present: dict[Path, set[str]] = {}
    there = []
    for picture in pictures:
        folder = picture.path.parent
        if folder not in present:
            present[folder] = {p.name for p in folder.iterdir()} if folder.is_dir() else set()
        there.append(picture.path.name in present[folder])
    missing = there.count(False)
    if missing > LARGEST_MISSING_SHARE * len(pictures):
        first = pictures[there.index(False)].path
        reason = f"{missing} of {len(pictures)} files do not exist, the first is {first}"
        raise AnitagError("bad_manifest", path=manifest, row=there.index(False) + 1, reason=reason)
    kept = [picture for picture, is_there in zip(pictures, there, strict=True) if is_there]
    return ReadSet(kept, missing=missing)
