"""A line of a table as CSV, whatever its cells hold."""

import csv
import io
from collections.abc import Iterable


def table_line(cells: Iterable[object]) -> str:
    """Return a line without its end; cells with commas, quotes or line breaks are quoted."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(list(cells))
    return line.getvalue()
