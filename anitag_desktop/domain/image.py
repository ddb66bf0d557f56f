"""Images: their identity, the facts read from their bytes, and where they stand."""

from dataclasses import dataclass
from enum import StrEnum

SHA256_DIGITS = 64
MD5_DIGITS = 32
"""Hex digits."""

MOST_STARS = 5


class ImageStatus(StrEnum):
    """Whether the bytes of an image can be reached now."""

    PRESENT = "present"
    MISSING = "missing"
    AWAY = "away"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What one read and one decode of an image file tell.

    ``sha256`` (64 hex digits) is the identity. ``pixel_hash`` is the sha256 of the decoded
    pixels with their size (hex), see ``recognition.decoding.Picture``. ``phash`` is a 64-bit
    perceptual hash as an unsigned integer.
    ``width`` and ``height`` are pixels after EXIF orientation; ``frames`` is over 1 if animated.
    """

    sha256: str
    md5: str
    pixel_hash: str
    phash: int
    width: int
    height: int
    format: str
    bytes: int
    frames: int = 1

    @property
    def is_animated(self) -> bool:
        """Whether the file holds more than one frame."""
        return self.frames > 1


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in a picture, as fractions (0 to 1) of its width and height."""

    left: float
    top: float
    width: float
    height: float
