"""Films: animated WebP, and mp4 where FFmpeg is there; smaller frames stand on white."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

from PIL import Image

from anitag_desktop.domain.error import write_failure
from training.exploring.frame_spool import FrameSpool
from training.picture_sheet import WHITE

THOUSAND = 1000
LEAST_RATE = 5
"""Many players show nothing of a film with fewer frames a second, so frames are repeated."""


class _Reel(Image.Image):
    """All frames as one picture of many, each read when it is sought, so that one is in memory."""

    def __init__(self, frames: FrameSpool) -> None:
        super().__init__()
        self.n_frames = len(frames)
        self._frames = frames
        self._whole = frames.size
        self.seek(0)

    def seek(self, frame: int) -> None:
        """Become a frame, counted from 0."""
        image = grown(self._frames[frame], self._whole)
        self.im, self._mode, self._size = image.im, image.mode, image.size
        self._number = frame

    def tell(self) -> int:
        """Return which frame it is."""
        return self._number


def write_webp(frames: FrameSpool, duration: int, target: Path, quality: int = 75) -> None:
    """Write frames as an animated WebP, each ``duration`` milliseconds long.

    Raises:
        AnitagError: ``disk_full`` or ``cannot_write``.
    """
    settings = {"save_all": True, "duration": duration, "loop": 0, "quality": quality}
    try:
        _Reel(frames).save(target, "WEBP", **settings)
    except OSError as error:
        raise write_failure(target, error) from error


def write_mp4(frames: FrameSpool, duration: int, target: Path) -> bool:
    """Write frames as mp4; False where no encoder is there, and nothing is written."""
    try:
        import av
    except ModuleNotFoundError:
        return False
    codec = next((c for c in ("libx264", "libopenh264", "mpeg4") if c in av.codecs_available), None)
    if codec is None:
        return False
    width, height = (side + side % 2 for side in frames.size)
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


def _repeated(
    frames: Iterable[Image.Image], size: tuple[int, int], times: int
) -> Iterator[Image.Image]:
    for frame in frames:
        for _ in range(times):
            yield grown(frame, size)
