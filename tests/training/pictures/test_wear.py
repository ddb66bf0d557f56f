"""Wear: every trace changes the picture, none changes what is in it."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from training.pictures.attributes import ArtStyle, Backdrop
from training.pictures.drawing import draw
from training.pictures.picture import PictureSpec
from training.pictures.printing import screened
from training.pictures.spec import sample_identity, sample_portrayal
from training.pictures.wear import Wear, sample_wear


def spec() -> PictureSpec:
    chosen = sample_portrayal(sample_identity(4), Random(4), ArtStyle.CEL)
    return replace(chosen, backdrop=Backdrop.WHITE, tint=0.0, wear=Wear())


@pytest.mark.parametrize(
    "wear",
    [
        Wear(noise=0.02),
        Wear(jpeg=40),
        Wear(blur=0.8),
        Wear(fade=0.3),
        Wear(glow=0.4),
        Wear(veil=0.5),
        Wear(cast=0.2),
        Wear(shrink=0.4),
        Wear(colours=32),
        Wear(sharpen=0.8),
    ],
)
def test_a_trace_changes_the_picture_a_little(wear: Wear) -> None:
    clean, worn = draw(spec(), 128), draw(replace(spec(), wear=wear), 128)
    difference = np.abs(clean.pixels.astype(int) - worn.pixels.astype(int)).mean()
    assert 0.05 < difference < 60
    assert worn.tags == clean.tags
    assert worn.pixels.shape == clean.pixels.shape


def test_reduced_pictures_have_few_colours() -> None:
    worn = draw(replace(spec(), wear=Wear(colours=32)), 128).pixels[..., :3].reshape(-1, 3)
    assert len(np.unique(worn, axis=0)) <= 32


def test_many_pictures_have_many_traces() -> None:
    wears = [sample_wear(Random(number)) for number in range(300)]
    for name in ("noise", "jpeg", "blur", "fade", "glow", "veil", "cast", "sharpen", "colours"):
        assert 0 < sum(getattr(wear, name) > 0 for wear in wears) < 220
    assert 0 < sum(wear.shrink < 1 for wear in wears) < 220


def test_a_screen_keeps_paper_and_ink_and_breaks_middle_tones_into_dots() -> None:
    pixels = np.full((300, 300, 4), 255, np.uint8)
    pixels[100:200, :, :3] = 140
    pixels[200:, :, :3] = 10
    dots = screened(pixels.copy())
    assert (dots[:100] == pixels[:100]).all()
    assert (dots[200:] == pixels[200:]).all()
    assert dots[100:200, :, 0].std() > 60
    assert abs(float(dots[100:200, :, 0].mean()) - 140) < 25
