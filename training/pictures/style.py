"""How an art style draws: lines, shadows, light. Derived from the spec, with variety."""

from dataclasses import dataclass
from random import Random

from training.pictures.attributes import ArtStyle
from training.pictures.palette import Colour, hsv


@dataclass(frozen=True, slots=True)
class DrawingStyle:
    """The choices that every part of a drawing shares."""

    line: float
    """Width of an outline in figure units (a face is about 100 wide); 0 draws none."""
    ink: Colour
    tinted: float
    """0 all lines in ink, 1 lines in a dark shade of what they surround."""
    soft: bool
    """Shadows with blurred edges."""
    shadow: Colour
    """What a lit colour is multiplied with in the shade."""
    depth: float
    """How far the shade reaches: 0 none, 1 usual."""
    side: float
    """Where the light comes from: -1 the viewer's left, 1 the right."""
    gloss: float
    """Strength of the light on hair, 0..1."""
    paper: bool = False
    """Colours are washed out to paper, as in a sketch."""

    def shade(self, colour: Colour, strength: float = 1.0) -> Colour:
        """Return a colour in the shade."""
        return colour.mix(colour.times(self.shadow), strength)

    def line_colour(self, colour: Colour) -> Colour:
        """Return the colour of a line around a surface."""
        deep = colour.times(Colour(0.42, 0.32, 0.38))
        return self.ink.mix(deep, self.tinted)


def style_of(art: ArtStyle, rng: Random) -> DrawingStyle:
    """Return the particular style of one picture of an art style."""
    shadow = hsv(rng.uniform(215, 345), rng.uniform(0.06, 0.2), rng.uniform(0.74, 0.87))
    side = rng.choice((-1.0, 1.0))
    line = rng.choice((rng.uniform(0.7, 1.2), rng.uniform(0.9, 1.8)))
    tinted = rng.choice((0.0, rng.uniform(0.3, 1.0), rng.uniform(0.6, 1.0)))
    ink = hsv(rng.uniform(220, 390), rng.uniform(0.1, 0.5), rng.uniform(0.08, 0.24))
    gloss = rng.uniform(0.4, 1.0)
    soft, depth, paper = False, rng.uniform(0.7, 1.2), False
    if art is ArtStyle.PAINTED:
        soft, tinted = True, 1.0
        line = rng.choice((0.0, rng.uniform(0.5, 0.9)))
    elif art is ArtStyle.FLAT:
        depth, gloss = rng.choice((0.0, 0.4)), rng.choice((0.0, 0.4))
    elif art is ArtStyle.SKETCH:
        line, tinted, depth, gloss, paper = rng.uniform(1.0, 1.6), 0.0, 0.5, 0.0, True
    elif art in (ArtStyle.CHIBI, ArtStyle.PIXEL_ART):
        line = rng.uniform(1.6, 2.4)
    elif art is ArtStyle.CARTOON:
        line, tinted, gloss = rng.uniform(1.8, 4.2), rng.choice((0.0, 0.0, 0.8)), 0.0
        depth = rng.choice((0.0, 0.0, 1.0))
    return DrawingStyle(line, ink, tinted, soft, shadow, depth, side, gloss, paper)
