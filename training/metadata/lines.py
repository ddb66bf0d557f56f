"""The lines of files of any size, one after another: plain, gzip, bzip2, xz, or standard input."""

import bz2
import gzip
import lzma
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from anitag_desktop.domain.error import AnitagError

BLOCK = 1 << 20
LONGEST_LINE = 16 << 20
"""Bytes; a file without line ends would fill the memory."""

STANDARD_INPUT = Path("-")
_UNPACKED: dict[str, Any] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}


class MetadataLines:
    """Reads files, or the files of folders in the order of their names.

    ``path`` and ``number`` (from 1) say where the last line stood; ``done`` of ``whole`` bytes of
    the files, as they lie on the disk, were read.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self.paths = tuple(paths)
        self._files = [file for path in paths for file in _files(path)]
        self.path = self._files[0]
        self.number = 0
        self.done = 0
        self.whole = sum(file.stat().st_size for file in self._files if file != STANDARD_INPUT)

    def __iter__(self) -> Iterator[bytes]:
        """Yield the lines without their ends and without blank ones.

        Raises:
            AnitagError: ``bad_manifest`` for an archive that is broken and a line without end.
        """
        for path in self._files:
            self.path, self.number, before = path, 0, self.done
            try:
                if self.path == STANDARD_INPUT:
                    yield from self._lines(sys.stdin.buffer, None, before)
                else:
                    yield from self._file(before)
            except (OSError, EOFError, lzma.LZMAError) as error:
                raise self.wrong(str(error)) from error

    def wrong(self, reason: str) -> AnitagError:
        """Return what is wrong with the last line as an error for people."""
        return AnitagError("bad_manifest", path=self.path, row=self.number, reason=reason)

    def _file(self, before: int) -> Iterator[bytes]:
        with self.path.open("rb") as packed:
            unpack = _UNPACKED.get(self.path.suffix.lower())
            if unpack is None:
                yield from self._lines(packed, packed, before)
                return
            with unpack(packed, "rb") as stream:
                yield from self._lines(stream, packed, before)

    def _lines(self, stream: IO[bytes], packed: IO[bytes] | None, before: int) -> Iterator[bytes]:
        rest = b""
        while block := stream.read(BLOCK):
            self.done = before + packed.tell() if packed else self.done + len(block)
            *lines, rest = (rest + block).split(b"\n")
            for line in lines:
                self.number += 1
                if line and not line.isspace():
                    yield line
            if len(rest) > LONGEST_LINE:
                self.number += 1
                raise self.wrong(f"the line is longer than {LONGEST_LINE} bytes")
        self.number += 1
        if rest.strip():
            yield rest


def _files(path: Path) -> list[Path]:
    if path == STANDARD_INPUT:
        return [path]
    found = sorted(f for f in path.iterdir() if f.is_file()) if path.is_dir() else [path]
    if not found or not found[0].is_file():
        raise AnitagError("no_such_file", path=path)
    packed = next((file for file in found if file.suffix.lower() in (".zst", ".zip", ".7z")), None)
    if packed is not None:
        reason = f"{packed.suffix} is not unpacked here; pipe it in and name - as the file"
        raise AnitagError("bad_manifest", path=packed, row=0, reason=reason)
    return found
