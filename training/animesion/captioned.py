"""Guesses as lines of text, and pictures with such lines under them."""

from collections.abc import Sequence
from pathlib import Path

import torch
from PIL import Image, ImageDraw, ImageFont

from training.views.files import read_rgb

TOP = 5
WIDTH = 640
LINE = 18
WHITE, BLACK = (255, 255, 255), (0, 0, 0)


def class_lines(probabilities: torch.Tensor, names: Sequence[str]) -> list[str]:
    """Return animesion's lines for the five likeliest classes."""
    shares, ids = probabilities.topk(min(TOP, len(names)))
    pairs = zip(shares.tolist(), ids.tolist(), strict=True)
    return [
        f"Prediction No. {place}: {names[number]} [ID: {number}], Confidence: {100 * share}"
        for place, (share, number) in enumerate(pairs, 1)
    ]


def save_captioned(picture: Path, lines: Sequence[str], target: Path) -> None:
    """Save a picture file with lines of text under it."""
    image = read_rgb(picture)
    image = image.resize((WIDTH, max(1, round(image.height * WIDTH / image.width))))
    rows = [row for line in lines for row in _wrapped(line)]
    canvas = Image.new("RGB", (WIDTH, image.height + LINE * (len(rows) + 1)), WHITE)
    canvas.paste(image)
    pen, font = ImageDraw.Draw(canvas), ImageFont.load_default(13)
    for number, row in enumerate(rows):
        pen.text((8, image.height + 6 + LINE * number), row, BLACK, font)
    target.parent.mkdir(parents=True, exist_ok=True)
    canvas.save(target, quality=90)


def _wrapped(line: str, width: int = 84) -> list[str]:
    return [line[start : start + width] for start in range(0, max(1, len(line)), width)]
