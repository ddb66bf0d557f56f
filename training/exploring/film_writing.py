"""Films of frames of one size: animated WebP, and mp4 where FFmpeg is there."""

import io
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

from PIL import Image

from anitag_desktop.domain.error import write_failure
from training.picture_sheet import WHITE

THOUSAND = 1000
LEAST_RATE = 5
"""Many players show nothing of a film with fewer frames a second, so frames are repeated."""


def webp_film(frames: Sequence[Image.Image], duration: int, quality: int = 75) -> bytes:
    """Return frames as an animated WebP, each ``duration`` milliseconds long."""
    first, *others = [grown(frame, _largest(frames)) for frame in frames]
    stream = io.BytesIO()
    first.save(
        stream,
        "WEBP",
        save_all=True,
        append_images=others,
        duration=duration,
        loop=0,
        quality=quality,
    )
    return stream.getvalue()


def write_mp4(frames: Sequence[Image.Image], duration: int, target: Path) -> bool:
    """Write frames as mp4; False where no encoder is there, and nothing is written."""
    try:
        import av
    except ModuleNotFoundError:
        return False
    codec = next((c for c in ("libx264", "libopenh264", "mpeg4") if c in av.codecs_available), None)
    if codec is None:
        return False
    width, height = (side + side % 2 for side in _largest(frames))
    repeated = max(1, -(-duration * LEAST_RATE // THOUSAND))
    rate = Fraction(THOUSAND * repeated, duration)
    try:
        with av.open(str(target), "w", format="mp4") as film:
            stream = film.add_stream(codec, rate=rate)
            stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
            for frame in _repeated(frames, (width, height), repeated):
                film.mux(stream.encode(av.VideoFrame.from_image(frame)))
            film.mux(stream.encode())
    except OSError as error:
        raise write_failure(target, error) from error
    return True


def grown(frame: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return a frame with white at its right and below up to a size."""
    if frame.size == size:
        return frame
    whole = Image.new("RGB", size, WHITE)
    whole.paste(frame)
    return whole


def _largest(frames: Sequence[Image.Image]) -> tuple[int, int]:
    return max(frame.width for frame in frames), max(frame.height for frame in frames)


def _repeated(
    frames: Sequence[Image.Image], size: tuple[int, int], times: int
) -> Iterator[Image.Image]:
    for frame in frames:
        for _ in range(times):
            yield grown(frame, size)
