"""The lines of a list that somebody made: text, or an error that names the line which is none."""

from collections.abc import Iterator
from pathlib import Path

from anitag_desktop.domain.error import AnitagError


def text_lines(path: Path) -> Iterator[str]:
    """Yield the lines of a UTF-8 file with their ends, without the mark that may begin it.

    Raises:
        AnitagError: ``no_such_file``, or ``bad_manifest`` with the line that is no text.
    """
    try:
        with path.open("rb") as stream:
            for number, line in enumerate(stream, start=1):
                try:
                    yield line.decode("utf-8-sig" if number == 1 else "utf-8")
                except UnicodeDecodeError as error:
                    reason = f"this is no text in UTF-8 ({error.reason})"
                    raise AnitagError(
                        "bad_manifest", path=path, row=number, reason=reason
                    ) from error
    except FileNotFoundError:
        raise AnitagError("no_such_file", path=path) from None
