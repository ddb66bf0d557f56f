"""``split.csv``: which picture of a set belongs to which part, beside the set for every layout."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from anitag_desktop.domain.error import AnitagError
from training.collecting.row_file import write_whole
from training.datasets.part_names import UNUSED
from training.datasets.places import name_in
from training.datasets.sample import LabelledPicture
from training.datasets.text_lines import table_rows

SPLIT = "split.csv"
PARTS = ("train", "validation", "test", UNUSED)
COLUMNS = ("file", "split", "group", "class")


def split_file(root: Path) -> Path:
    """Return where the parts of a set (its folder, or its manifest) are written down."""
    return (root if root.is_dir() else root.parent) / SPLIT


def split_as_written(pictures: list[LabelledPicture], root: Path) -> list[LabelledPicture]:
    """Return a set's pictures with the parts of its ``split.csv``, unchanged if there is none.

    Raises:
        AnitagError: ``bad_manifest`` for a broken row, and for pictures that no row names.
    """
    path = split_file(root)
    if not path.is_file():
        return pictures
    parts = read_split_file(path)
    found = [parts.get(name_of(picture, path)) for picture in pictures]
    if None in found:
        first = pictures[found.index(None)].path
        reason = (
            f"{found.count(None)} pictures have no row, the first is {first}; run python -m "
            "training set split again, which leaves the others where they are"
        )
        raise AnitagError("bad_manifest", path=path, row=len(parts) + 1, reason=reason)
    return [replace(p, part=part or "") for p, part in zip(pictures, found, strict=True)]


def name_of(picture: LabelledPicture, path: Path) -> str:
    """Return what a picture is called in a split file."""
    return name_in(path.parent, picture.path) or str(picture.path)


def read_split_file(path: Path) -> dict[str, str]:
    """Return the part of each file.

    Raises:
        AnitagError: ``bad_manifest`` with the row that is none.
    """
    parts: dict[str, str] = {}
    # Names of files that are no text in UTF-8 are written as they are.
    for number, row in table_rows(path, errors="surrogateescape"):
        file, part = row.get("file"), row.get("split")
        if not file or part not in PARTS:
            reason = f"a row has to have a file and a split of {', '.join(PARTS)}"
            raise AnitagError("bad_manifest", path=path, row=number, reason=reason)
        if parts.setdefault(file, part) != part:
            reason = f"{file} stands in two parts"
            raise AnitagError("bad_manifest", path=path, row=number, reason=reason)
    return parts


def write_split_file(
    path: Path, pictures: Sequence[LabelledPicture], groups: Sequence[str], parts: Sequence[str]
) -> None:
    """Write the part of each picture; the file is whole or as before.

    Raises:
        AnitagError: ``disk_full`` or ``cannot_write``.
    """
    rows = (
        (name_of(picture, path), part, group, picture.identity)
        for picture, group, part in zip(pictures, groups, parts, strict=True)
    )
    write_table(path, COLUMNS, rows)


def write_counts(path: Path, counts: Mapping[str, Mapping[str, int]]) -> None:
    """Write how many pictures each class has in each part.

    Raises:
        AnitagError: ``disk_full`` or ``cannot_write``.
    """
    rows = ((name, *(of[part] for part in PARTS)) for name, of in sorted(counts.items()))
    write_table(path, ("class", *PARTS), rows)


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV file that is whole or as before.

    Raises:
        AnitagError: ``disk_full`` or ``cannot_write``.
    """
    stream = io.StringIO(newline="")
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(columns)
    table.writerows(rows)
    write_whole(path, stream.getvalue().encode("utf-8", "surrogateescape"))
