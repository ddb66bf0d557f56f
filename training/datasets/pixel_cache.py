"""Pictures decoded once: RGBA squares of one size in one memory-mapped file.

Training reads every picture many times; decoding it each time would cost more than the network.
The geometry is the packaged model's own (EXIF orientation, white square padding, bicubic), only
alpha is kept, so that cut-out figures can be put before other backgrounds.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from anitag_desktop.domain.error import AnitagError
from training.datasets.sample import LabelledPicture
from training.progress import Progress

VERSION = 1
"""Raised whenever the same file would give other pixels."""

REPORT_EVERY = 5000

Pixels = NDArray[np.uint8]


def open_pixels(
    pictures: Sequence[LabelledPicture], size: int, folder: Path, progress: Progress
) -> Pixels:
    """Return the pixels of the pictures, N x size x size x 4, decoding only what is not cached.

    The cache is keyed by the files' paths, sizes and times, and by the picture size.

    Raises:
        AnitagError: ``bad_manifest`` naming the first picture that cannot be read.
    """
    path = folder / f"pixels-{size}-{_key(pictures, size)}.npy"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _decode_all(pictures, size, path, progress)
    return np.asarray(np.load(path, mmap_mode="r"))


def square(image: Image.Image, size: int) -> Image.Image:
    """Return a picture as an RGBA square: upright, padded with white, resized (bicubic)."""
    image = ImageOps.exif_transpose(image).convert("RGBA")
    side = max(image.size)
    canvas = Image.new("RGBA", (side, side), (255, 255, 255, _padding_alpha(image)))
    canvas.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
    return canvas.resize((size, size), Image.Resampling.BICUBIC)


def _padding_alpha(image: Image.Image) -> int:
    """Pad a cut-out figure with nothing, so that a new background fills the whole square."""
    lowest, _ = image.getchannel("A").getextrema()
    return 255 if lowest == 255 else 0


def _decode_all(
    pictures: Sequence[LabelledPicture], size: int, path: Path, progress: Progress
) -> None:
    staging = Path(tempfile.mkdtemp(dir=path.parent, prefix=".tmp-"))
    try:
        shape = (len(pictures), size, size, 4)
        pixels = np.lib.format.open_memmap(staging / "p.npy", "w+", np.uint8, shape)
        for number, picture in enumerate(pictures):
            pixels[number] = _decode(picture, size)
            progress.advance("decoding", number + 1, len(pictures))
            if (number + 1) % REPORT_EVERY == 0:
                progress.report("decoded", pictures=number + 1, of=len(pictures))
        pixels.flush()
        (staging / "p.npy").replace(path)
    finally:
        shutil.rmtree(staging)


def _decode(picture: LabelledPicture, size: int) -> Pixels:
    try:
        with Image.open(picture.path) as image:
            return np.asarray(square(image, size))
    except (OSError, ValueError, SyntaxError) as error:
        reason = f"the picture {picture.path.name} cannot be read ({error})"
        raise AnitagError("bad_manifest", path=picture.path, row=0, reason=reason) from error


def _key(pictures: Sequence[LabelledPicture], size: int) -> str:
    digest = hashlib.sha256(f"{VERSION}/{size}".encode())
    for picture in pictures:
        stat = picture.path.stat()
        digest.update(f"{picture.path}/{stat.st_size}/{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:24]
