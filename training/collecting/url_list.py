"""Lists of addresses: one on each line, or a CSV file with a column for them."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.table_row import BrokenRowError, numbered_rows

ADDRESS_COLUMNS = ("url", "urls", "link", "address", "image_url", "file_url")
CLASS_COLUMNS = ("class", "label", "class_name", "category")


@dataclass(frozen=True, slots=True)
class ListedUrl:
    """An address with the number of its line (from 1) and the class that the list says."""

    line: int
    url: str
    class_name: str = ""


def read_url_list(path: Path) -> Iterator[ListedUrl]:
    """Yield every line of a list; a line without an address gives an empty one.

    A first line with a column ``url`` (or ``link``, ``address`` ...) makes it a CSV file, in which
    a column ``class`` or ``label`` is read as well. Lines of other files are taken whole: an
    address may hold commas.

    Raises:
        AnitagError: ``no_such_file``, or ``bad_manifest`` with the row that is no CSV, or has more
            cells than there are columns: its address may have been cut at a comma.
    """
    try:
        with path.open(encoding="utf-8-sig", errors="backslashreplace", newline="") as stream:
            columns = _columns(stream.readline())
            stream.seek(0)
            yield from _rows(stream, columns) if columns else _lines(stream)
    except FileNotFoundError:
        raise AnitagError("no_such_file", path=path) from None
    except BrokenRowError as error:
        raise AnitagError("bad_manifest", path=path, row=error.line, reason=str(error)) from error


def _columns(first: str) -> list[str]:
    """Return the columns that a first line names, or nothing if it is no header."""
    try:
        cells = next(csv.reader([first]), [])
    except csv.Error:  # an address of any length is one all the same
        return []
    names = [cell.strip().lower().lstrip("\ufeff") for cell in cells]
    return names if any(name in ADDRESS_COLUMNS for name in names) else []


def _rows(stream: Iterator[str], columns: list[str]) -> Iterator[ListedUrl]:
    address = next(i for i, name in enumerate(columns) if name in ADDRESS_COLUMNS)
    kind = next((i for i, name in enumerate(columns) if name in CLASS_COLUMNS), len(columns))
    rows = numbered_rows(stream)
    next(rows)
    for line, row in rows:
        if any(cell.strip() for cell in row[len(columns) :]):
            reason = f"it has {len(row)} cells, the first row has {len(columns)}"
            raise BrokenRowError(line, reason)
        padded = [cell.strip() for cell in row] + [""] * (len(columns) + 1)
        yield ListedUrl(line, padded[address], padded[kind])


def _lines(stream: Iterator[str]) -> Iterator[ListedUrl]:
    for number, line in enumerate(stream, start=1):
        yield ListedUrl(number, line.strip().strip('"').strip())
