"""Frames of a film, one after the other: an animated picture, a folder of pictures, a video.

Nobody vouches for a film: animated pictures are opened by Pillow as the format that their bytes
say, videos by FFmpeg as the container that theirs say, from memory's stream and never by name, so
that no play list leads anywhere else.
"""

import io
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.recognition.decoding import PIXEL_LIMIT
from anitag_desktop.recognition.formats import ANIMATED, sniff
from anitag_desktop.recognition.reading import read_file
from training.datasets.manifest import PICTURE_SUFFIXES
from training.picture_sheet import WHITE
from training.views.files import read_rgb

HEAD = 64
DEFAULT_DURATION = 100
"""Milliseconds of a frame that says none, as browsers have it."""

THOUSAND = 1000


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture (RGB), its number in the film, and when it is shown, in seconds."""

    image: Image.Image
    number: int
    seconds: float


def read_frames(path: Path, every: int = 1) -> Iterator[Frame]:
    """Yield every so-manieth frame of a film, in order.

    The pictures of a folder count as a second each; those that cannot be read are left out.

    Raises:
        AnitagError: ``no_such_file``, ``no_pictures``, or what is wrong with it (``picture_...``).
    """
    if path.is_dir():
        yield from _of_folder(path, every)
        return
    try:
        with path.open("rb") as stream:
            head = stream.read(HEAD)
    except OSError as error:
        raise AnitagError("no_such_file", path=path) from error
    kind = sniff(head)
    container = _container(head)
    if kind is None and container:
        yield from _of_video(path, container, every)
    elif kind in ANIMATED:
        yield from _of_animation(read_file(os.fsencode(path)).content, kind, every)
    else:
        yield Frame(read_rgb(path), 0, 0.0)


def _of_folder(folder: Path, every: int) -> Iterator[Frame]:
    files = [p for p in folder.iterdir() if p.suffix.lower() in PICTURE_SUFFIXES]
    if not files:
        raise AnitagError("no_pictures", path=folder)
    for number, file in enumerate(sorted(files, key=_in_order)):
        if number % every == 0:
            try:
                yield Frame(read_rgb(file), number, float(number))
            except AnitagError:
                continue


def _in_order(file: Path) -> list[tuple[int, str]]:
    """Return what sorts frame9 before frame10."""
    parts = re.split(r"(\d+)", file.name)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


def _of_animation(content: bytes, kind: str, every: int) -> Iterator[Frame]:
    try:
        with Image.open(io.BytesIO(content), formats=[kind]) as film:
            _check_size(film.width, film.height)
            shown = 0.0
            for number in range(int(getattr(film, "n_frames", 1))):
                film.seek(number)
                film.load()
                if number % every == 0:
                    yield Frame(_on_white(film), number, shown / THOUSAND)
                shown += float(film.info.get("duration") or DEFAULT_DURATION)
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise _damaged(error) from error


def _of_video(path: Path, container: str, every: int) -> Iterator[Frame]:
    import av

    try:
        with path.open("rb") as stream, av.open(stream, format=container) as film:
            if not film.streams.video:
                raise AnitagError("picture_damaged", reason="it holds no pictures")
            track = film.streams.video[0]
            track.codec_context.options = {"max_pixels": str(PIXEL_LIMIT)}
            for number, frame in enumerate(film.decode(track)):
                if number % every == 0:
                    yield _as_frame(frame, number)
    except (OSError, ValueError, av.FFmpegError) as error:
        raise _damaged(error) from error


def _as_frame(frame: Any, number: int) -> Frame:
    _check_size(frame.width, frame.height)
    return Frame(frame.to_image().convert("RGB"), number, float(frame.time or 0.0))


def _container(head: bytes) -> str:
    """Return the container of a video by its first bytes, as FFmpeg calls it; "" of others."""
    if head[4:8] == b"ftyp":
        return "mov"
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return "avi"
    known = {b"\x1aE\xdf\xa3": "matroska", b"OggS": "ogg", b"FLV\1": "flv"}
    return known.get(head[:4], "")


def _on_white(film: Image.Image) -> Image.Image:
    image = film.convert("RGBA")
    white = Image.new("RGB", image.size, WHITE)
    white.paste(image, mask=image.getchannel("A"))
    return white


def _check_size(width: int, height: int) -> None:
    if width * height > PIXEL_LIMIT:
        raise AnitagError("picture_too_large", limit=PIXEL_LIMIT // 1_000_000)


def _damaged(error: Exception) -> AnitagError:
    reason = " ".join(str(error).split())[:200] or type(error).__name__
    return AnitagError("picture_damaged", reason=reason)
