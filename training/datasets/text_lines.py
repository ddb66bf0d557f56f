"""The lines of a list that somebody made: text, or an error that names the line which is none."""

from collections.abc import Iterator
from pathlib import Path

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.table_row import BrokenRowError, numbered_rows, titled_rows


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


def table_rows(
    path: Path, errors: str = "strict", *, all_cells: bool = False
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows of a CSV file with a header, by the line that each begins on.

    Cells that a row lacks are not in it; with ``all_cells`` such a row is none.

    Raises:
        AnitagError: as ``text_lines``; ``bad_manifest`` with the line that begins what is no CSV,
            or has more cells than the header.
    """
    try:
        yield from titled_rows(text_lines(path, errors), all_cells=all_cells)
    except BrokenRowError as error:
        raise _bad(path, error) from error


def list_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a CSV file that may have no header, by the line that each begins on.

    Raises:
        AnitagError: as ``table_rows``.
    """
    try:
        yield from numbered_rows(text_lines(path))
    except BrokenRowError as error:
        raise _bad(path, error) from error


def _bad(path: Path, error: BrokenRowError) -> AnitagError:
    return AnitagError("bad_manifest", path=path, row=error.line, reason=str(error))
