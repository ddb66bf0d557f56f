"""Colours: what each colour name looks like, with jitter that stays inside the name."""

import colorsys
from dataclasses import dataclass
from random import Random

from training.pictures.attributes import EyeColour, HairColour, Skin
from training.pictures.garments import Cloth

Range = tuple[float, float]
Ranges = tuple[Range, Range, Range]


def _byte(share: float) -> int:
    """Return 0..1, clipped, as 0..255; called for every stroke, so without detours."""
    if share <= 0.0:
        return 0
    return 255 if share >= 1.0 else int(share * 255.0 + 0.5)


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour with channels in 0..1."""

    r: float
    g: float
    b: float

    def argb(self, alpha: float = 1.0) -> int:
        """Return the 32-bit value that Skia takes."""
        a, r, g, b = _byte(alpha), _byte(self.r), _byte(self.g), _byte(self.b)
        return (a << 24) | (r << 16) | (g << 8) | b

    def mix(self, other: "Colour", share: float) -> "Colour":
        """Return this colour with ``share`` (0..1) of the other."""
        keep = 1.0 - share
        return Colour(
            self.r * keep + other.r * share,
            self.g * keep + other.g * share,
            self.b * keep + other.b * share,
        )

    def times(self, other: "Colour") -> "Colour":
        """Return the product, as a shadow falls on a surface."""
        return Colour(self.r * other.r, self.g * other.g, self.b * other.b)

    @property
    def luma(self) -> float:
        """The brightness in 0..1."""
        return 0.299 * self.r + 0.587 * self.g + 0.114 * self.b


WHITE = Colour(1.0, 1.0, 1.0)
BLACK = Colour(0.0, 0.0, 0.0)
GOLD = Colour(0.96, 0.8, 0.36)
INK = Colour(0.16, 0.11, 0.15)


def hsv(hue: float, saturation: float, value: float) -> Colour:
    """Return a colour from degrees and two numbers in 0..1 (clipped)."""
    saturation, value = (max(0.0, min(1.0, x)) for x in (saturation, value))
    return Colour(*colorsys.hsv_to_rgb(hue % 360 / 360, saturation, value))


def _pick(rng: Random, ranges: Ranges) -> Colour:
    return hsv(*(rng.uniform(low, high) for low, high in ranges))


_HAIR: dict[HairColour, tuple[Ranges, ...]] = {
    HairColour.BLACK: (
        ((200, 290), (0.06, 0.4), (0.1, 0.34)),
        ((330, 390), (0.06, 0.3), (0.1, 0.34)),
    ),
    HairColour.BLONDE: (
        ((28, 40), (0.28, 0.52), (0.84, 1.0)),
        ((36, 54), (0.27, 0.68), (0.82, 1.0)),
    ),
    HairColour.BROWN: (((2, 28), (0.3, 0.62), (0.26, 0.66)), ((12, 34), (0.26, 0.5), (0.46, 0.8))),
    HairColour.RED: (((340, 370), (0.5, 0.86), (0.42, 0.92)),),
    HairColour.PINK: (
        ((326, 362), (0.18, 0.54), (0.8, 1.0)),
        ((345, 371), (0.28, 0.5), (0.86, 1.0)),
    ),
    HairColour.BLUE: (
        ((206, 248), (0.28, 0.76), (0.3, 0.95)),
        ((206, 240), (0.2, 0.45), (0.72, 1.0)),
    ),
    HairColour.GREEN: (
        ((76, 166), (0.2, 0.68), (0.3, 0.92)),
        ((84, 166), (0.12, 0.3), (0.5, 0.9)),
        ((66, 160), (0.14, 0.4), (0.24, 0.55)),
    ),
    HairColour.PURPLE: (
        ((254, 306), (0.2, 0.64), (0.32, 0.94)),
        ((294, 318), (0.25, 0.5), (0.32, 0.66)),
    ),
    HairColour.WHITE: (
        ((200, 290), (0.0, 0.06), (0.94, 1.0)),
        ((6, 44), (0.03, 0.23), (0.9, 1.0)),
        ((6, 44), (0.03, 0.23), (0.9, 1.0)),
    ),
    HairColour.GREY: (
        ((200, 290), (0.02, 0.18), (0.48, 0.9)),
        ((310, 400), (0.02, 0.15), (0.52, 0.88)),
        ((200, 300), (0.06, 0.17), (0.76, 0.96)),
    ),
    HairColour.AQUA: (
        ((172, 198), (0.28, 0.7), (0.5, 0.97)),
        ((176, 206), (0.2, 0.4), (0.45, 0.9)),
    ),
    HairColour.ORANGE: (
        ((10, 27), (0.46, 0.84), (0.8, 1.0)),
        ((14, 32), (0.38, 0.62), (0.76, 0.98)),
    ),
}
"""Hue, saturation and value; their spread follows how people use these tags on real drawings."""

_EYES: dict[EyeColour, tuple[Ranges, ...]] = {
    EyeColour.BLUE: (((204, 244), (0.45, 0.95), (0.45, 1.0)),),
    EyeColour.RED: (((342, 370), (0.66, 0.95), (0.45, 0.98)),),
    EyeColour.GREEN: (((88, 162), (0.4, 0.9), (0.4, 0.92)),),
    EyeColour.BROWN: (((8, 34), (0.38, 0.75), (0.22, 0.54)),),
    EyeColour.PURPLE: (((256, 302), (0.35, 0.82), (0.4, 0.96)),),
    EyeColour.YELLOW: (((37, 60), (0.48, 0.95), (0.5, 1.0)),),
    EyeColour.BLACK: (((200, 300), (0.0, 0.2), (0.1, 0.3)), ((0, 40), (0.0, 0.34), (0.1, 0.28))),
    EyeColour.AQUA: (((170, 196), (0.4, 0.95), (0.38, 1.0)),),
    EyeColour.PINK: (((324, 352), (0.32, 0.74), (0.48, 1.0)),),
    EyeColour.GREY: (((190, 270), (0.03, 0.16), (0.45, 0.78)),),
    EyeColour.ORANGE: (((17, 33), (0.6, 0.98), (0.57, 1.0)),),
}
"""The middle shade of an iris: what is above it is darker, what is below it lighter."""

_CLOTH: dict[Cloth, tuple[Range, Range, Range]] = {
    Cloth.WHITE: ((200, 260), (0.0, 0.05), (0.93, 1.0)),
    Cloth.BLACK: ((220, 280), (0.05, 0.25), (0.15, 0.26)),
    Cloth.RED: ((350, 365), (0.65, 0.85), (0.65, 0.9)),
    Cloth.BLUE: ((208, 235), (0.5, 0.8), (0.4, 0.85)),
    Cloth.GREEN: ((100, 160), (0.4, 0.7), (0.4, 0.75)),
    Cloth.YELLOW: ((45, 54), (0.5, 0.8), (0.9, 1.0)),
    Cloth.PINK: ((330, 350), (0.25, 0.5), (0.9, 1.0)),
    Cloth.PURPLE: ((260, 290), (0.35, 0.65), (0.45, 0.8)),
    Cloth.BROWN: ((16, 32), (0.4, 0.6), (0.35, 0.6)),
    Cloth.GREY: ((210, 260), (0.02, 0.1), (0.5, 0.72)),
    Cloth.ORANGE: ((18, 30), (0.65, 0.85), (0.9, 1.0)),
    Cloth.AQUA: ((168, 190), (0.35, 0.6), (0.75, 0.95)),
}

_SKIN: dict[Skin, tuple[Range, Range, Range]] = {
    Skin.PALE: ((12, 38), (0.02, 0.07), (0.97, 1.0)),
    Skin.LIGHT: ((15, 37), (0.07, 0.22), (0.96, 1.0)),
    Skin.TAN: ((18, 26), (0.34, 0.44), (0.82, 0.93)),
    Skin.DARK: ((14, 24), (0.45, 0.58), (0.48, 0.66)),
}


def hair_colour(colour: HairColour, rng: Random) -> Colour:
    """Return a shade that people call by that name."""
    return _pick(rng, rng.choice(_HAIR[colour]))


def eye_colour(colour: EyeColour, rng: Random) -> Colour:
    """Return the middle shade of an iris of that colour."""
    return _pick(rng, rng.choice(_EYES[colour]))


def cloth_colour(colour: Cloth, rng: Random) -> Colour:
    """Return a shade of cloth of that colour."""
    return _pick(rng, _CLOTH[colour])


def skin_colour(skin: Skin, rng: Random) -> Colour:
    """Return a skin colour of that tone."""
    return _pick(rng, _SKIN[skin])
