"""The whole specification of one picture: plain frozen values, nothing drawn yet."""

from dataclasses import dataclass

from training.pictures.attributes import ArtStyle, Backdrop, Framing, Subject
from training.pictures.garments import Cloth
from training.pictures.person import Person
from training.pictures.wear import UNWORN, Wear

__all__ = ["PictureSpec", "Wear"]


@dataclass(frozen=True, slots=True)
class PictureSpec:
    """Every attribute of a picture; ``seed`` fixes all that the attributes leave open."""

    seed: int
    people: tuple[Person, ...]
    framing: Framing
    backdrop: Backdrop
    backdrop_colour: Cloth
    art: ArtStyle
    aspect: float = 1.0
    """Width divided by height."""
    crop: float = 0.0
    """How much closer than usual a portrait of one is framed, 0..1: 1 cuts off hair and collar."""
    offset: float = 0.0
    """How far a lone figure stands from the middle, in -1..1 of the free room."""
    tint: float = 0.0
    """How strongly the light of the backdrop colours everything, 0..1."""
    blurry: float = 0.0
    """Radius in pixels at a longest side of 256 of a backdrop that is out of focus; 0 is sharp."""
    subject: Subject | None = None
    """What is shown where there are no people."""
    wear: Wear = UNWORN
