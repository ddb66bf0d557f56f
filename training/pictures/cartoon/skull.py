"""The shape of a cartoon head: round, egg, square, pear or long; with its ears."""

from dataclasses import dataclass

import skia

from training.pictures.curves import Point, ellipse, smooth
from training.pictures.figure import Figure


@dataclass(frozen=True, slots=True)
class Skull:
    """The outline of a head; half widths at the brow, the cheeks and the jaw."""

    brow: float
    cheek: float
    jaw: float
    chin: float
    top: float


_SKULLS = (
    Skull(46.0, 50.0, 42.0, 64.0, -58.0),
    Skull(50.0, 48.0, 28.0, 68.0, -60.0),
    Skull(46.0, 46.0, 44.0, 66.0, -56.0),
    Skull(40.0, 50.0, 50.0, 64.0, -56.0),
    Skull(41.0, 41.0, 33.0, 76.0, -62.0),
)


def skull_of(figure: Figure) -> Skull:
    """Return the head that a person has in every cartoon."""
    return figure.trait("skull").choice(_SKULLS)


def skull_path(figure: Figure) -> skia.Path:
    """Return the outline of the whole head."""
    skull, shift = skull_of(figure), figure.turn_shift
    right: list[Point] = [
        (skull.brow * 0.62, skull.top + 6.0),
        (skull.brow, -22.0),
        (skull.cheek, 20.0),
        (skull.jaw + shift * 0.2, 48.0),
        (skull.jaw * 0.5 + shift * 0.4, skull.chin - 3.0),
    ]
    left = [(-skull.jaw * 0.5 + shift * 0.4, skull.chin - 3.0)]
    left += [(-skull.jaw + shift * 0.2, 48.0), (-skull.cheek, 20.0), (-skull.brow, -22.0)]
    left.append((-skull.brow * 0.62, skull.top + 6.0))
    return smooth([(0.0, skull.top), *right, (shift * 0.5, skull.chin), *left])


def draw_skull(figure: Figure) -> skia.Path:
    """Draw ears and head; return the outline of the head."""
    skull, easel = skull_of(figure), figure.easel
    size = figure.trait("cartoon ears").uniform(6.0, 13.0)
    for side in (-1.0, 1.0):
        x = side * (skull.cheek + size * 0.35) - figure.turn_shift * 0.3
        easel.shape(ellipse(x, 16.0, size, size * 1.25), figure.skin)
        easel.line([(x - 2, 11.0), (x + side * 3, 14.0), (x, 20.0)], 2.2, figure.skin_shade)
    path = skull_path(figure)
    easel.shaded(path, figure.skin, 5.0)
    return path
