"""The lines of a list that somebody made: text, or an error that names the line which is none."""

import csv
from collections.abc import Iterator
from pathlib import Path

from anitag_desktop.domain.error import AnitagError


def text_lines(path: Path, errors: str = "strict") -> Iterator[str]:
    """Yield the lines of a UTF-8 file with their ends, without the mark that may begin it.

    ``errors`` is what becomes of bytes that are no text, as ``bytes.decode`` takes it.

    Raises:
        AnitagError: ``no_such_file``, or ``bad_manifest`` with the line that is no text.
    """
    try:
        with path.open("rb") as stream:
            for number, line in enumerate(stream, start=1):
                try:
                    yield line.decode("utf-8-sig" if number == 1 else "utf-8", errors)
                except UnicodeDecodeError as error:
                    reason = f"this is no text in UTF-8 ({error.reason})"
                    raise AnitagError(
                        "bad_manifest", path=path, row=number, reason=reason
                    ) from error
    except FileNotFoundError:
        raise AnitagError("no_such_file", path=path) from None
    except OSError as error:
        reason = f"it cannot be read ({error.strerror})"
        raise AnitagError("bad_manifest", path=path, row=0, reason=reason) from error


def table_rows(path: Path, errors: str = "strict") -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows of a CSV file with a header, by the line that each ends on.

    Cells that a row lacks, or has too many, are not in it.

    Raises:
        AnitagError: as ``text_lines``; ``bad_manifest`` with the line that is no CSV.
    """
    reader = csv.DictReader(text_lines(path, errors))
    try:
        for row in reader:
            yield reader.line_num, {n: cell for n, cell in row.items() if None not in (n, cell)}
    except csv.Error as error:
        at = reader.reader.line_num  # its own number is that of the row before
        raise AnitagError("bad_manifest", path=path, row=at, reason=str(error)) from error
