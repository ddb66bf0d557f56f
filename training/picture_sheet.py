"""Pictures in a grid with a caption under each."""

import math
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageOps

from anitag_desktop.domain.error import write_failure
from training.lettering import fitted, font_of

LINE = 14
LETTERS = 11
GAP = 2
WHITE, BLACK = (255, 255, 255), (0, 0, 0)
GROUND = (238, 239, 243)
"""Behind what is no square."""

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
    pen = ImageDraw.Draw(sheet)
    for number, (picture, text) in enumerate(pictures):
        left, top = number % columns * step, number // columns * tall
        if picture is None:
            pen.rectangle((left, top, left + size, top + size), outline=BLACK)
        else:
            sheet.paste(squared(picture, size), (left, top))
        for place, line in enumerate(text.splitlines()):
            write_line(pen, (left, top + size + LINE * place), line, size)
    return sheet


def squared(picture: Image.Image, size: int) -> Image.Image:
    """Return a picture whole in the middle of a square."""
    kernel = Image.Resampling.LANCZOS
    return ImageOps.pad(picture.convert("RGB"), (size, size), kernel, color=GROUND)


def write_line(
    pen: ImageDraw.ImageDraw, place: tuple[int, int], text: str, width: int, size: int = LETTERS
) -> None:
    """Write a line of any script, cut to a width; ``size`` is that of its letters, in pixels."""
    font = font_of(text, size)
    pen.text(place, fitted(text, font, width), BLACK, font)


def save_sheet(sheet: Image.Image, target: Path) -> None:
    """Save a sheet as a PNG.

    Raises:
        AnitagError: ``cannot_write`` or ``disk_full``.
    """
    try:
        sheet.save(target, "PNG")
    except OSError as error:
        raise write_failure(target, error) from error
