"""A whole cartoon head, and what a person has to leave behind to become a cartoon."""

from dataclasses import replace

from training.pictures.attributes import Accessory, Bangs, EyeShape, HairMix
from training.pictures.cartoon.face import draw_cartoon_face
from training.pictures.cartoon.hair import draw_cartoon_hair
from training.pictures.cartoon.skull import draw_skull
from training.pictures.figure import Figure
from training.pictures.hair_tied import draw_tied_before
from training.pictures.head import draw_feelings
from training.pictures.headwear import draw_headwear
from training.pictures.jewellery import draw_earrings, draw_on_face
from training.pictures.person import Traits

_LEFT_OUT = frozenset({Accessory.EYEPATCH, Accessory.POINTY_EARS})


def cartooned(traits: Traits) -> Traits:
    """Return the person with what this style draws: no second colour, bangs or marks."""
    hair, eyes = traits.hair, traits.eyes
    return replace(
        traits,
        hair=replace(
            hair, mix=HairMix.PLAIN, second=None, bangs=Bangs.PLAIN, ahoge=False, sidelocks=0.0
        ),
        eyes=replace(eyes, right=eyes.left, shape=EyeShape.ROUND),
        face=replace(traits.face, mole=False, freckles=False, fang=False),
        accessories=traits.accessories - _LEFT_OUT,
    )


def draw_cartoon_head(figure: Figure) -> None:
    """Draw the head with its hair and what it wears."""
    draw_skull(figure)
    draw_cartoon_face(figure)
    draw_feelings(figure)
    draw_on_face(figure)
    draw_earrings(figure)
    draw_cartoon_hair(figure)
    draw_tied_before(figure)
    draw_headwear(figure)
