"""Cartoons: they show what they say, and say nothing that this style leaves out."""

from random import Random

import pytest

from training.pictures.attributes import ArtStyle, EyeColour, HairMix
from training.pictures.cartoon.head import cartooned
from training.pictures.drawing import draw
from training.pictures.picture import PictureSpec
from training.pictures.spec import sample_identity, sample_portrayal
from training.pictures.tagging import tags_of

EYES = {colour.value for colour in EyeColour}


def cartoon(number: int) -> PictureSpec:
    return sample_portrayal(sample_identity(number), Random(number), ArtStyle.CARTOON)


def names(spec: PictureSpec) -> set[str]:
    return {name for name, _ in tags_of(spec)}


@pytest.mark.parametrize("number", range(12))
def test_a_cartoon_names_its_style_and_no_eye_colour(number: int) -> None:
    said = names(cartoon(number))
    assert "toon_(style)" in said
    assert not said & (EYES | {"heterochromia", "multicolored_hair", "ahoge", "tsurime", "mole"})


def test_the_identity_keeps_what_the_style_can_draw() -> None:
    traits = sample_identity(3)
    drawn = cartooned(traits)
    assert drawn.hair.colour is traits.hair.colour
    assert drawn.hair.length is traits.hair.length
    assert drawn.hair.mix is HairMix.PLAIN


@pytest.mark.parametrize("number", range(6))
def test_the_same_person_is_drawn_otherwise_than_in_anime(number: int) -> None:
    cel = sample_portrayal(sample_identity(number), Random(number), ArtStyle.CEL)
    first, second = draw(cartoon(number), 128).pixels, draw(cel, 128).pixels
    assert first.shape == second.shape
    assert (first != second).any(axis=2).mean() > 0.02
