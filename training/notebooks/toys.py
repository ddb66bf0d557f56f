"""What the notebooks share: small pictures of persons, a sheet of them, and the command line."""

import io
import sys
import warnings
from collections.abc import Sequence
from contextlib import redirect_stderr
from dataclasses import replace
from random import Random
from shlex import split

from PIL import Image

from training.__main__ import main
from training.pictures.attributes import ArtStyle, Framing
from training.pictures.drawing import draw
from training.pictures.picture import Wear
from training.pictures.spec import sample_identity, sample_portrayal

GAP = 4

# A library of a library asks for widgets that no notebook here shows.
warnings.filterwarnings("ignore", message="IProgress not found")


def training(line: str, *, quiet: bool = False) -> None:
    """Do what ``python -m training LINE`` does in a terminal; ``quiet`` hides its progress.

    Raises:
        RuntimeError: the command failed; what it said stands above.
    """
    said = io.StringIO() if quiet else sys.stderr
    with redirect_stderr(said):
        code = main(split(line))
    if code:
        if isinstance(said, io.StringIO):
            print(said.getvalue(), file=sys.stderr)
        raise RuntimeError(f"python -m training {line} ended with {code}")


def portrait(
    person: int, take: int, style: str = "cel", size: int = 64
) -> tuple[Image.Image, list[str]]:
    """Return a square picture of the person of that number, and its tags; always the same.

    ``take`` chooses clothes, mood and backdrop; ``style`` is one of ``ArtStyle``.
    """
    spec = replace(
        sample_portrayal(sample_identity(person), Random(f"{person}/{take}")),
        framing=Framing.PORTRAIT,
        art=ArtStyle(style),
        aspect=1.0,
        offset=0.0,
        wear=Wear(),
    )
    drawing = draw(spec, size)
    tags = [tag for tag, category in drawing.tags if category == "general"]
    return Image.fromarray(drawing.pixels).convert("RGB"), tags


def sheet(pictures: Sequence[Image.Image], columns: int = 8) -> Image.Image:
    """Return pictures of one size side by side, row by row."""
    width, height = (side + GAP for side in pictures[0].size)
    rows = -(-len(pictures) // columns)
    whole = Image.new("RGB", (columns * width - GAP, rows * height - GAP), (255, 255, 255))
    for place, picture in enumerate(pictures):
        row, column = divmod(place, columns)
        whole.paste(picture, (column * width, row * height))
    return whole
