"""Pictures in a grid with a caption under each, drawn with Pillow alone."""

import math
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from anitag_desktop.domain.error import AnitagError

LINE = 14
GAP = 2
WHITE, BLACK = (255, 255, 255), (0, 0, 0)

Captioned = tuple[Image.Image | None, str]
"""A picture, None for one that cannot be read, and its caption, maybe of several lines."""


def picture_sheet(pictures: Sequence[Captioned], size: int, together: int = 1) -> Image.Image:
    """Return a grid of pictures, each a square of ``size`` pixels; unreadable ones stay white.

    ``together`` so many that belong together stand in one row.
    """
    columns = max(1, math.isqrt(len(pictures)))
    columns += -columns % together
    rows = max(1, math.ceil(len(pictures) / columns))
    lines = max((len(text.splitlines()) for _, text in pictures), default=0)
    step, tall = size + GAP, size + GAP + LINE * lines
    sheet = Image.new("RGB", (columns * step, rows * tall), WHITE)
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(11)
    for number, (picture, text) in enumerate(pictures):
        left, top = number % columns * step, number // columns * tall
        if picture is None:
            pen.rectangle((left, top, left + size, top + size), outline=BLACK)
        else:
            sheet.paste(picture.resize((size, size)), (left, top))
        for place, line in enumerate(text.splitlines()):
            pen.text((left, top + size + LINE * place), _short(line, size), BLACK, font)
    return sheet


def save_sheet(sheet: Image.Image, target: Path) -> None:
    """Save a sheet as a PNG.

    Raises:
        AnitagError: ``cannot_write``.
    """
    try:
        sheet.save(target, "PNG")
    except OSError as error:
        raise AnitagError("cannot_write", path=target, reason=error.strerror) from error


def _short(text: str, size: int) -> str:
    most = max(3, size // 6)
    return text if len(text) <= most else text[: most - 1] + "…"
