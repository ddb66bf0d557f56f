"""Pictures of a set in a grid, and a histogram, drawn with Pillow alone."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from anitag_desktop.domain.error import AnitagError
from training.datasets.sample import LabelledPicture
from training.picture_sheet import BLACK, WHITE, picture_sheet
from training.views.files import read_rgb

BLUE = (60, 110, 190)
BARS = 100
HEIGHT = 360


def contact_sheet(
    pictures: Sequence[LabelledPicture], size: int, *, labels: bool = False
) -> Image.Image:
    """Return a grid of pictures, each a square of ``size`` pixels, with or without its class.

    A picture that cannot be read stays white.
    """
    return picture_sheet([(_read(p.path), p.identity if labels else "") for p in pictures], size)


def draw_histogram(counts: Sequence[int], title: str, target: Path) -> None:
    """Save the numbers of the first hundred classes as bars."""
    shown = list(counts[:BARS])
    top, width = max(shown, default=1), 8
    image = Image.new("RGB", (80 + width * max(1, len(shown)), HEIGHT + 60), WHITE)
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(13)
    pen.text((60, 8), title, BLACK, font)
    pen.text((8, 40), str(top), BLACK, font)
    for number, count in enumerate(shown):
        left, high = 60 + width * number, round(count / top * HEIGHT)
        pen.rectangle((left, 40 + HEIGHT - high, left + width - 2, 40 + HEIGHT), BLUE)
    image.save(target)


def _read(path: Path) -> Image.Image | None:
    try:
        return read_rgb(path)
    except AnitagError:
        return None
