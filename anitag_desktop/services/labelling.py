"""Labelling: the class that a person gave each picture, in a CSV file that can be resumed.

Columns: ``file`` (relative to the sheet if it lies beneath its folder, else absolute), ``class``,
and ``identity``, which says the same to training (``training/datasets/manifest.py``). The rows
stand in the order of the classes, so that these have the same keys again.
"""

import csv
import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.domain.label_sheet import CLASS_KEYS, LabelSheet
from anitag_desktop.domain.table_row import BrokenRowError, numbered_rows
from anitag_desktop.services.showing import Showing
from anitag_desktop.storage.whole_files import whole_file

COLUMNS = ("file", "class", "identity")

MOST_BYTES = 64 * 1024**2
"""A larger file is no sheet that a person filled in."""

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class LabelPicture:
    """A picture to be labelled: its id, and where it lies."""

    image_id: int
    path: str


def pictures_to_label(showing: Showing, image_ids: Sequence[int]) -> list[LabelPicture]:
    """Return those of the pictures that are present and whose path is text, in their order."""
    chunks = (image_ids[i : i + _CHUNK] for i in range(0, len(image_ids), _CHUNK))
    rows = (row for chunk in chunks for row in showing.rows(chunk))
    return [
        LabelPicture(row.image_id, row.path)
        for row in rows
        if row.status is ImageStatus.PRESENT and _is_text(row.path)
    ]


def read_sheet(path: Path) -> LabelSheet:
    """Return the sheet in a file; an empty one if there is none yet.

    Raises:
        AnitagError: ``bad_label_sheet`` (a file with anything else is not ours to rewrite).
    """
    sheet = LabelSheet()
    try:
        text = _text(path)
        for number, row in _rows(text, path):
            _take(sheet, row, number, path)
    except FileNotFoundError:
        return sheet
    except OSError as error:
        raise _bad(path, error.strerror or str(error)) from error
    return sheet


def write_sheet(path: Path, sheet: LabelSheet) -> None:
    """Let a file hold a sheet, whole or not at all.

    Raises:
        AnitagError: ``disk_full`` or ``cannot_write``.
    """
    folder = Path(os.path.abspath(path)).parent  # noqa: PTH100 - links stay as they are
    places = {name: place for place, name in enumerate(sheet.classes)}
    labelled = sorted(sheet.labels.items(), key=lambda label: places[label[1]])
    with whole_file(path) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows((_name_in(folder, one), name, name) for one, name in labelled)


def _text(path: Path) -> str:
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise _bad(path, "it is too large")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _bad(path, "it is no text in UTF-8") from error


def _rows(text: str, path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows after the first with the lines that they begin on."""
    rows = numbered_rows(io.StringIO(text, newline=""))
    try:
        _, head = next(rows, (0, []))
        if tuple(head) not in (COLUMNS, COLUMNS[:2]):
            raise _bad(path, f"its columns are not {', '.join(COLUMNS)}")
        yield from rows
    except BrokenRowError as error:
        raise _bad(path, f"line {error.line}: {error}") from error


def _take(sheet: LabelSheet, row: Sequence[str], number: int, path: Path) -> None:
    name = row[1] if len(row) in (2, len(COLUMNS)) else ""
    if not row[0] or "\0" in row[0] or not name or any(cell != name for cell in row[1:]):
        raise _bad(path, f"line {number} does not name a file and its one class")
    if name not in sheet.classes and not _adds(sheet, name):
        most = len(CLASS_KEYS)
        raise _bad(path, f"line {number}: {name!r} is no class, or there are more than {most}")
    place = os.path.abspath(path.parent / row[0])  # noqa: PTH100 - links stay as they are
    sheet.labels[place] = name


def _adds(sheet: LabelSheet, name: str) -> bool:
    """Add a class that a file names, if it is spelt as we would write it."""
    return sheet.add_class(name) and sheet.classes[-1] == name


def _name_in(folder: Path, path: str) -> str:
    inside = os.path.join(folder, "")  # noqa: PTH118 - of ten thousands, Path takes too long
    return path.removeprefix(inside).replace(os.sep, "/")


def _is_text(path: str) -> bool:
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _bad(path: Path, reason: str) -> AnitagError:
    return AnitagError("bad_label_sheet", path=path, reason=reason)
