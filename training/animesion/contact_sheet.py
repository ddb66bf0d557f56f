"""Pictures in a grid, and a histogram, drawn with Pillow alone."""

import math
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from anitag_desktop.domain.error import AnitagError
from training.datasets.sample import LabelledPicture
from training.views.files import read_rgb

TITLE = 14
GAP = 2
WHITE, BLACK, BLUE = (255, 255, 255), (0, 0, 0), (60, 110, 190)
BARS = 100
HEIGHT = 360


def contact_sheet(
    pictures: Sequence[LabelledPicture], size: int, *, labels: bool = False
) -> Image.Image:
    """Return a grid of pictures, each a square of ``size`` pixels, with or without its class.

    A picture that cannot be read stays white.
    """
    columns = max(1, math.isqrt(len(pictures)))
    rows = max(1, math.ceil(len(pictures) / columns))
    step, tall = size + GAP, size + GAP + (TITLE if labels else 0)
    sheet = Image.new("RGB", (columns * step, rows * tall), WHITE)
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(11)
    for number, picture in enumerate(pictures):
        left, top = number % columns * step, number // columns * tall
        try:
            sheet.paste(read_rgb(picture.path).resize((size, size)), (left, top))
        except AnitagError:
            pen.rectangle((left, top, left + size, top + size), outline=BLACK)
        if labels:
            pen.text((left, top + size), _short(picture.identity, size), BLACK, font)
    return sheet


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


def _short(text: str, size: int) -> str:
    most = max(3, size // 6)
    return text if len(text) <= most else text[: most - 1] + "…"
