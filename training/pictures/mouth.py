"""Mouths and noses."""

from collections.abc import Callable

from training.pictures.attributes import Mouth
from training.pictures.curves import Point, ellipse, joined, smooth
from training.pictures.figure import Figure
from training.pictures.palette import WHITE, Colour

_INSIDES = (
    Colour(0.62, 0.2, 0.24),
    Colour(0.72, 0.36, 0.36),
    Colour(0.85, 0.5, 0.46),
    Colour(0.4, 0.14, 0.18),
)
"""What the inside of a mouth is painted with: from pale to dark."""
_TONGUE = Colour(0.93, 0.5, 0.5)


def _inside(figure: Figure) -> Colour:
    return figure.chance("inside").choice(_INSIDES)


def _ink(figure: Figure) -> Colour:
    return figure.skin.times(Colour(0.6, 0.32, 0.32)).mix(figure.easel.style.ink, 0.25)


def _curve(figure: Figure, points: list[Point], width: float = 1.9) -> None:
    figure.easel.line(points, width, _ink(figure))


def _smile(figure: Figure, size: float) -> None:
    _curve(figure, [(-11 * size, -2.0), (-4 * size, 1.8), (4 * size, 1.8), (11 * size, -2.0)])


def _line(figure: Figure, size: float) -> None:
    _curve(figure, [(-8 * size, 0.4), (0, 0), (8 * size, 0.4)])


def _frown(figure: Figure, size: float) -> None:
    _curve(figure, [(-9 * size, 2.4), (-3 * size, -1.2), (3 * size, -1.2), (9 * size, 2.4)])


def _wavy(figure: Figure, size: float) -> None:
    points = [(-10.0, 1.0), (-6.0, -1.4), (-2.0, 1.2), (2.0, -1.2), (6.0, 1.4), (10.0, -0.6)]
    _curve(figure, [(x * size, y) for x, y in points], 1.7)


def _cat(figure: Figure, size: float) -> None:
    half = [(-10.0, -1.5), (-6.5, 2.2), (-2.5, 1.6), (0.0, -1.6)]
    _curve(figure, [(x * size, y) for x, y in half], 1.8)
    _curve(figure, [(-x * size, y) for x, y in reversed(half)], 1.8)


def _hollow(figure: Figure, upper: list[Point], lower: list[Point], teeth: bool) -> None:
    """Draw an open mouth between an upper edge (left to right) and a lower one (back)."""
    easel = figure.easel
    path = joined(upper, lower)
    easel.fill(path, _inside(figure))
    low = max(y for _, y in lower)
    with easel.clip(path):
        easel.fill(ellipse(0, low, 8.5, (low - upper[0][1]) * 0.45), _TONGUE)
        if teeth:
            strip = [(x, y + 3.0) for x, y in reversed(upper)]
            easel.fill(joined(upper, [upper[-1], strip[0]], strip, [strip[-1], upper[0]]), WHITE)
    _curve(figure, upper, 2.0)
    _curve(figure, lower, 1.5)
    if figure.person.traits.face.fang:
        x, y = upper[-2]
        easel.fill(smooth([(x - 2.4, y), (x + 2.4, y + 0.4), (x, y + 5.5)]), WHITE)


def _open_smile(figure: Figure, size: float) -> None:
    upper = [(-11 * size, -4.0), (-4 * size, -2.4), (4 * size, -2.4), (11 * size, -4.0)]
    depth = 9.0 + 4.0 * size
    lower = [upper[-1], (7 * size, depth * 0.6), (0, depth), (-7 * size, depth * 0.6), upper[0]]
    _hollow(figure, upper, lower, teeth=True)


def _open(figure: Figure, size: float) -> None:
    upper = [(-8 * size, -1.0), (0, -4.0), (8 * size, -1.0)]
    lower = [upper[-1], (6 * size, 6.0), (0, 9.0), (-6 * size, 6.0), upper[0]]
    _hollow(figure, upper, lower, teeth=False)


