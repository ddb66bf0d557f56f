"""Which pictures of a set belong together: what a column says, and what looks nearly the same."""

from collections.abc import Sequence
from pathlib import Path

from anitag_desktop.domain.error import AnitagError
from training.curating.likeness import Likeness
from training.curating.opened_set import OpenedSet, Seen
from training.datasets.look_alikes import join_groups
from training.datasets.sample import LabelledPicture


def join_alike(pictures: Sequence[LabelledPicture], seen: Seen, bits: int) -> list[str]:
    """Return the group of each picture; those of pictures that look alike are joined.

    Whatever is joined by way of others stays together too. Pictures that were not seen, since they
    are not sound, stay in their own groups.
    """
    places: dict[Path, list[int]] = {}
    for place, picture in enumerate(pictures):
        places.setdefault(picture.path, []).append(place)
    rows = [places[picture.path][0] for picture in seen.pictures]
    pairs = [(rows[one], rows[other]) for one, other in Likeness(seen.facts, bits).pairs()]
    pairs += [(same[0], other) for same in places.values() for other in same[1:]]
    return join_groups([picture.group for picture in pictures], pairs)


def check_columns(opened: OpenedSet, columns: Sequence[str]) -> None:
    """Check that columns which are to group pictures do.

    Raises:
        AnitagError: ``bad_config`` for a layout without columns and for columns that no row has.
    """
    if columns and opened.layout != "manifest":
        reason = f"the layout {opened.layout} has no columns to group pictures by"
        raise AnitagError("bad_config", path="--group-by", reason=reason)
    if columns and all(_is_alone(picture, opened.root) for picture in opened.pictures):
        reason = f"no row has a value in {' or '.join(columns)}"
        raise AnitagError("bad_config", path="--group-by", reason=reason)


def _is_alone(picture: LabelledPicture, root: Path) -> bool:
    own = (str(picture.path), picture.path.name, picture.path.relative_to(root).as_posix())
    return any(picture.group == f"{picture.source}/{name}" for name in own)
