"""The rows of a table in CSV, each by the line that it begins on, where an editor shows it.

That is also the line that a broken row is known by: a quotation mark that is not closed is found
at the end of the file only.
"""

import csv
from collections.abc import Iterable, Iterator


class BrokenRowError(ValueError):
    """A row that is none, and the line (from 1) that it begins on."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


def numbered_rows(lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not blank with the lines (from 1) that they begin on.

    Raises:
        BrokenRowError: for quotation marks that do not fit together, and for a huge cell.
    """
    reader, line = csv.reader(lines, strict=True), 1
    try:
        for row in reader:
            if row:
                yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise BrokenRowError(line, str(error)) from error


def titled_rows(
    lines: Iterable[str], *, all_cells: bool = False
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows below a first one with titles, each cell by its title.

    A row may end early, unless ``all_cells`` are asked for: what it lacks is not in it.

    Raises:
        BrokenRowError: as ``numbered_rows``, and for cells that have no title.
    """
    rows = numbered_rows(lines)
    _, titles = next(rows, (0, []))
    for line, row in rows:
        has_more = any(cell.strip() for cell in row[len(titles) :])
        if has_more or (all_cells and len(row) < len(titles)):
            raise BrokenRowError(line, f"it has {len(row)} cells, the first row has {len(titles)}")
        yield line, dict(zip(titles, row, strict=False))
