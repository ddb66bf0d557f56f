"""Rows that are added one by one and outlive a kill: a file of JSON lines."""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import Lock
from typing import Any, Self

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

    def add(self, row: Mapping[str, Any]) -> None:
        """Add one row; it is with the system before this returns.

        Raises:
            AnitagError: ``disk_full`` or ``cannot_write``.
        """
        line = json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n"
        try:
            with self._lock:
                self._stream.write(line.encode("utf-8", "backslashreplace"))
                self._stream.flush()
        except OSError as error:
            raise write_failure(self._path, error) from error


def read_rows(path: Path) -> Iterator[Row]:
    """Yield the whole rows of a file; none if there is no file.

    Raises:
        AnitagError: ``bad_manifest`` with the row that is none.
    """
    if not path.exists():
        return
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
            yield row


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that is whole or absent, also after a power cut.

    Raises:
        AnitagError: ``disk_full`` or ``cannot_write``.
    """
    staging = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with staging.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        staging.replace(path)
    except OSError as error:
        staging.unlink(missing_ok=True)
        raise write_failure(path, error) from error


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
