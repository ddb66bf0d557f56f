"""The plain-text copy of the log: ``journal/corrections-YYYYMM.jsonl``.

Lines are written and flushed to the disk inside the transaction that logs them, before its
commit: what is acknowledged is in both places, and a full disk refuses the correction whole. A
crash in between leaves the journal ahead by one transaction; it is read back when the library is
opened. If the commit fails, the lines are cut off again.
"""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import Connection

from anitag_desktop.storage import journal_lines, log
from anitag_desktop.storage.failures import failures_of
from anitag_desktop.storage.fault_points import fault_point
from anitag_desktop.storage.files_on_disk import make_private_folder, sync_folder
from anitag_desktop.storage.journal_lines import Row


class Journal:
    """The journal of one library, written by the library's writer thread alone."""

    def __init__(
        self, folder: Path, library_uid: str, clock: Callable[[], float] = time.time
    ) -> None:
        self.folder = folder
        self.last_seq = 0
        self._uid = library_uid
        self._clock = clock
        self._uncommitted: tuple[Path, int, int] | None = None  # file, its size, last_seq before
        self._to_cut: tuple[Path, int] | None = None

    def open(self) -> None:
        """Cut off what a crash left unfinished and find the newest line."""
        with failures_of(self.folder):
            make_private_folder(self.folder)
            self.last_seq = max((_heal(path) for path in files(self.folder)), default=0)

    def before_commit(self, conn: Connection) -> None:
        """Write the lines of what this transaction logged; raise, and it is rolled back."""
        last = log.last_seq(conn)
        if last <= self.last_seq:
            return
        path = self.folder / time.strftime("corrections-%Y%m.jsonl", time.gmtime(self._clock()))
        text = b"".join(journal_lines.lines_after(conn, self.last_seq))
        with failures_of(path):
            self._cut_leftover()
            fault_point("journal.before_append")
            self._append(path, text)
        self.last_seq = last
        fault_point("journal.after_append")

    def committed(self) -> None:
        """Take notice that the lines count."""
        self._uncommitted = None

    def rolled_back(self) -> None:
        """Cut off the lines of a transaction that was rolled back."""
        if self._uncommitted is not None:
            path, size, self.last_seq = self._uncommitted
            self._to_cut, self._uncommitted = (path, size), None
            try:
                self._cut_leftover()
            except OSError:
                return  # tried again before the next line is written
        return

    def _append(self, path: Path, text: bytes) -> None:
        is_new = not path.exists()
        text = journal_lines.header(self._uid) + text if is_new else text
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            self._uncommitted = (path, os.fstat(handle).st_size, self.last_seq)
            _write(handle, text)
            os.fsync(handle)
        finally:
            os.close(handle)
        if is_new:
            sync_folder(self.folder)

    def _cut_leftover(self) -> None:
        if self._to_cut is not None:
            _cut(*self._to_cut)
            self._to_cut = None


def files(folder: Path) -> list[Path]:
    """Return the journal's files, oldest month first."""
    return sorted(folder.glob("corrections-*.jsonl"))


def read(folder: Path, after: int = 0) -> Iterator[Row]:
    """Give the sound rows after a seq, each seq once, in the order of the log."""
    rows: dict[int, Row] = {}
    for path in files(folder):
        for _, row in journal_lines.read_file(path):
            if row is not None and row["seq"] > after:
                rows[row["seq"]] = row
    return (rows[seq] for seq in sorted(rows))


def library_uid(folder: Path) -> str | None:
    """Return which library the journal belongs to; None without a journal."""
    for path in reversed(files(folder)):
        for _, row in journal_lines.read_file(path):
            if row is not None and row["op"] == journal_lines.HEADER:
                return str(row["library"])
            break
    return None


def set_aside(folder: Path, library_uid: str) -> None:
    """Move the journal of another library out of the way, keeping it."""
    aside = folder / f"of-library-{library_uid}"
    make_private_folder(aside)
    for path in files(folder):
        path.rename(aside / path.name)


def _write(handle: int, text: bytes) -> None:
    half = len(text) // 2
    written = os.write(handle, text[:half])
    fault_point("journal.torn")
    while written < len(text):
        written += os.write(handle, text[written:])


def _heal(path: Path) -> int:
    """Cut an unfinished transaction off the end of a file and return the last seq left."""
    end, last = _last_row(path)
    if last is not None and last["seq"] != last["end"]:
        end, last = _last_finished(path)
    if end < path.stat().st_size:
        _cut(path, end)
    return int(last["seq"]) if last else 0


def _last_row(path: Path) -> tuple[int, Row | None]:
    """Return where the last sound line ends, and its row, reading the file's end alone."""
    size, window = path.stat().st_size, 1 << 16
    while True:
        with path.open("rb") as stream:
            stream.seek(max(0, size - window))
            lines = stream.read().splitlines(keepends=True)
        end = size
        whole = lines if window >= size else lines[1:]
        for line in reversed(whole):
            if (row := journal_lines.decode(line)) is not None:
                return end, row
            end -= len(line)
        if window >= size:
            return 0, None
        window *= 4


def _last_finished(path: Path) -> tuple[int, Row | None]:
    """Return where the last finished transaction ends, and its last row."""
    end, position = 0, 0
    last: Row | None = None
    with path.open("rb") as stream:
        for line in stream:
            position += len(line)
            row = journal_lines.decode(line)
            if row is not None and row["seq"] == row["end"]:
                end, last = position, row
    return end, last


def _cut(path: Path, size: int) -> None:
    handle = os.open(path, os.O_WRONLY)
    try:
        os.ftruncate(handle, size)
        os.fsync(handle)
    finally:
        os.close(handle)
