"""What is known of a picture file after one whole decode, as the app would decode it."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anitag_desktop.domain.error import AnitagError

if TYPE_CHECKING:
    from PIL.Image import Image

CRASHED = "decoder_crashed"
LATE = "decoder_late"
TONES_SIDE = 4
VERSION = 1
"""Raised whenever the same file would give other facts."""


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """A sound picture: hashes of its bytes and pixels, how it looks, what it is.

    ``phash`` and ``mirror`` are the perceptual hashes (64 bits) of the picture and its mirror
    image; ``tones`` are the mean colours of 4 x 4 cells, 48 bytes in hex; ``width`` and ``height``
    in pixels, upright; ``format`` in lower case.
    """

    sha256: str
    pixel_hash: str
    phash: int
    mirror: int
    tones: str
    width: int
    height: int
    format: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a file is no sound picture: a code (of ``domain.error``, or one of these), and words."""

    code: str
    reason: str


Look = PictureFacts | Problem


def look(path: Path) -> Look:
    """Read and decode a file to the end; never raises for what is wrong with it."""
    from PIL import ImageOps

    from anitag_desktop.recognition.decoding import decode
    from anitag_desktop.recognition.facts import facts_of, perceptual_hash, thumbnail_of
    from anitag_desktop.recognition.reading import read_file

    try:
        file = read_file(os.fsencode(path))
        picture = decode(file.content)
    except AnitagError as error:
        return Problem(error.code, str(error.params.get("reason") or error))
    except MemoryError:
        return Problem("picture_too_large", "there is no memory for it")
    thumbnail = thumbnail_of(picture)
    facts = facts_of(file, picture, thumbnail)
    return PictureFacts(
        facts.sha256,
        facts.pixel_hash,
        facts.phash,
        perceptual_hash(ImageOps.mirror(thumbnail)),
        _tones(thumbnail),
        facts.width,
        facts.height,
        facts.format,
        facts.bytes,
    )


def to_row(found: Look) -> dict[str, Any]:
    """Return what was found as JSON takes it; whole numbers of 64 bits become hex."""
    if isinstance(found, Problem):
        return {"problem": found.code, "reason": found.reason}
    row = {name: getattr(found, name) for name in PictureFacts.__slots__}
    return row | {name: f"{row[name]:016x}" for name in ("phash", "mirror")}


def from_row(row: dict[str, Any]) -> Look:
    """Return what ``to_row`` made a row of.

    Raises:
        KeyError, TypeError, ValueError: it is none.
    """
    if "problem" in row:
        return Problem(str(row["problem"]), str(row["reason"]))
    values = {name: row[name] for name in PictureFacts.__slots__}
    numbers = {name: int(values[name], 16) for name in ("phash", "mirror")}
    sizes = {name: int(values[name]) for name in ("width", "height", "bytes")}
    if len(bytes.fromhex(values["tones"])) != 3 * TONES_SIDE**2:
        raise ValueError("its tones are none")
    return PictureFacts(**values | numbers | sizes)


def _tones(thumbnail: "Image") -> str:
    from PIL.Image import Resampling

    side = (TONES_SIDE, TONES_SIDE)
    return thumbnail.convert("RGB").resize(side, Resampling.BOX).tobytes().hex()