def _shout(figure: Figure, size: float) -> None:
    upper = [(-9 * size, -2.0), (-3 * size, -6.0), (3 * size, -6.0), (9 * size, -2.0)]
    lower = [upper[-1], (11 * size, 10.0), (0, 12.5), (-11 * size, 10.0), upper[0]]
    _hollow(figure, upper, lower, teeth=True)


def _small_o(figure: Figure, size: float) -> None:
    path = ellipse(0, 1.0, 4.2 * size, 5.2 * size)
    figure.easel.fill(path, _inside(figure))
    with figure.easel.clip(path):
        figure.easel.fill(ellipse(0, 6.5, 4.5 * size, 3.6 * size), _TONGUE)
    ring = [(-4.2 * size, 1.0), (-3 * size, -3.4), (3 * size, -3.4), (4.2 * size, 1.0)]
    _curve(figure, ring, 1.6)
    _curve(figure, [(x, 2.0 - y) for x, y in ring], 1.4)


def _parted(figure: Figure, size: float) -> None:
    upper = [(-6 * size, 0.0), (0, -1.2), (6 * size, 0.0)]
    lower = [upper[-1], (0, 3.6), upper[0]]
    figure.easel.fill(joined(upper, lower), _inside(figure))
    _curve(figure, upper, 1.9)


def _grin(figure: Figure, size: float) -> None:
    upper = [(-12 * size, -4.0), (0, -1.6), (12 * size, -4.0)]
    lower = [upper[-1], (7 * size, 4.2), (0, 5.6), (-7 * size, 4.2), upper[0]]
    figure.easel.fill(joined(upper, lower), WHITE)
    _curve(figure, upper, 2.0)
    _curve(figure, lower, 1.8)
    _curve(figure, [(-9.5 * size, 0.6), (0, 2.2), (9.5 * size, 0.6)], 0.9)


def _tongue(figure: Figure, size: float) -> None:
    _smile(figure, size)
    tongue = smooth([(1.0, 1.0), (8.0, 0.2), (8.2, 5.5), (4.6, 8.4), (1.2, 5.6)])
    figure.easel.shape(tongue, _TONGUE, 0.7)


_DRAW: dict[Mouth, Callable[[Figure, float], None]] = {
    Mouth.SMILE: _smile,
    Mouth.LINE: _line,
    Mouth.OPEN_SMILE: _open_smile,
    Mouth.OPEN: _open,
    Mouth.SMALL_O: _small_o,
    Mouth.FROWN: _frown,
    Mouth.GRIN: _grin,
    Mouth.CAT: _cat,
    Mouth.WAVY: _wavy,
    Mouth.SHOUT: _shout,
    Mouth.TONGUE: _tongue,
    Mouth.PARTED: _parted,
}


def draw_mouth(figure: Figure) -> None:
    """Draw the mouth at its place in the face."""
    size = figure.chance("mouth").uniform(0.6, 1.1)
    at = (figure.turn_shift * 0.95, figure.head.mouth_y + figure.nod_shift * 0.8)
    narrow = 1.0 - 0.12 * abs(figure.person.pose.turn)
    with figure.easel.placed(at, scale=(narrow, 1.0)):
        _DRAW[figure.person.expression.mouth](figure, size)


def draw_nose(figure: Figure) -> None:
    """Draw the small hint of a nose: a dot, a line, or a spot of shade."""
    kind = figure.chance("nose").choice(("dot", "line", "shade", "shade"))
    x = figure.turn_shift * 1.25
    y = figure.head.mouth_y - 13.5 + figure.nod_shift
    side = -figure.easel.style.side if abs(x) < 4 else (1.0 if x > 0 else -1.0)
    colour = figure.skin_shade.times(Colour(0.85, 0.7, 0.7))
    if kind == "dot":
        figure.easel.fill(ellipse(x, y, 1.1, 0.8), colour)
    elif kind == "line":
        figure.easel.line([(x, y - 5), (x + side * 1.8, y - 1), (x, y)], 1.3, colour)
    else:
        tip = smooth([(x, y - 4), (x + side * 2.8, y), (x, y + 0.8)])
        figure.easel.fill(tip, figure.skin_shade)
