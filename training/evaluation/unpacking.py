"""Pictures of a set that lie in a zip: each brought once to its own place beneath a folder.

The archive is hostile: only what the set names is unpacked, up to a limit, and nothing beside the
folder. Files keep the folders that they have in the archive, so that none takes another's place.
"""

import hashlib
import zipfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from anitag_desktop.domain.error import AnitagError, write_failure

LARGEST_MEMBER = 32 * 1024 * 1024
"""Bytes; what is said to be larger is no picture of such a set."""

_NAMES_TOLD = 3


class PackedPictures:
    """The members of an archive by the names that a set may call them."""

    def __init__(self, archive: Path) -> None:
        """Read the table of contents.

        Raises:
            AnitagError: ``bad_archive``.
        """
        self._archive = archive
        try:
            self._packed = zipfile.ZipFile(archive)
        except Exception as error:
            raise self._bad(f"it is no zip, or cut off ({_said(error)})") from error
        self._by_name: defaultdict[str, list[zipfile.ZipInfo]] = defaultdict(list)
        self._by_last: defaultdict[str, list[zipfile.ZipInfo]] = defaultdict(list)
        for member in self._packed.infolist():
            if not member.filename.endswith("/"):  # is_dir() wants a name
                self._by_name[_slashed(member.filename)].append(member)
                self._by_last[PurePosixPath(_slashed(member.filename)).name].append(member)

    def unpack(self, files: Sequence[str], target: Path) -> list[Path]:
        """Return where each file lies beneath ``target``; what lies there already is left alone.

        A file is named with its folders in the archive, or without, where only one has that name.
        Of one that is not in the archive the place is empty.

        Raises:
            AnitagError: ``bad_archive`` for members that are broken, too large, of the same name or
                lead elsewhere; ``disk_full``, ``cannot_write``.
        """
        with self._packed:
            members = [self._member(file) for file in files]
            self._check_apart([member for member in members if member])
            places = []
            for file, member in zip(files, members, strict=True):
                inner = self._inner(member) if member else PurePosixPath(_slashed(file)).name
                places.append(target / inner)
                if member and not _is_there(places[-1], member.file_size):
                    _write(places[-1], self._content(member))
        return places

    def _member(self, file: str) -> zipfile.ZipInfo | None:
        name = _slashed(file)
        found = self._by_name.get(name) or self._by_last.get(name, [])
        if len(found) > 1:
            told = ", ".join(member.filename for member in found[:_NAMES_TOLD])
            more = ", ..." if len(found) > _NAMES_TOLD else ""
            raise self._bad(
                f"it has {len(found)} files {file}, none of which is meant: {told}{more}"
            )
        return found[0] if found else None

    def _inner(self, member: zipfile.ZipInfo) -> PurePosixPath:
        """Return a member's place beneath any folder."""
        inner = PurePosixPath(_slashed(member.filename))
        if inner.is_absolute() or ".." in inner.parts or ":" in member.filename:
            raise self._bad(f"the name {member.filename!r} leads out of the folder")
        return inner

    def _check_apart(self, members: Sequence[zipfile.ZipInfo]) -> None:
        """Refuse names that are the same on systems that do not tell large letters from small."""
        known: dict[str, str] = {}
        for member in members:
            other = known.setdefault(member.filename.casefold(), member.filename)
            if other != member.filename:
                raise self._bad(f"{other} and {member.filename} would be the same file")

    def _content(self, member: zipfile.ZipInfo) -> bytes:
        if member.file_size > LARGEST_MEMBER:
            reason = f"{member.filename} has {member.file_size} bytes, more than {LARGEST_MEMBER}"
            raise self._bad(reason)
        try:
            return self._packed.read(member)
        except Exception as error:
            raise self._bad(f"{member.filename}: {_said(error)}") from error

    def _bad(self, reason: str) -> AnitagError:
        return AnitagError("bad_archive", path=self._archive, reason=reason)


def unpacked(archive: Path, files: Sequence[str], cache: Path) -> list[Path]:
    """Return where the files of an archive lie in a folder of ``cache`` that is its own.

    Raises:
        AnitagError: as ``PackedPictures``.
    """
    packed = PackedPictures(archive)
    key = hashlib.sha256(f"{archive.resolve()}{archive.stat().st_mtime_ns}".encode()).hexdigest()
    return packed.unpack(files, cache / f"{archive.parent.name}-{key[:12]}")


def _slashed(name: str) -> str:
    return name.replace("\\", "/")


def _said(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def _is_there(place: Path, size: int) -> bool:
    try:
        return place.is_file() and place.stat().st_size == size
    except OSError:  # a name that no file can have
        return False


def _write(place: Path, content: bytes) -> None:
    staging = place.with_name(f".{place.name}.part")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        staging.write_bytes(content)
        staging.replace(place)
    except OSError as error:
        raise write_failure(place, error) from error
