"""Lookups: the images that a hash, a path or a folder stands for, one question at a time."""

import os

from sqlalchemy import ColumnElement, Connection, func, select

from anitag_desktop.domain.file import span_below
from anitag_desktop.storage.places import stands
from anitag_desktop.storage.schema import files, images


class PictureLookup:
    """Answers from one reading connection of the library. Ids are those of images."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def by_sha256(self, sha256: str) -> list[int]:
        """Return the image with this hash."""
        return self._images(images.c.sha256 == sha256)

    def by_md5(self, md5: str) -> list[int]:
        """Return the images with this hash."""
        return self._images(images.c.md5 == md5)

    def by_path(self, path: str) -> list[int]:
        """Return the image at an absolute path, as it is spelt or with its links resolved."""
        for spelling in _spellings(path):
            found = self._places(files.c.path == spelling)
            if found:
                return [image_id for _, image_id in found]
        return []

    def in_folder(self, folder: str) -> list[tuple[str, int]]:
        """Return the names of the files right in a folder, each with its image."""
        for spelling in _spellings(folder):
            found = self._places(_right_in(spelling))
            if found:
                return found
        return []

    def _images(self, condition: ColumnElement[bool]) -> list[int]:
        return list(self._conn.execute(select(images.c.id).where(condition)).scalars())

    def _places(self, condition: ColumnElement[bool]) -> list[tuple[str, int]]:
        query = select(files.c.path, files.c.image_id).where(
            condition, files.c.image_id.is_not(None), stands()
        )
        return [
            (os.path.basename(os.fsdecode(path)), image_id)  # noqa: PTH119 - bytes stay
            for path, image_id in self._conn.execute(query)
        ]


def _spellings(path: str) -> list[bytes]:
    return list(dict.fromkeys((os.fsencode(path), os.fsencode(os.path.realpath(path)))))


def _right_in(folder: bytes) -> ColumnElement[bool]:
    first, after = span_below(folder)
    rest = func.substr(files.c.path, len(first) + 1)
    is_right_in = func.instr(rest, os.fsencode(os.sep)) == 0
    return (files.c.path >= first) & (files.c.path < after) & is_right_in
