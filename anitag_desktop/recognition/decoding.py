"""Decoding untrusted bytes with Pillow: an allow-list, caps, and one kind of error.

The one decode gives the picture at a fixed reduction (``SIDE``), from which facts, thumbnail and
every model's pixels are made. A picture under twice that side is not reduced at all. JPEG is
reduced while it is decoded, which is several times faster; the others by averaging whole blocks.
The difference that this makes to a model's pixels is bounded by a test of ``preprocessing``.
"""

import hashlib
import io
import math
import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.recognition.colour import to_rgb_or_rgba
from anitag_desktop.recognition.formats import ANIMATED, FORMATS, sniff

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

SIDE = 1024
"""A reduced picture keeps at least this many pixels on its longer side."""

PIXEL_LIMIT = 1 << 26
"""A picture has at most this many pixels (67 megapixels)."""

_TEXT_LIMIT = 16 * 1024 * 1024
_ORIENTATION = 0x0112
_HARMLESS = r".*(EXIF|Exif|Metadata|metadata|ICC|iCCP).*"

Admission = Callable[[int], AbstractContextManager[object]]
"""Asked with a count of pixels before they are decoded; left when they are reduced."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded picture, upright, RGB or RGBA.

    ``image`` may be reduced; ``width`` and ``height`` are those of the whole picture, and
    ``extent`` is what these come to in pixels of ``image``: where the reduction does not divide
    them, the last pixels of ``image`` stand for a part of a block.
    ``pixel_hash`` is the sha256 of the pixels with their size: the whole ones, or for JPEG those
    of its decode at the fixed reduction; it does not depend on the models in use.
    """

    image: "Image"
    width: int
    height: int
    format: str
    frames: int
    pixel_hash: str
    extent: tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a decode is for: the least longer side, and whether the pixels are hashed."""

    side: int
    is_hashed: bool


def harden() -> None:
    """Set Pillow's limits for this process; to be called before the first picture."""
    from PIL import (
        AvifImagePlugin,
        Image,
        ImageFile,
        MpoImagePlugin,
        PngImagePlugin,
        TiffImagePlugin,
        WebPImagePlugin,
    )

    warnings.simplefilter("error")
    warnings.filterwarnings("ignore", message=_HARMLESS)
    Image.MAX_IMAGE_PIXELS = PIXEL_LIMIT
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    PngImagePlugin.MAX_TEXT_CHUNK = _TEXT_LIMIT
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    # Image.init would load the decoders of all the formats that are never read.
    Image.preinit()
    assert set(FORMATS) <= set(Image.OPEN), (MpoImagePlugin, TiffImagePlugin, WebPImagePlugin)


def decode(
    content: bytes,
    *,
    side: int = SIDE,
    admit: Admission | None = None,
    is_hashed: bool = True,
) -> Picture:
    """Decode a picture's first frame, reduced to no less than ``side`` on its longer side.

    Without ``is_hashed`` the pixel hash is empty, which saves its time.

    Raises:
        AnitagError: ``picture_unknown``, ``picture_damaged`` or ``picture_too_large``.
        MemoryError: the process has no room for it.
    """
    kind = sniff(content)
    if kind is None:
        raise AnitagError("picture_unknown")
    try:
        return _decode(content, kind, _Wanted(max(side, SIDE), is_hashed), admit or nullcontext)
    except (MemoryError, AnitagError):
        raise
    except Exception as error:
        raise _as_problem(error) from error


def _decode(content: bytes, kind: str, wanted: "_Wanted", admit: Admission) -> Picture:
    with _open(content, kind) as source:
        width, height = source.size
        frames = int(getattr(source, "n_frames", 1)) if kind in ANIMATED else 1
        _draft(source, wanted.side)
        with admit(source.width * source.height):
            source.load()
            orientation = _orientation(source)
            image = _upright(to_rgb_or_rgba(source), orientation)
            # A JPEG is known by its pixels at the fixed reduction, see ``Picture``.
            is_whole = kind != "JPEG"
            pixel_hash = _hash(image) if wanted.is_hashed and is_whole else ""
            image = reduce(image, wanted.side)
    if wanted.is_hashed and not is_whole:
        pixel_hash = _hash(image) if wanted.side == SIDE else decode(content).pixel_hash
    if orientation > 4:
        width, height = height, width
    extent = _extent(image, width, height)
    return Picture(image, width, height, kind.lower(), frames, pixel_hash, extent)


def _extent(image: "Image", width: int, height: int) -> tuple[float, float]:
    """Return the whole picture's size in pixels of its reduction by a whole number."""
    factor = round(max(width / image.width, height / image.height))
    return width / factor, height / factor


def reduce(image: "Image", side: int) -> "Image":
    """Average whole blocks of pixels as far as the longer side keeps ``side`` pixels."""
    factor = max(image.size) // side
    return image.reduce(factor) if factor > 1 else image


def _open(content: bytes, kind: str) -> "ImageFile":
    from PIL import Image

    image = Image.open(io.BytesIO(content), formats=[kind])
    if image.width * image.height > PIXEL_LIMIT:
        raise Image.DecompressionBombError
    return image


def _draft(source: "ImageFile", side: int) -> None:
    """Let the JPEG decoder halve the picture as long as its longer side keeps ``side``."""
    longer = max(source.size)
    if longer >= 2 * side:
        wanted = tuple(math.ceil(length * side / longer) for length in source.size)
        source.draft(None, (wanted[0], wanted[1]))


def _orientation(source: "ImageFile") -> int:
    """Return the EXIF orientation, 1 to 8; broken metadata does not spoil a good picture.

    Only to be asked after the pixels are loaded: Pillow may load them here, and a damaged
    picture must not pass because its error was taken for one of the metadata.
    """
    try:
        found = source.getexif().get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 (see above)
        return 1
    return found if isinstance(found, int) and 1 <= found <= 8 else 1


def _upright(image: "Image", orientation: int) -> "Image":
    from PIL.Image import Transpose

    turns = (
        None,
        Transpose.FLIP_LEFT_RIGHT,
        Transpose.ROTATE_180,
        Transpose.FLIP_TOP_BOTTOM,
        Transpose.TRANSPOSE,
        Transpose.ROTATE_270,
        Transpose.TRANSVERSE,
        Transpose.ROTATE_90,
    )
    turn = turns[orientation - 1]
    return image if turn is None else image.transpose(turn)


def _hash(image: "Image") -> str:
    digest = hashlib.sha256(f"{image.mode} {image.width} {image.height}\n".encode())
    digest.update(image.tobytes())
    return digest.hexdigest()


def _as_problem(error: Exception) -> AnitagError:
    from PIL import Image, UnidentifiedImageError

    if isinstance(error, Image.DecompressionBombError | Image.DecompressionBombWarning):
        return AnitagError("picture_too_large", limit=PIXEL_LIMIT // 1_000_000)
    reason = " ".join(str(error).split())[:200] or type(error).__name__
    if isinstance(error, UnidentifiedImageError):
        reason = "its header makes no sense"
    return AnitagError("picture_damaged", reason=reason)
