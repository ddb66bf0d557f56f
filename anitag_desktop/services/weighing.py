"""Weighing: how much finer the detail of one picture is than that of another which shows the same.

What tells is how strongly neighbouring pixels differ (the root mean square of the discrete
Laplacian of the grey picture): enlarging by k leaves about 0.8 / k^1.4 of it, while a picture that
really is larger keeps more than 0.9 / k. So the measure is taken times the size.
"""

from typing import TYPE_CHECKING

from anitag_desktop.services.thumbnailing import RawImage, Thumbnails

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LARGEST = 4096
"""Longest side in pixels at which pictures are weighed."""

_FLAT = 0.01
"""Of grey values from 0 to 255: less than this is no detail."""


class Weigher:
    """Weighs pictures; may be called from any thread, and waits for the viewer process."""

    def __init__(self, thumbnails: Thumbnails) -> None:
        self._thumbnails = thumbnails

    def detail(self, one: int, other: int) -> float:
        """Return the detail of a picture over that of the other, 1 where both have none.

        Raises:
            AnitagError: why one of them cannot be seen.
        """
        return self._fineness(one) / self._fineness(other)

    def _fineness(self, image_id: int) -> float:
        raw = self._thumbnails.preview(image_id, LARGEST)
        return max(roughness(raw), _FLAT) * max(raw.width, raw.height)


def roughness(raw: RawImage) -> float:
    """Return the root mean square of the Laplacian, in grey values from 0 to 255."""
    import numpy as np

    grey = _grey(raw)
    if min(grey.shape) < 3:
        return 0.0
    within = grey[1:-1, 1:-1]
    around = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    return float(np.sqrt(np.mean(np.square(4 * within - around))))


def _grey(raw: RawImage) -> "NDArray[np.float32]":
    """Return the mean of the colours over black: transparent pixels may hold anything."""
    import numpy as np

    pixels = np.frombuffer(raw.pixels, np.uint8).reshape(raw.height, raw.width, 4)
    grey: NDArray[np.float32] = pixels[..., :3].mean(axis=2, dtype=np.float32)
    grey *= pixels[..., 3].astype(np.float32) / 255
    return grey
