"""The pictures of one of animesion's lists, with the tags that lie beside it."""

from collections.abc import Iterator
from pathlib import Path

from training.config import SourceConfig
from training.datasets.layouts.class_lists import read_members
from training.datasets.layouts.read_set import ReadSet, without_missing
from training.datasets.layouts.tag_lists import read_captions
from training.datasets.sample import LabelledPicture


def listed_pictures(
    source: SourceConfig, folder: Path, listed: Path, classes: tuple[str, ...], part: str
) -> Iterator[LabelledPicture]:
    """Yield the pictures of LIST.csv, whose files lie in a folder, with the tags of LIST_tags.csv.

    Raises:
        AnitagError: ``no_such_file`` or ``bad_manifest``.
    """
    captions = read_captions(listed.with_name(f"{listed.stem}_tags.csv"))
    for identity, file in read_members(listed, classes):
        caption = captions.get(file, ())
        yield LabelledPicture(
            folder / file,
            source.name,
            f"{source.name}/{file}",
            tags=frozenset(caption),
            part=part,
            identity=identity,
            caption=caption,
        )


def as_read(
    pictures: list[LabelledPicture],
    source: SourceConfig,
    places: tuple[Path, Path],
    classes: tuple[str, ...],
) -> ReadSet:
    """Return what was read; pictures whose files are not there only where lists are enough.

    ``places`` are the set's folder and the list that an error names.

    Raises:
        AnitagError: ``bad_manifest`` when more than one file in a hundred is not there.
    """
    if source.listed_only:
        return ReadSet(pictures, classes)
    root, listed = places
    found = without_missing(pictures, listed, root)
    return ReadSet(found.pictures, classes, found.missing)
