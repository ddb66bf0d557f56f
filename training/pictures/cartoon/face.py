"""What a cartoon face shows: plain eyes, thick brows, a nose that is one, a wide mouth."""

from training.pictures.attributes import Brow, EyeState, Gaze
from training.pictures.curves import Point, ellipse, joined, ribbon, smooth
from training.pictures.eyes import openness
from training.pictures.figure import Figure
from training.pictures.mouth import draw_mouth
from training.pictures.palette import WHITE, Colour

_INK = Colour(0.09, 0.07, 0.09)
_GAZE: dict[Gaze, Point] = {
    Gaze.VIEWER: (0.0, 0.0),
    Gaze.LEFT: (-0.45, 0.0),
    Gaze.RIGHT: (0.45, 0.0),
    Gaze.UP: (0.0, -0.45),
    Gaze.DOWN: (0.0, 0.4),
}
_DROP = {Brow.FLAT: 0.0, Brow.ARCHED: -2.0, Brow.V: 7.0, Brow.WORRIED: -6.0}
_RED = Colour(0.95, 0.4, 0.4)


def draw_cartoon_face(figure: Figure) -> None:
    """Draw eyes, brows, nose, cheeks and mouth on a head."""
    _cheeks(figure)
    _eyes(figure)
    _nose(figure)
    wide = figure.trait("cartoon mouth").uniform(1.25, 1.9)
    y = figure.head.mouth_y
    with figure.easel.placed((0.0, y), scale=(wide, wide)), figure.easel.placed((0.0, -y)):
        draw_mouth(figure)


def _cheeks(figure: Figure) -> None:
    if figure.person.expression.blush < 0.5:
        return
    for side in (-1.0, 1.0):
        spot = ellipse(side * 31.0 + figure.turn_shift * 0.7, 36.0 + figure.nod_shift, 8.5, 6.0)
        figure.easel.fill(spot, figure.skin.mix(_RED, 0.6))


def _eyes(figure: Figure) -> None:
    rng = figure.trait("cartoon eyes")
    kind = rng.choice(("dots", "balls", "balls", "tall", "beans"))
    apart = rng.uniform(16.0, 23.0)
    wink = figure.chance("wink").choice((-1.0, 1.0))
    size = rng.uniform(0.85, 1.2)
    for side in (-1.0, 1.0):
        at = (side * apart + figure.turn_shift, 8.0 + figure.nod_shift)
        opened = openness(figure.person.expression.eyes, side, wink)
        with figure.easel.placed(at, scale=(side * size, size)):
            if opened <= 0:
                figure.easel.stroke([(-10, 3), (0, -4), (10, 3)], [1.2, 2.0, 1.2], _INK)
            elif kind in ("dots", "beans"):
                _plain_eye(figure, kind, opened)
            else:
                _ball(figure, kind, opened, side)
            _brow(figure, kind)


def _plain_eye(figure: Figure, kind: str, opened: float) -> None:
    width, height = (5.0, 6.0) if kind == "dots" else (4.5, 9.5)
    figure.easel.fill(ellipse(0, 0, width, height * opened), _INK)
    if kind == "beans":
        figure.easel.fill(ellipse(1.2, -3.5 * opened, 1.5, 2.2 * opened), WHITE)


def _ball(figure: Figure, kind: str, opened: float, side: float) -> None:
    """Draw a white ball with a small pupil; a heavy lid hides what is not open."""
    easel, (gx, gy) = figure.easel, _GAZE[figure.person.pose.gaze]
    rx, ry = (13.0, 14.0) if kind == "balls" else (10.0, 18.0)
    ry *= max(1.0, opened)
    ball = ellipse(0, 0, rx, ry)
    easel.fill(ball, WHITE)
    with easel.clip(ball):
        easel.fill(ellipse(gx * rx * side, gy * ry, rx * 0.36, ry * 0.36), _INK)
        if opened < 1.0:
            lid = ellipse(0, -ry * 1.9 * opened - ry * 0.2, rx * 2.0, ry * 1.3)
            easel.shape(lid, figure.skin_shade, 0.8)
    easel.outline(ball, figure.skin, 0.9)


def _brow(figure: Figure, kind: str) -> None:
    drop = _DROP[figure.person.expression.brow]
    thick = figure.trait("cartoon brow").uniform(1.4, 3.4)
    y = -12.0 if kind == "dots" else -23.0
    y -= 4.0 if figure.person.expression.eyes is EyeState.WIDE else 0.0
    arch = [(-10.0, y + drop), (0.0, y - 3.0), (11.0, y - drop * 0.4)]
    figure.easel.fill(ribbon(arch, [thick * 0.7, thick, thick * 0.5]), figure.hair.times(_DARK))


_DARK = Colour(0.6, 0.55, 0.55)


def _nose(figure: Figure) -> None:
    rng, easel = figure.trait("cartoon nose"), figure.easel
    x, y, size = figure.turn_shift * 1.2, 26.0 + figure.nod_shift, rng.uniform(0.8, 1.3)
    skin = figure.skin.mix(_RED, rng.uniform(0.05, 0.3))
    kind = rng.choice(("bulb", "hook", "wedge", "button"))
    with easel.placed((x, y), scale=(size if figure.turn_shift >= 0 else -size, size)):
        if kind == "bulb":
            easel.shape(ellipse(0, 0, 8.5, 7.0), skin)
        elif kind == "hook":
            easel.shape(smooth([(-3, -14), (4, -6), (10, 2), (4, 7), (-5, 5)]), figure.skin)
        elif kind == "wedge":
            easel.shape(
                joined([(-2, -10), (12, 4)], [(12, 4), (-4, 6)], [(-4, 6), (-2, -10)]), skin
            )
        else:
            easel.shape(ellipse(0, 0, 4.0, 3.2), skin, 0.8)
