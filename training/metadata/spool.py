"""Posts laid by on the disk between counting their tags and choosing by the counts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Self

import msgspec

from anitag_desktop.domain.error import write_failure
from training.metadata.posts import MetadataPost, Tagged
from training.scratch_file import open_scratch

_BUFFER = 1 << 20


class SpooledPost(msgspec.Struct, array_like=True):
    """What is needed of a post later on."""

    id: int
    ext: str
    md5: str
    rating: str
    parent: int
    tags: Tagged


class Spool:
    """Takes posts, then gives them back in their order. A temporary file, so of any size."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._encode = msgspec.json.Encoder().encode
        self._decode = msgspec.json.Decoder(SpooledPost).decode
        self._file = open_scratch(folder, _BUFFER)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()

    def add(self, post: MetadataPost, tags: Tagged) -> None:
        """Lay a post by.

        Raises:
            AnitagError: ``disk_full`` or ``cannot_write``.
        """
        row = SpooledPost(
            post.id, post.file_ext, post.md5 or "", post.rating, post.parent_id or 0, tags
        )
        try:
            self._file.write(self._encode(row) + b"\n")
        except OSError as error:
            raise write_failure(self._folder, error) from error

    def __iter__(self) -> Iterator[SpooledPost]:
        """Yield the posts from the first on."""
        try:
            self._file.seek(0)
        except OSError as error:
            raise write_failure(self._folder, error) from error
        for line in self._file:
            yield self._decode(line)
