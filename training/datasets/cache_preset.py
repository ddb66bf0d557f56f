"""How pictures are made smaller before they are kept: as squares of pixels, or as JPEG."""

import io
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from anitag_desktop.recognition.colour import flatten
from anitag_desktop.recognition.decoding import decode

VERSION = 2
"""Raised whenever the same file would give other pixels."""

WHITE = (255, 255, 255)
QUALITY = 95

Geometry = Literal["square", "shorter"]


@dataclass(frozen=True, slots=True)
class CachePreset:
    """What a file is made into: it is part of where the result lies.

    ``square``: pixels of ``side`` x ``side``, padded with white, with their alpha where they are
    see-through. ``shorter``: JPEG on white, its shorter side ``side`` pixels long (never enlarged),
    for views that crop by themselves.
    """

    geometry: Geometry
    side: int

    @property
    def name(self) -> str:
        """A name for the folder of what is made by it."""
        return f"{self.geometry}-{self.side}-v{VERSION}"

    @property
    def suffix(self) -> str:
        """What a file's name ends in."""
        return ".jpg" if self.geometry == "shorter" else ".px"

    def make(self, content: bytes) -> bytes:
        """Return what a picture file's bytes become.

        Raises:
            AnitagError: they are no picture that the app would read.
        """
        image = decode(content, is_hashed=False).image
        return _jpeg(image, self.side) if self.geometry == "shorter" else _raw(image, self.side)

    def is_whole(self, size: int) -> bool:
        """Tell whether a file of so many bytes may be what ``make`` returned."""
        pixels = self.side**2
        return size > 0 if self.geometry == "shorter" else size in (3 * pixels, 4 * pixels)

    def pixels(self, raw: bytes) -> NDArray[np.uint8]:
        """Return a made square as ``side`` x ``side`` x 4 (RGBA).

        Raises:
            ValueError: it is none.
        """
        channels = len(raw) // self.side**2
        found = np.frombuffer(raw, np.uint8).reshape(self.side, self.side, channels)
        if channels == 4:
            return found
        whole = np.full((self.side, self.side, 4), 255, np.uint8)
        whole[:, :, :3] = found
        return whole


def square(image: Image.Image, size: int) -> Image.Image:
    """Return an upright picture as an RGBA square: padded with white, resized (bicubic)."""
    image = image.convert("RGBA")
    side = max(image.size)
    canvas = Image.new("RGBA", (side, side), (*WHITE, _padding_alpha(image)))
    canvas.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
    return canvas.resize((size, size), Image.Resampling.BICUBIC)


def _padding_alpha(image: Image.Image) -> int:
    """Pad a cut-out figure with nothing, so that a new background fills the whole square."""
    lowest, _ = image.getchannel("A").getextrema()
    return 255 if lowest == 255 else 0


def _raw(image: Image.Image, side: int) -> bytes:
    made = square(image, side)
    lowest, _ = made.getchannel("A").getextrema()
    return (made.convert("RGB") if lowest == 255 else made).tobytes()


def _jpeg(image: Image.Image, side: int) -> bytes:
    scale = side / min(image.size)
    if scale < 1:
        size = (max(side, round(image.width * scale)), max(side, round(image.height * scale)))
        image = image.resize(size, Image.Resampling.LANCZOS)
    target = io.BytesIO()
    flatten(image, WHITE).save(target, "JPEG", quality=QUALITY, subsampling=0)
    return target.getvalue()
