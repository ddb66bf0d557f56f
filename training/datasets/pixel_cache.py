"""Pictures decoded once into RGBA squares of one size, which are read from the cache.

Training reads every picture many times; decoding it each time would cost more than the network.
The geometry is the packaged model's own (EXIF orientation, white square padding, bicubic), only
alpha is kept, so that cut-out figures can be put before other backgrounds.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from anitag_desktop.recognition.reading import read_file
from training.datasets.picture_cache import PictureCache

Pixels = NDArray[np.uint8]


class CachedPixels:
    """The squares of pictures by their number, each side x side x 4; may go to another process."""

    def __init__(self, cache: PictureCache, paths: Sequence[Path], hashes: Sequence[str]) -> None:
        self._cache = cache
        self._paths, self._hashes = paths, hashes

    def __len__(self) -> int:
        return len(self._hashes)

    def __getitem__(self, row: int) -> Pixels:
        """Return a square; one that is gone from the cache is made again, and not kept.

        Raises:
            AnitagError: its picture cannot be read any more either.
        """
        preset = self._cache.preset
        try:
            raw = self._cache.path(self._hashes[row]).read_bytes()
            return preset.pixels(raw)
        except (OSError, ValueError):
            return preset.pixels(preset.make(read_file(os.fsencode(self._paths[row])).content))

    def __iter__(self) -> Iterator[Pixels]:
        return (self[row] for row in range(len(self)))
