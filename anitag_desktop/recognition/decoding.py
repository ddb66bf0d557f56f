"""Decoding untrusted bytes with Pillow: an allow-list, caps, and one kind of error.

The one decode gives the picture at a reduction by a whole number, from which facts, thumbnail and
every model's pixels are made: as far as ``SIDE`` goes, and no further than each model allows
(``geometry.reducible``). JPEG is reduced while it is decoded, which is several times faster; the
others by averaging whole blocks. What needs fewer pixels yet (the thumbnail, a small network) takes
a further reduction, which is made once for all of them (``Picture.reduced``).
"""

import hashlib
import io
import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.recognition import archives, clip_studio, optional_decoders
from anitag_desktop.recognition.colour import to_rgb_or_rgba
from anitag_desktop.recognition.formats import (
    ANIMATED,
    FORMATS,
    OPTIONAL,
    PAINTINGS,
    sniff,
    unread_kind,
)
from anitag_desktop.recognition.geometry import Extent

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

SIDE = 1480
"""A reduced picture keeps at least this many pixels on its longer side.

It is what most networks need (448 pixels, see ``geometry.PIXELS_LEFT``): for those one reduction is
the same as for facts and thumbnail.
"""

PIXEL_LIMIT = 1 << 26
"""A picture has at most this many pixels (67 megapixels)."""

_TEXT_LIMIT = 16 * 1024 * 1024
_ORIENTATION = 0x0112
_HARMLESS = r".*(EXIF|Exif|Metadata|metadata|ICC|iCCP).*"

Admission = Callable[[int], AbstractContextManager[object]]
"""Asked with a count of pixels before they are decoded; left when they are reduced."""

Limit = Callable[[tuple[int, int]], int]
"""Says by how many times a picture of a size may be reduced."""


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
    extent: Extent
    _reductions: "dict[int, Image]" = field(default_factory=dict, repr=False, compare=False)

    def reduced(self, factor: int) -> "tuple[Image, Extent]":
        """Return ``image`` reduced further by a whole number, and its extent; made once for each.

        Belongs to one thread.
        """
        if factor == 1:
            return self.image, self.extent
        if factor not in self._reductions:
            self._reductions[factor] = self.image.reduce(factor)
        width, height, so_far = self.extent
        return self._reductions[factor], Extent(width / factor, height / factor, so_far * factor)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a decode is for: how far it may be reduced, and whether the pixels are hashed."""

    limit: Limit
    is_hashed: bool


def by_side(side: int) -> Limit:
    """Return the limit that keeps ``side`` pixels on the longer side."""
    return lambda size: max(1, max(size) // side)


_FIXED = by_side(SIDE)


def harden() -> None:
    """Set Pillow's limits for this process; to be called before the first picture."""
    from PIL import (
        AvifImagePlugin,
        Image,
        ImageFile,
        MpoImagePlugin,
        PngImagePlugin,
        PsdImagePlugin,
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
    used = (MpoImagePlugin, PsdImagePlugin, TiffImagePlugin, WebPImagePlugin)
    assert set(FORMATS) - {*PAINTINGS, *OPTIONAL} <= set(Image.OPEN), used
    optional_decoders.register()


def decode(
    content: bytes,
    *,
    limit: Limit = _FIXED,
    admit: Admission | None = None,
    is_hashed: bool = True,
) -> Picture:
    """Decode a picture's first frame, reduced as far as ``limit`` and ``SIDE`` allow.

    Without ``is_hashed`` the pixel hash is empty, which saves its time.

    Raises:
        AnitagError: ``picture_unknown``, ``picture_unsupported``, ``picture_damaged``,
            ``picture_too_big`` or ``picture_too_large``.
        MemoryError: the process has no room for it.
    """
    kind = _kind(content)
    try:
        if kind not in PAINTINGS:
            return _decode(content, kind, _Wanted(limit, is_hashed), admit or nullcontext)
        inner = (clip_studio if kind == "CLIP" else archives).flattened(content)
        found = _decode(inner, "PNG", _Wanted(limit, is_hashed), admit or nullcontext)
        return replace(found, format=kind.lower(), frames=1)
    except (MemoryError, AnitagError):
        raise
    except Exception as error:
        raise _as_problem(error) from error


def _kind(content: bytes) -> str:
    """Return the format of a file that can be read here."""
    kind = sniff(content)
    if kind is None:
        words = unread_kind(content)
        if words:
            raise AnitagError("picture_unsupported", kind=words)
        raise AnitagError("picture_unknown")
    if not optional_decoders.is_there(kind):
        raise AnitagError("decoder_missing", format=kind)
    return kind


def _decode(content: bytes, kind: str, wanted: _Wanted, admit: Admission) -> Picture:
    with _open(content, kind) as source:
        width, height = size = source.size
        frames = int(getattr(source, "n_frames", 1)) if kind in ANIMATED else 1
        fixed = _FIXED(size)
        factor = max(1, min(fixed, wanted.limit(size)))
        drafted = _draft(source, factor)
        with admit(source.width * source.height):
            source.load()
            orientation = _orientation(source)
            image = _upright(to_rgb_or_rgba(source), orientation)
            # A JPEG is known by its pixels at the fixed reduction, see ``Picture``.
            is_whole = kind != "JPEG"
            pixel_hash = _hash(image) if wanted.is_hashed and is_whole else ""
            image = _reduced(image, factor // drafted)
    if wanted.is_hashed and not is_whole:
        pixel_hash = _hash(image) if factor == fixed else decode(content).pixel_hash
    if orientation > 4:
        width, height = height, width
    extent = _extent(image, width, height)
    return Picture(image, width, height, kind.lower(), frames, pixel_hash, extent)


def _extent(image: "Image", width: int, height: int) -> Extent:
    """Return the whole picture's size in pixels of its reduction by a whole number."""
    factor = round(max(width / image.width, height / image.height))
    return Extent(width / factor, height / factor, factor)


def _reduced(image: "Image", factor: int) -> "Image":
    """Average whole blocks of pixels."""
    return image.reduce(factor) if factor > 1 else image


def _open(content: bytes, kind: str) -> "ImageFile":
    from PIL import Image

    image = Image.open(io.BytesIO(content), formats=[kind])
    if image.width * image.height > PIXEL_LIMIT:
        raise Image.DecompressionBombError
    return image


def _draft(source: "ImageFile", factor: int) -> int:
    """Let the JPEG decoder halve the picture up to ``factor``; return by how much it does."""
    whole = max(source.size)
    if factor > 1:
        wanted = [max(1, length // factor) for length in source.size]
        source.draft(None, (wanted[0], wanted[1]))
    return round(whole / max(source.size))


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
