"""Where figures stand: which part of them a framing shows, and at which scale."""

from dataclasses import dataclass
from random import Random

from training.pictures.attributes import Accessory, ArtStyle, Framing, HairStyle
from training.pictures.build import build_of, chibi_build
from training.pictures.person import Person
from training.pictures.picture import PictureSpec

_BOTTOM = {
    Framing.CLOSE_UP: 84.0,
    Framing.PORTRAIT: 152.0,
    Framing.UPPER_BODY: 226.0,
    Framing.COWBOY_SHOT: 352.0,
}
_BARE = -95.0
"""The highest y of a head with nothing on it."""
_CLOSER = 48.0
"""How much less of the shoulders the closest portrait shows; as much of bare hair is cut off."""
_TALL = {
    Accessory.WITCH_HAT: 98.0,
    Accessory.RABBIT_EARS: 82.0,
    Accessory.FOX_EARS: 44.0,
    Accessory.CROWN: 22.0,
    Accessory.HALO: 26.0,
    Accessory.CAT_EARS: 18.0,
    Accessory.HORNS: 30.0,
    Accessory.STRAW_HAT: 30.0,
    Accessory.BASEBALL_CAP: 24.0,
    Accessory.BERET: 22.0,
}
"""How far a headpiece rises over the hair."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the origin of a figure is, in pixels, and how many pixels a figure unit has."""

    x: float
    y: float
    scale: float
    bottom: float
    """The lowest y of the figure that is seen."""


def top_of(person: Person) -> float:
    """Return the highest y of a figure: its hair and what is on it."""
    worn = person.traits.accessories
    rise = max([_TALL.get(a, 0.0) for a in worn], default=0.0)
    if person.traits.hair.style is HairStyle.BUN:
        rise = max(rise, 34.0)
    if person.traits.hair.ahoge:
        rise = max(rise, 30.0)
    return -88.0 - 7.0 * person.traits.hair.volume - rise


def _bottom(spec: PictureSpec, person: Person) -> float:
    chibi = spec.art is ArtStyle.CHIBI
    if spec.framing is Framing.PORTRAIT:
        return _BOTTOM[spec.framing] - _CLOSER * spec.crop
    if spec.framing is not Framing.FULL_BODY and not (
        chibi and spec.framing is Framing.COWBOY_SHOT
    ):
        return _BOTTOM[spec.framing]
    rng = Random(f"{person.traits.hair.seed}/build")
    build = chibi_build() if chibi else build_of(person.traits.gender, rng)
    return build.sole_y + 12.0


def bottom_of(spec: PictureSpec) -> float:
    """Return the lowest y of the figures that is seen."""
    if spec.framing is Framing.CLOSE_UP:
        return Random(f"{spec.seed}/chin").uniform(70.0, 88.0)
    return max(_bottom(spec, p) for p in spec.people)


def places_of(spec: PictureSpec, width: int, height: int) -> list[Place]:
    """Return the place of every figure, side by side."""
    rng = Random(f"{spec.seed}/place")
    count = len(spec.people)
    loose = rng.uniform(1.0, 1.14)
    highest = min(top_of(p) for p in spec.people)
    lowest = bottom_of(spec)
    if spec.framing is Framing.CLOSE_UP:
        highest = rng.uniform(-95, -56) if highest >= _BARE else -92.0
    elif highest >= _BARE:
        highest += _CLOSER * spec.crop * rng.random()
    air = 10.0 * (1.0 - spec.crop) if spec.framing is not Framing.CLOSE_UP else 0.0
    span = (lowest - highest + air) * (loose if spec.framing is Framing.FULL_BODY else 1.0)
    scale = height / span
    if count > 1:
        scale = min(scale, width / (count * 150.0 + 30.0))
    room = max(0.0, width / 2 - 78.0 * scale)
    places = []
    for i in range(count):
        x = width / 2 + (
            spec.offset * room * 0.6
            if count == 1
            else (i - (count - 1) / 2) * width / (count + 0.35)
        )
        y = height - lowest * scale
        if spec.framing is Framing.FULL_BODY:
            y -= (span - (lowest - highest)) * scale * 0.3
        places.append(Place(x, y, scale, (height - y) / scale))
    return places
