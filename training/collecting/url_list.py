"""Lists of addresses: one on each line, or a CSV file with a column for them."""

import csv
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.table_row import BrokenRowError, titled_rows

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
            cells than there are columns: its address may have been cut at a comma; also for a table
            (``.csv``) without a column for addresses.
    """
    try:
        with path.open(encoding="utf-8-sig", errors="backslashreplace", newline="") as stream:
            first = stream.readline()
            is_table = _is_header(first)
            if not is_table and path.suffix.lower() == ".csv" and _is_of_something_else(first):
                reason = f"none of its columns is called {', '.join(ADDRESS_COLUMNS)}"
                raise AnitagError("bad_manifest", path=path, row=1, reason=reason)
            stream.seek(0)
            yield from (_rows if is_table else _lines)(stream)
    except FileNotFoundError:
        raise AnitagError("no_such_file", path=path) from None
    except BrokenRowError as error:
        raise AnitagError("bad_manifest", path=path, row=error.line, reason=str(error)) from error


def _is_header(first: str) -> bool:
    """Return whether a first line names a column of addresses."""
    try:
        cells = next(csv.reader([first]), [])
    except csv.Error:  # an address of any length is one all the same
        return False
    return any(_plain(cell) in ADDRESS_COLUMNS for cell in cells)


def _is_of_something_else(first: str) -> bool:
    """Return whether a first line has several titles, and no address."""
    return "," in first and "://" not in first


def _plain(title: str) -> str:
    return title.strip().lower().lstrip("\ufeff")


def _rows(stream: Iterable[str]) -> Iterator[ListedUrl]:
    for line, row in titled_rows(stream):
        yield ListedUrl(line, _cell(row, ADDRESS_COLUMNS), _cell(row, CLASS_COLUMNS))


def _cell(row: Mapping[str, str], columns: Collection[str]) -> str:
    """Return the first cell of a row that one of the columns holds."""
    return next((row[title].strip() for title in row if _plain(title) in columns), "")


def _lines(stream: Iterable[str]) -> Iterator[ListedUrl]:
    for number, line in enumerate(stream, start=1):
        yield ListedUrl(number, line.strip().strip('"').strip())
