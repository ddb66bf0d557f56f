"""The pictures of one of animesion's lists, with the tags that lie beside it."""

from collections.abc import Iterator
from pathlib import Path

from training.config import SourceConfig
from training.datasets.layouts.class_lists import read_members
from training.datasets.layouts.read_set import Listed, ReadSet, without_missing
from training.datasets.layouts.tag_lists import read_captions
from training.datasets.sample import LabelledPicture


def listed_pictures(
    source: SourceConfig, folder: Path, listed: Path, classes: tuple[str, ...], part: str
) -> Iterator[Listed]:
    """Yield the pictures of LIST.csv, whose files lie in a folder, with the tags of LIST_tags.csv.

    Raises:
        AnitagError: ``no_such_file`` or ``bad_manifest``.
    """
    captions = read_captions(listed.with_name(f"{listed.stem}_tags.csv"))
    for row, identity, file in read_members(listed, classes):
        caption = captions.get(file, ())
        picture = LabelledPicture(
            folder / file,
            source.name,
            f"{source.name}/{file}",
            tags=frozenset(caption),
            part=part,
            identity=identity,
            caption=caption,
        )
        yield Listed(picture, listed, row)


def as_read(
    listed: list[Listed], source: SourceConfig, root: Path, classes: tuple[str, ...]
) -> ReadSet:
    """Return what was read; pictures whose files are not there only where lists are enough.

    Raises:
        AnitagError: ``bad_manifest`` when more than one file in a hundred is not there.
    """
    if source.listed_only:
        return ReadSet([one.picture for one in listed], classes)
    found = without_missing(listed, root)
    return ReadSet(found.pictures, classes, found.missing)
