"""The posts in files of any size as JSON: plain, packed, in archives, or from standard input."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path, PurePath
from typing import IO

import msgspec

from anitag_desktop.domain.error import AnitagError
from training.metadata.members import Member, tar_members, zip_members
from training.metadata.streams import (
    BROKEN,
    BUFFER,
    Unpacking,
    is_packed,
    is_tar,
    packed_kind,
    said,
)
from training.metadata.values import BrokenJsonError, json_objects

LONGEST_LINE = 16 << 20
"""Bytes; a file without line ends would fill the memory."""

STANDARD_INPUT = Path("-")
NAMES_KEPT = 3

_BLANKS = b" \t\r\n"
_MARK = b"\xef\xbb\xbf"
_LOOKED_AT = 4096
_JSON = frozenset({".json", ".jsonl", ".ndjson"})
_UNREAD = frozenset({".7z", ".rar"})
_ARCHIVES = _UNREAD | {".zip"}

LeftOut = Callable[[Path, str], None]
"""Is told which file of an archive or a folder is no metadata, and why."""


class MetadataLines:
    """Reads files, those of archives (tar, zip) and those beneath folders, each once in order.

    A file has an object a line, or, read more slowly, a list of them or objects over several lines.
    ``path`` and ``number`` (from 1) say where the last one stood; ``whole`` are the bytes of all
    files as they lie on the disk. In archives and folders files that are no metadata are left out:
    ``left_out`` counts them, and ``tell`` is told of each.
    """

    def __init__(self, paths: Sequence[Path], tell: LeftOut = lambda _path, _reason: None) -> None:
        self.paths = tuple(paths)
        self._files = [(file, path.is_dir()) for path in paths for file in _files(path)]
        self.path = self._files[0][0]
        self.number = 0
        self.left_out = 0
        self.whole = sum(_size(file) for file, _ in self._files)
        self._tell = tell
        self._names: list[str] = []
        self._read = 0
        self._before = 0
        self._packed: IO[bytes] | None = None

    def __iter__(self) -> Iterator[bytes]:
        """Yield the objects as they are written.

        Raises:
            AnitagError: ``bad_manifest`` for what is packed and broken, a line without end, or
                where nothing is metadata.
        """
        for path, is_sifted in self._files:
            self.path, self.number = path, 0
            try:
                if path == STANDARD_INPUT:
                    yield from self._objects(sys.stdin.buffer)
                else:
                    yield from self._file(path, is_sifted=is_sifted)
            except BrokenJsonError as error:
                self.number = error.row
                raise self.wrong(str(error)) from error
            except BROKEN as error:
                raise self.wrong(said(error)) from error
        if self.left_out and not self._read:
            self.path, self.number = self.paths[0], 0
            raise self.wrong(f"it has no metadata, but {'; '.join(self._names)}")

    @property
    def done(self) -> int:
        """How many bytes of the files were read."""
        return self._before + (self._packed.tell() if self._packed else 0)

    def wrong(self, reason: str) -> AnitagError:
        """Return what is wrong with the last line as an error for people."""
        where = "standard input" if self.path == STANDARD_INPUT else self.path
        return AnitagError("bad_manifest", path=where, row=self.number, reason=reason)

    def check_apart(self, target: Path) -> None:
        """Check that a file that is to be written is none of those that are read.

        Raises:
            AnitagError: ``bad_config``.
        """
        if target.exists() and any(
            file != STANDARD_INPUT and file.samefile(target) for file, _ in self._files
        ):
            reason = "it is read here, and would be written over"
            raise AnitagError("bad_config", path=target, reason=reason)

    def _file(self, path: Path, *, is_sifted: bool) -> Iterator[bytes]:
        size = _size(path)
        with path.open("rb", buffering=BUFFER) as packed:
            self._packed = packed
            try:
                unpacking = Unpacking(size)
                if path.suffix.lower() == ".zip":
                    yield from self._members(path, zip_members(packed), unpacking)
                elif is_tar(path):
                    members = tar_members(unpacking.open(packed, path))
                    yield from self._members(path, members, unpacking)
                else:
                    stream = unpacking.open(packed, path) if is_packed(path) else packed
                    yield from self._sifted(stream) if is_sifted else self._objects(stream)
            finally:
                self._packed = None
        self._before += size

    def _members(
        self, archive: Path, members: Iterator[Member], unpacking: Unpacking
    ) -> Iterator[bytes]:
        for name, content in members:
            self.path, self.number = archive / name, 0
            if is_tar(name) or name.suffix.lower() in _ARCHIVES:
                self._leave_out("an archive within the archive")
            else:
                yield from self._sifted(unpacking.open(content, name))
            self.path, self.number = archive, 0

    def _sifted(self, stream: IO[bytes]) -> Iterator[bytes]:
        """Yield the objects of a file that nobody named, if it holds posts."""
        head = _head(stream)
        if head[:1] not in (b"", b"{", b"[") and not _is_called_json(self.path):
            self._leave_out("no JSON")
            return
        objects = self._objects(stream)
        first = next(objects, None)
        if first is None:
            return
        if _is_of_another_kind(first):
            self._leave_out("its first object has no rating, so it is no post")
            return
        self._read += 1
        yield first
        yield from objects

    def _leave_out(self, reason: str) -> None:
        self.left_out += 1
        if len(self._names) < NAMES_KEPT:
            self._names.append(f"{self.path.name} ({reason})")
        self._tell(self.path, reason)

    def _objects(self, stream: IO[bytes]) -> Iterator[bytes]:
        head = _head(stream)
        if kind := packed_kind(head):
            raise self.wrong(f"it is packed ({kind}): unpack it, or let its name say so")
        if head[:1] == b"[":
            return self._spread(stream, b"", 1)
        lines = self._lines(stream)
        first = next(lines, b"").removeprefix(_MARK)
        begin, end = first.strip(_BLANKS)[:1], first.strip(_BLANKS)[-1:]
        if begin == b"{" and end != b"}":
            return self._spread(stream, first, self.number)
        return chain((first,) if begin else (), lines)

    def _spread(self, stream: IO[bytes], first: bytes, row: int) -> Iterator[bytes]:
        for number, content in json_objects(stream, first, row):
            self.number = number
            yield content

    def _lines(self, stream: IO[bytes]) -> Iterator[bytes]:
        while line := stream.readline(LONGEST_LINE):
            self.number += 1
            if len(line) == LONGEST_LINE:
                raise self.wrong(f"the line is longer than {LONGEST_LINE} bytes")
            if not line.isspace():
                yield line


def _head(stream: IO[bytes]) -> bytes:
    """Return how a file begins, without blanks, and leave it to be read."""
    return stream.peek(_LOOKED_AT).removeprefix(_MARK).lstrip(_BLANKS)  # type: ignore[attr-defined]


def _is_called_json(path: PurePath) -> bool:
    named = PurePath(path.stem) if is_packed(path) else path
    return named.suffix.lower() in _JSON


def _is_of_another_kind(first: bytes) -> bool:
    """Tell whether an object is sound, and no post: of a dump of tags, artists or pools."""
    try:
        found = msgspec.json.decode(first)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return False  # it is told when it is read as a post
    return isinstance(found, dict) and bool(found) and "rating" not in found


def _size(path: Path) -> int:
    return 0 if path == STANDARD_INPUT else path.stat().st_size


def _files(path: Path) -> list[Path]:
    if path == STANDARD_INPUT:
        return [path]
    found = list(_beneath(path)) if path.is_dir() else [path]
    if not found or not found[0].is_file():
        raise AnitagError("no_such_file", path=path)
    unread = next((file for file in found if file.suffix.lower() in _UNREAD), None)
    if unread is not None:
        reason = f"{unread.suffix} is not unpacked here; pipe it in and name - as the file"
        raise AnitagError("bad_manifest", path=unread, row=0, reason=reason)
    return found


def _beneath(folder: Path) -> Iterator[Path]:
    """Yield the files beneath a folder that are not hidden, in the order of their paths."""
    for at, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        here = Path(at)
        yield from (here / name for name in sorted(names) if not name.startswith("."))
