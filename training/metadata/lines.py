"""The lines of files of any size: plain, gzip, bzip2, xz, Zstandard, tar, or standard input."""

import bz2
import gzip
import lzma
import sys
import tarfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path, PurePosixPath
from typing import IO, Any

from anitag_desktop.domain.error import AnitagError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LONGEST_LINE = 16 << 20
"""Bytes; a file without line ends would fill the memory."""

_BUFFER = 1 << 18

STANDARD_INPUT = Path("-")
_UNPACKED: dict[str, Any] = {
    ".gz": gzip.open,
    ".tgz": gzip.open,
    ".bz2": bz2.open,
    ".xz": lzma.open,
    ".zst": zstd.open,
}
_BROKEN = (OSError, EOFError, lzma.LZMAError, zlib.error, zstd.ZstdError, tarfile.TarError)


class MetadataLines:
    """Reads files, or the files of folders in the order of their names.

    ``path`` and ``number`` (from 1) say where the last line stood; ``whole`` are the bytes of all
    files as they lie on the disk.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self.paths = tuple(paths)
        self._files = [file for path in paths for file in _files(path)]
        self.path = self._files[0]
        self.number = 0
        self.whole = sum(_size(file) for file in self._files)
        self._before = 0
        self._packed: IO[bytes] | None = None

    def __iter__(self) -> Iterator[bytes]:
        """Yield the lines that are not blank.

        Raises:
            AnitagError: ``bad_manifest`` for an archive that is broken and a line without end.
        """
        for path in self._files:
            self.path, self.number = path, 0
            try:
                if path == STANDARD_INPUT:
                    yield from self._lines(sys.stdin.buffer)
                else:
                    yield from self._file(path)
            except _BROKEN as error:
                raise self.wrong(str(error)) from error

    @property
    def done(self) -> int:
        """How many bytes of the files were read."""
        return self._before + (self._packed.tell() if self._packed else 0)

    def wrong(self, reason: str) -> AnitagError:
        """Return what is wrong with the last line as an error for people."""
        return AnitagError("bad_manifest", path=self.path, row=self.number, reason=reason)

    def _file(self, path: Path) -> Iterator[bytes]:
        unpack = _UNPACKED.get(path.suffix.lower(), nullcontext)
        with path.open("rb", buffering=_BUFFER) as packed, unpack(packed) as stream:
            self._packed = packed
            try:
                yield from (self._members if _is_tar(path) else self._lines)(stream)
            finally:
                self._packed = None
        self._before += _size(path)

    def _members(self, stream: IO[bytes]) -> Iterator[bytes]:
        """Yield the lines of the files in an archive, which is read once from its begin to its end.

        Danbooru2021 has the posts of 2020 beside its own, in a folder below: no post comes twice.
        """
        archive, first = self.path, None
        with tarfile.open(fileobj=stream, mode="r|") as tar:
            while (member := tar.next()) is not None:
                tar.members.clear()  # type: ignore[attr-defined]  # it would keep all of them
                name = PurePosixPath(member.name)
                if not member.isfile() or name.name.startswith("."):
                    continue
                first = first or name
                if name.parent != first.parent:
                    reason = (
                        f"it has files in {first.parent} and {name.parent}: unpack it, name one"
                    )
                    raise AnitagError("bad_manifest", path=archive, row=0, reason=reason)
                self.path, self.number = archive / name, 0
                yield from self._lines(tar.extractfile(member) or stream)

    def _lines(self, stream: IO[bytes]) -> Iterator[bytes]:
        while line := stream.readline(LONGEST_LINE):
            self.number += 1
            if len(line) == LONGEST_LINE:
                raise self.wrong(f"the line is longer than {LONGEST_LINE} bytes")
            if not line.isspace():
                yield line


def _is_tar(path: Path) -> bool:
    endings = (path.suffix.lower(), Path(path.stem).suffix.lower())
    return ".tar" in endings or endings[0] == ".tgz"


def _size(path: Path) -> int:
    return 0 if path == STANDARD_INPUT else path.stat().st_size


def _files(path: Path) -> list[Path]:
    if path == STANDARD_INPUT:
        return [path]
    found = sorted(f for f in path.iterdir() if f.is_file()) if path.is_dir() else [path]
    if not found or not found[0].is_file():
        raise AnitagError("no_such_file", path=path)
    packed = next((file for file in found if file.suffix.lower() in (".zip", ".7z")), None)
    if packed is not None:
        reason = f"{packed.suffix} is not unpacked here; pipe it in and name - as the file"
        raise AnitagError("bad_manifest", path=packed, row=0, reason=reason)
    return found
