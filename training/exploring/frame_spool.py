"""Frames laid by on the disk until it is known how large a film they make, and how long."""

import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, Self

from PIL import Image

from anitag_desktop.domain.error import write_failure
from training.scratch_file import open_scratch

_QUICK = 1
"""Of zlib: drawn frames shrink to a fifth all the same."""


class _Laid(NamedTuple):
    place: int
    length: int
    size: tuple[int, int]


class FrameSpool:
    """Takes frames (RGB), then gives back any of them. A temporary file, so of any number."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._laid: list[_Laid] = []
        self._end = 0
        self._file = open_scratch(folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()

    def add(self, frame: Image.Image) -> None:
        """Lay a frame by.

        Raises:
            AnitagError: ``disk_full`` or ``cannot_write``.
        """
        content = zlib.compress(frame.convert("RGB").tobytes(), _QUICK)
        try:
            self._file.seek(self._end)
            self._file.write(content)
        except OSError as error:
            raise write_failure(self._folder, error) from error
        self._laid.append(_Laid(self._end, len(content), frame.size))
        self._end += len(content)

    def extend(self, frames: Iterable[Image.Image]) -> Self:
        """Lay frames by, one after the other."""
        for frame in frames:
            self.add(frame)
        return self

    @property
    def size(self) -> tuple[int, int]:
        """The pixels across and down that every frame finds room in."""
        across, down = zip(*(laid.size for laid in self._laid), strict=True)
        return max(across), max(down)

    def __len__(self) -> int:
        return len(self._laid)

    def __getitem__(self, number: int) -> Image.Image:
        """Return a frame, counted from 0."""
        laid = self._laid[number]
        try:
            self._file.seek(laid.place)
            content = self._file.read(laid.length)
        except OSError as error:
            raise write_failure(self._folder, error) from error
        return Image.frombytes("RGB", laid.size, zlib.decompress(content))

    def __iter__(self) -> Iterator[Image.Image]:
        return (self[number] for number in range(len(self)))
