"""What is known of a picture after its one decode: hashes, the thumbnail."""

from typing import TYPE_CHECKING, BinaryIO

from anitag_desktop.domain.image import ImageFacts
from anitag_desktop.recognition.colour import flatten

if TYPE_CHECKING:
    from PIL.Image import Image

    from anitag_desktop.recognition.decoding import Picture
    from anitag_desktop.recognition.reading import FileBytes

THUMBNAIL_SIDE = 384
_QUALITY = 80
_GROUND = (255, 255, 255)
_HASH_SIDE = 32
_GAP = 1.25
"""Before it is scaled, the picture is reduced to this many times the thumbnail at least."""


def thumbnail_of(picture: "Picture") -> "Image":
    """Return the picture at most ``THUMBNAIL_SIDE`` pixels wide and high, over white."""
    from PIL.Image import Resampling

    longest = max(picture.image.size)
    image, extent = picture.reduced(max(1, int(longest / THUMBNAIL_SIDE / _GAP)))
    scale = THUMBNAIL_SIDE / longest
    if scale < 1:
        width, height = (max(1, round(length * scale)) for length in picture.image.size)
        box = (0, 0, *extent[:2])
        image = image.resize((width, height), Resampling.HAMMING, box)
    return flatten(image, _GROUND)


def write_jpeg(thumbnail: "Image", target: BinaryIO) -> None:
    """Write a thumbnail as JPEG of quality 80; to a real file without stopping other threads."""
    thumbnail.save(target, "JPEG", quality=_QUALITY)


def facts_of(file: "FileBytes", picture: "Picture", thumbnail: "Image") -> ImageFacts:
    """Return the facts of a file and its picture; the perceptual hash is the thumbnail's."""
    return ImageFacts(
        sha256=file.sha256(),
        md5=file.md5(),
        pixel_hash=picture.pixel_hash,
        phash=perceptual_hash(thumbnail),
        width=picture.width,
        height=picture.height,
        format=picture.format,
        bytes=len(file.content),
        frames=picture.frames,
    )


def perceptual_hash(image: "Image") -> int:
    """Return 64 bits: which of the 8 x 8 lowest frequencies of the grey picture are strong.

    Strong is what exceeds their median. Pictures that look alike differ in few bits; unlike
    ones in about 32.
    """
    import numpy as np
    from PIL.Image import Resampling

    grey = image.convert("L").resize((_HASH_SIDE, _HASH_SIDE), Resampling.BOX)
    steps = np.arange(_HASH_SIDE)
    cosines = np.cos(np.pi / _HASH_SIDE * np.outer(np.arange(8), steps + 0.5))
    low = (cosines @ np.asarray(grey, np.float64) @ cosines.T).ravel()
    median = np.median(low[1:])
    bits = np.packbits(low > median).tobytes()
    return int.from_bytes(bits, "big")
