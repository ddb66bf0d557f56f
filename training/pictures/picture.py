"""The whole specification of one picture: plain frozen values, nothing drawn yet."""

from dataclasses import dataclass

from training.pictures.attributes import ArtStyle, Backdrop, Framing, Subject
from training.pictures.garments import Cloth
from training.pictures.person import Person


@dataclass(frozen=True, slots=True)
class Wear:
    """What happened to the picture after it was drawn."""

    noise: float = 0.0
    """Standard deviation in 0..1 of full scale."""
    jpeg: int = 0
    """JPEG quality 1..95; 0 leaves the pixels alone."""
    blur: float = 0.0
    """Radius in pixels at a longest side of 256."""
    fade: float = 0.0
    """How far the colours are paled, 0..1."""
    glow: float = 0.0
    """How strongly light falls in from a corner, 0..1."""


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
    subject: Subject | None = None
    """What is shown where there are no people."""
    wear: Wear = Wear()
