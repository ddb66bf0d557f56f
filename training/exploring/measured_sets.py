"""Sets that training has no layout for: those that are only measured on, and bare pictures."""

from pathlib import Path

from training.datasets.layouts.read_set import ReadSet
from training.datasets.manifest import pictures_beneath, words
from training.datasets.sample import LabelledPicture
from training.evaluation.labelled_set import read_set

MEASURED_COLUMNS = ("hair", "eyes", "emotion")


def read_measured(path: Path, cache: Path) -> ReadSet:
    """Return a set as ``evaluate`` reads it; a zip of pictures is unpacked into ``cache``.

    Hair and eye colours are tags; who is shown, otherwise the emotion, is the class.

    Raises:
        AnitagError: ``no_such_folder`` or ``no_pictures``.
    """
    found = read_set(path, cache)
    pairs = zip(found.paths, found.rows, strict=True)
    return ReadSet([_picture(file, row, found.name) for file, row in pairs])


def read_bare(path: Path) -> ReadSet:
    """Return all pictures beneath a folder, without labels."""
    files = sorted(pictures_beneath(path))
    return ReadSet([LabelledPicture(file, path.name, str(file)) for file in files])


def _picture(file: Path, row: dict[str, str], source: str) -> LabelledPicture:
    characters = words(row.get("characters") or row.get("character"))
    single = next(iter(characters)) if len(characters) == 1 else ""
    tags = words(row.get("tags")) | words(row.get("hair")) | words(row.get("eyes"))
    return LabelledPicture(
        file,
        source,
        str(file),
        tags=tags,
        characters=characters,
        copyrights=words(row.get("copyright")),
        identity=row.get("identity") or single or row.get("emotion") or "",
        part=row.get("split") or "",
        caption=tuple(sorted(tags)),
    )
