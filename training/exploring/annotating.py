"""Frames with what a model says of them beside: names, bars, percents."""

from collections.abc import Mapping, Sequence

from PIL import Image, ImageDraw, ImageOps

from training.exploring.frame_reading import Frame
from training.exploring.wording import legible
from training.lettering import fitted, font_of
from training.picture_sheet import BLACK, GROUND, WHITE

LARGEST = 480
ENLARGED = 2
"""Small frames become so many times as large."""

PANEL = 260
MARGIN, ROW = 14, 40
BAR = 7
QUIET = (110, 114, 126)

Answers = Sequence[tuple[str, float]]
"""Names with their probabilities, the surest first."""


def annotated(frame: Frame, answers: Answers, colours: Mapping[str, str]) -> Image.Image:
    """Return a frame, at most 480 pixels wide and high, with a panel at its right."""
    side = min(LARGEST, ENLARGED * max(frame.image.size))
    picture = ImageOps.contain(frame.image, (side, side), Image.Resampling.LANCZOS)
    height = max(picture.height, 2 * MARGIN + ROW * (1 + max(5, len(answers))))
    sheet = Image.new("RGB", (picture.width + PANEL, height), WHITE)
    sheet.paste(GROUND, (0, 0, picture.width, height))
    sheet.paste(picture, (0, (height - picture.height) // 2))
    pen, left = ImageDraw.Draw(sheet), picture.width + MARGIN
    pen.text((left, MARGIN), f"{frame.seconds:.2f} s", QUIET, font_of("", 14))
    for place, (name, share) in enumerate(answers):
        _write_answer(pen, (left, MARGIN + 26 + ROW * place), (name, share), colours[name])
    if not answers:
        pen.text((left, MARGIN + 26), "nothing it is sure of", QUIET, font_of("", 14))
    return sheet


def _write_answer(
    pen: ImageDraw.ImageDraw, place: tuple[int, int], answer: tuple[str, float], colour: str
) -> None:
    (left, top), (name, share) = place, answer
    room = PANEL - 2 * MARGIN
    text, number = legible(name, 80), f"{100 * share:.0f} %"
    font, small = font_of(text, 15), font_of(number, 13)
    width = small.getlength(number)
    pen.text((left, top), fitted(text, font, room - width - 10), BLACK, font)
    pen.text((left + room - width, top + 1), number, QUIET, small)
    below = top + 21
    pen.rectangle((left, below, left + room, below + BAR), GROUND)
    pen.rectangle((left, below, left + max(1, round(room * share)), below + BAR), colour)
