"""Scaling a part that reaches beyond the picture, against Pillow on a canvas that is laid out."""

import numpy as np
import pytest
from PIL import Image

from anitag_desktop.recognition.resampling import resample
from tests.helpers import images

GROUND = (240, 12, 99)


def on_canvas(
    image: Image.Image, box: tuple[int, int, int, int], size: tuple[int, int], kernel: str
) -> Image.Image:
    canvas = Image.new("RGB", (box[2] - box[0], box[3] - box[1]), GROUND)
    canvas.paste(image, (-box[0], -box[1]))
    rows = canvas.resize((size[0], canvas.height), Image.Resampling[kernel.upper()])
    return rows.resize(size, Image.Resampling[kernel.upper()])


@pytest.mark.parametrize("kernel", ["nearest", "box", "bilinear", "hamming", "bicubic", "lanczos"])
@pytest.mark.parametrize(
    ("picture", "box"),
    [
        ((300, 700), (-200, 0, 500, 700)),
        ((701, 300), (0, -200, 701, 501)),
        ((1, 500), (-249, 0, 251, 500)),
        ((500, 1), (0, -249, 500, 251)),
        ((200, 200), (-100, -50, 400, 250)),
        ((200, 200), (-1000, 0, 200, 1200)),
        ((20, 10), (0, -5, 20, 15)),
    ],
)
@pytest.mark.parametrize("size", [(448, 448), (96, 64), (299, 7)])
def test_it_is_what_pillow_makes_of_the_whole_area(
    kernel: str,
    picture: tuple[int, int],
    box: tuple[int, int, int, int],
    size: tuple[int, int],
) -> None:
    image = images.drawing(1, *(max(16, side) for side in picture)).crop((0, 0, *picture))
    wanted = on_canvas(image, box, size, kernel)
    assert np.array_equal(
        np.asarray(resample(image, box, size, kernel, GROUND)), np.asarray(wanted)
    )


def test_what_lies_in_the_picture_is_left_to_pillow() -> None:
    image = images.drawing(2, 300, 900)
    for box in ((0, 0, 300, 900), (3.5, 0, 299, 899.25)):
        wanted = image.resize((64, 70), Image.Resampling.LANCZOS, box)
        found = resample(image, box, (64, 70), "lanczos", GROUND)
        assert np.array_equal(np.asarray(found), np.asarray(wanted))


def test_parts_of_pixels() -> None:
    """Half a pixel of ground on one side, half a pixel of the picture left out on the other."""
    image = Image.new("RGB", (8, 8), (0, 0, 0))
    found = np.asarray(resample(image, (-0.5, 0, 7.5, 8), (16, 16), "box", (200, 200, 200)))
    assert found[:, 0].min() == 200
    assert found[:, 1:].max() == 0


def test_only_what_is_seen_is_laid_out(monkeypatch: pytest.MonkeyPatch) -> None:
    image = images.artwork(1, 400, 2000)
    laid_out = []
    new = Image.new
    monkeypatch.setattr(
        Image, "new", lambda mode, size, *rest: laid_out.append(size) or new(mode, size, *rest)
    )
    resample(image, (-800, 0, 1200, 2000), (448, 448), "bicubic", GROUND)
    assert max(width for width, height in laid_out if height == 2000) < 550
