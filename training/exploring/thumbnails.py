"""Small pictures of files; what cannot be read is None."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from PIL import Image

from anitag_desktop.domain.error import AnitagError
from training.datasets.sample import LabelledPicture
from training.exploring.wording import legible
from training.picture_sheet import Captioned, picture_sheet, squared
from training.views.files import read_rgb

MOST_LETTERS = 60
CAPTION_TAGS = 3


def thumbnail(path: Path, side: int) -> Image.Image | None:
    """Return a picture whole in the middle of a square of ``side`` pixels."""
    try:
        return squared(read_rgb(path), side)
    except AnitagError:
        return None


def captioned(
    pictures: Sequence[LabelledPicture], side: int, *, labels: bool = True
) -> list[Captioned]:
    """Return small pictures with their labels, or without."""
    return [(thumbnail(p.path, side), label_of(p) if labels else "") for p in pictures]


def label_of(picture: LabelledPicture) -> str:
    """Return who is shown, otherwise the first tags."""
    words = picture.identity or ", ".join((picture.caption or sorted(picture.tags))[:CAPTION_TAGS])
    return legible(words, MOST_LETTERS)


def grids(
    pictures: Sequence[LabelledPicture], count: int, side: int, together: int = 1, *, labels: bool
) -> Iterator[Image.Image]:
    """Yield all pictures as grids of ``count``, the last one maybe smaller.

    Rows are as long as ``picture_sheet`` makes them of ``together``.
    """
    some = (pictures[start : start + count] for start in range(0, len(pictures), count))
    return (picture_sheet(captioned(s, side, labels=labels), side, together) for s in some)
