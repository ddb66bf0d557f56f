"""Rows that are added one by one and outlive a kill: a file of JSON lines."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import IO, Any, Self

from anitag_desktop.domain.error import AnitagError, write_failure

Row = dict[str, Any]


class RowFile:
    """Adds rows to a file; a row that a kill cut off is taken away first. Thread-safe."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _cut_torn_row(path)
            self._stream = path.open("ab")
        except OSError as error:
            raise write_failure(path, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._stream.close()

    def add(self, row: Mapping[str, Any]) -> int:
        """Add one row, with the system before this returns; return the byte that it begins at.

        Raises:
            AnitagError: ``disk_full`` or ``cannot_write``.
        """
        line = json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n"
        try:
            with self._lock:
                place = self._stream.tell()
                self._stream.write(line.encode("utf-8", "backslashreplace"))
                self._stream.flush()
        except OSError as error:
            raise write_failure(self._path, error) from error
        return place


def read_rows(path: Path) -> Iterator[Row]:
    """Yield the whole rows of a file; none if there is no file.

    Raises:
        AnitagError: ``bad_manifest`` with the row that is none.
    """
    for _, row in read_placed_rows(path):
        yield row


def read_placed_rows(path: Path) -> Iterator[tuple[int, Row]]:
    """Yield the whole rows of a file with the bytes that they begin at.

    Raises:
        AnitagError: ``bad_manifest`` with the row that is none.
    """
    if not path.exists():
        return
    place = 0
    with path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            if not line.endswith(b"\n"):  # a kill cut it off
                return
            try:
                row = json.loads(line)
                if not isinstance(row, dict):
                    raise ValueError("a row has to be an object")
            except (ValueError, RecursionError) as error:
                raise AnitagError(
                    "bad_manifest", path=path, row=number, reason=str(error)
                ) from error
            yield place, row
            place += len(line)


def row_at(stream: IO[bytes], place: int) -> Row:
    """Return the row of a file that begins at a byte, as it was read there before."""
    stream.seek(place)
    return dict(json.loads(stream.readline()))


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that is whole or absent, also after a power cut.

    Raises:
        AnitagError: ``disk_full`` or ``cannot_write``.
    """
    write_parts(path, (content,))


def write_parts(path: Path, parts: Iterable[bytes]) -> None:
    """Write a file part by part that is whole or absent, also after a power cut.

    Raises:
        AnitagError: ``disk_full`` or ``cannot_write``; what ``parts`` raises.
    """
    staging = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with staging.open("wb") as stream:
            stream.writelines(parts)
            stream.flush()
            os.fsync(stream.fileno())
        staging.replace(path)
    except OSError as error:
        _take_away(staging)
        raise write_failure(path, error) from error
    except BaseException:
        _take_away(staging)
        raise


def _take_away(staging: Path) -> None:
    with suppress(OSError):
        staging.unlink(missing_ok=True)


def _cut_torn_row(path: Path) -> None:
    if not path.exists():
        return
    with path.open("rb+") as stream:
        size = stream.seek(0, os.SEEK_END)
        end = size
        while end > 0:
            start = max(0, end - 65536)
            stream.seek(start)
            found = stream.read(end - start).rfind(b"\n")
            if found >= 0:
                end = start + found + 1
                break
            end = start
        if end < size:
            stream.truncate(end)
