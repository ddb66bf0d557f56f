"""The files in an archive (tar or zip), one after the other, each as a stream.

An archive comes from strangers: nothing of it is written, no name in it leads anywhere, and no more
of it is in memory than one long name, or the table of contents of a zip.
"""

import io
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import PurePosixPath
from tarfile import HeaderError
from typing import IO, Self

from training.metadata.streams import BUFFER, PackedError, as_packed_errors

LARGEST_HEADER = 1 << 20
"""Bytes that the long name of a file in a tar, or what else is told of it, may have."""

LARGEST_CONTENTS = 16 << 20
"""Bytes of a zip's table of contents: some 200,000 files. A tar has none, and any number."""

_LONGEST_NAME = 500
_LONG = frozenset(
    {
        *(tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE),
        *(tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK),
    }
)
_END, _END_LENGTH, _LONGEST_COMMENT = b"PK\5\6", 22, 65_535
_LOCATOR, _LOCATOR_LENGTH, _LARGE_END_LENGTH = b"PK\6\7", 20, 56
"""Of Zip64, whose end stands before the usual one and tells larger numbers."""

_EndOfTar = tarfile.EOFHeaderError  # type: ignore[attr-defined]

Member = tuple[PurePosixPath, IO[bytes]]
"""A file's name, fit to be shown, and its bytes, to be read before the next one is asked for."""


def tar_members(stream: IO[bytes]) -> Iterator[Member]:
    """Yield the files of a tar, which is read once from its begin to its end.

    Raises:
        PackedError: it is none, is damaged, or ends before its end.
    """
    with as_packed_errors():
        tar = tarfile.open(fileobj=stream, mode="r|", tarinfo=_Header)  # noqa: SIM115
    with tar:
        while (header := _next(tar)) is not None:
            content = tar.extractfile(header) if header.isfile() else None
            if content is None:
                continue
            name = _named(header.name)
            if not _is_hidden(name):
                yield name, content
            with as_packed_errors():  # what is left; to seek would believe any size that is told
                while content.read(BUFFER):
                    pass


def zip_members(packed: IO[bytes]) -> Iterator[Member]:
    """Yield the files of a zip in the order in which they lie in it.

    Raises:
        PackedError: it is none, is damaged, has too many files, or one that is encrypted.
    """
    with as_packed_errors():
        _check_contents(packed)
        archive = zipfile.ZipFile(packed)
    with archive:
        for member in sorted(archive.infolist(), key=lambda one: one.header_offset):
            name = _named(member.filename)
            if member.filename.endswith("/") or _is_hidden(name):
                continue
            with as_packed_errors():
                content = archive.open(member)
            with closing(content):
                yield name, content


class _Header(tarfile.TarInfo):
    """What stands before a file of a tar: a broken one is an error wherever it stands.

    ``tarfile`` takes one behind the first file for the end of the archive, and believes any size.
    """

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        """Read a header; what belongs to the next one has a size that finds room in memory."""
        header = super().frombuf(buf, encoding, errors)
        if header.type in _LONG:
            _check_size(header)
        return header

    @classmethod
    def fromtarfile(cls, tarfile: tarfile.TarFile) -> Self:
        """Read the next header, with what comes before it and belongs to it."""
        try:
            header = super().fromtarfile(tarfile)
        except _EndOfTar:
            raise
        except HeaderError as error:
            raise PackedError(f"the archive is cut off or damaged ({error})") from error
        if header.size < 0 or not header.isfile():
            _check_size(header)
        if header.issparse():
            raise PackedError(f"{_named(header.name)} is packed with holes: unpack the archive")
        return header


def _check_size(header: tarfile.TarInfo) -> None:
    if not 0 <= header.size <= LARGEST_HEADER:
        raise PackedError(f"the archive is damaged (it says a size of {header.size} bytes)")


def _next(tar: tarfile.TarFile) -> tarfile.TarInfo | None:
    with as_packed_errors():
        header = tar.next()
        tar.members.clear()  # type: ignore[attr-defined]  # it would keep all of them
    return header


def _check_contents(packed: IO[bytes]) -> None:
    """Refuse a table of contents that would take much memory, before it is read."""
    size = packed.seek(0, io.SEEK_END)
    packed.seek(max(0, size - _END_LENGTH - _LONGEST_COMMENT - _LOCATOR_LENGTH))
    tail = packed.read()
    start = tail.rfind(_END)
    if start < 0 or len(tail) < start + _END_LENGTH:
        raise PackedError("it is no zip, or cut off")
    length = int.from_bytes(tail[start + 12 : start + 16], "little")
    locator = tail[max(0, start - _LOCATOR_LENGTH) : start]
    if locator.startswith(_LOCATOR):
        packed.seek(min(size, int.from_bytes(locator[8:16], "little")))
        length = int.from_bytes(packed.read(_LARGE_END_LENGTH)[40:48], "little")
    if length > LARGEST_CONTENTS:
        raise PackedError("it has too many files: unpack it, and name the folder")


def _named(name: str) -> PurePosixPath:
    """Return a name as it can be shown and printed, and that begins nowhere."""
    shown = "".join(letter if letter.isprintable() else "?" for letter in name[:_LONGEST_NAME])
    return PurePosixPath(shown.replace("\\", "/").lstrip("/") or "?")


def _is_hidden(name: PurePosixPath) -> bool:
    """Tell whether a file is of a system's own: of a Mac's, or with a dot before its name."""
    return any(part == "__MACOSX" or (part[0] == "." and part != "..") for part in name.parts)
