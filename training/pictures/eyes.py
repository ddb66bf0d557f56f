"""Eyes, lashes and brows: what makes a face an anime face."""

from dataclasses import dataclass
from random import Random

import skia

from training.pictures.attributes import Brow, EyeShape, EyeState, Gaze
from training.pictures.curves import Point, between, ellipse, joined, polygon, ribbon
from training.pictures.figure import Figure
from training.pictures.palette import BLACK, WHITE, Colour

_GAZE: dict[Gaze, Point] = {
    Gaze.VIEWER: (0.0, 0.0),
    Gaze.LEFT: (-0.3, 0.0),
    Gaze.RIGHT: (0.3, 0.0),
    Gaze.UP: (0.0, -0.26),
    Gaze.DOWN: (0.0, 0.24),
}
_LID = Colour(0.25, 0.2, 0.38)
_SLANT = {EyeShape.ROUND: 0, EyeShape.NARROW: -2, EyeShape.TSURIME: -9, EyeShape.TAREME: 9}


@dataclass(frozen=True, slots=True)
class Look:
    """How both eyes of one figure are drawn in this picture."""

    half_width: float
    half_height: float
    slant: float
    lash: Colour
    lash_weight: float
    pupil: float
    glints: int
    bright: float
    gloom: float
    """How far down the dark of the upper iris reaches, 0..1."""
    lid_shade: float
    """How deep the shadow of the upper lid on the eye is, in half heights."""
    iris_width: float
    """Half the width of the iris in half widths of the eye; taller than wide, it fills the eye."""
    iris: str
    """How irises are shaded: ``blend``, ``rim``, ``halves`` or ``flat``."""
    spikes: int
    dim: float
    """How far the white of the eye is mixed with skin, 0..1."""
    lower: float
    """How clearly the lower lashes are drawn, 0..1."""


def look_of(figure: Figure) -> Look:
    """Return the measures and manners of a figure's eyes."""
    eyes = figure.person.traits.eyes
    rng, chance = figure.trait("look"), figure.chance("look")
    girl = figure.person.traits.gender == "girl"
    width = 12.5 + 6.0 * eyes.size + (2.0 if figure.chibi else 0.0)
    height = width * (0.62 + 0.52 * eyes.height)
    if eyes.shape is EyeShape.NARROW:
        height *= 0.78
    if not girl:
        width, height = width * 0.93, height * 0.76
    lash = figure.hair.times(Colour(0.32, 0.26, 0.3)).mix(BLACK, 0.35)
    return Look(
        half_width=width,
        half_height=height,
        slant=_SLANT[eyes.shape] + chance.uniform(-1.5, 1.5),
        lash=lash.mix(figure.easel.style.ink, chance.uniform(0.2, 0.8)),
        lash_weight=chance.uniform(0.8, 1.9) * (1.0 if girl else 0.75),
        pupil=rng.uniform(0.3, 0.55),
        glints=chance.choice((0, 1, 1, 2, 2, 3)),
        bright=chance.uniform(0.2, 0.9),
        gloom=chance.uniform(0.15, 0.75),
        lid_shade=chance.uniform(0.15, 0.5),
        iris_width=rng.uniform(0.58, 0.88),
        iris=chance.choice(("blend", "blend", "blend", "rim", "halves", "flat")),
        spikes=chance.choice((1, 2, 3)) if girl else 0,
        dim=chance.choice((0.0, chance.uniform(0.0, 0.6))),
        lower=chance.choice((0.9, chance.random())),
    )


def openness(state: EyeState, side: float, wink: float) -> float:
    """Return how far the eye on a side is open: 0 closed, 1 open, more when wide."""
    if state is EyeState.CLOSED or (state is EyeState.WINK and side == wink):
        return 0.0
    return {EyeState.WIDE: 1.16, EyeState.HALF: 0.58}.get(state, 1.0)


def draw_eyes(figure: Figure) -> None:
    """Draw both eyes without the brows."""
    look = look_of(figure)
    pose, expression = figure.person.pose, figure.person.expression
    wink = figure.chance("wink").choice((-1.0, 1.0))
    for side, iris in zip((-1.0, 1.0), figure.irises, strict=True):
        far = max(0.0, pose.turn * side)
        x = side * (figure.head.eye_x - 1.5 * abs(pose.turn)) + figure.turn_shift
        at = (x, figure.head.eye_y + figure.nod_shift)
        opened = openness(expression.eyes, side, wink)
        scale = (side * (1.0 - 0.2 * far), 1.0)
        with figure.easel.placed(at, degrees=side * look.slant, scale=scale):
            if opened > 0:
                _open_eye(figure, look, opened, (iris, side))
            else:
                _closed_eye(figure, look)


def _lid(look: Look, opened: float) -> tuple[list[Point], list[Point]]:
    """Return the upper lid from the inner to the outer corner, and the lower one back."""
    w, h = look.half_width, look.half_height
    top, bottom = -h * min(opened, 1.1), h * (0.92 if opened > 0.7 else 0.8)
    upper = [
        (-w * 0.96, 0.12 * h),
        (-w * 0.74, top * 0.6),
        (-w * 0.12, top),
        (w * 0.6, top * 0.82),
        (w, -0.02 * h * opened),
    ]
    lower = [(w, -0.02 * h * opened), (w * 0.74, bottom * 0.78), (0.05 * w, bottom)]
    return upper, [*lower, (-w * 0.68, bottom * 0.7), (-w * 0.96, 0.12 * h)]


def _open_eye(figure: Figure, look: Look, opened: float, iris: tuple[Colour, float]) -> None:
    easel = figure.easel
    upper, lower = _lid(look, opened)
    white = joined(upper, lower)
    easel.fill(white, Colour(0.99, 0.98, 0.99).mix(figure.skin, look.dim))
    with easel.clip(white):
        _iris(figure, look, opened, iris)
        shade = [(x, y + look.half_height * look.lid_shade) for x, y in reversed(upper)]
        lid = joined(upper, [upper[-1], shade[0]], shade, [shade[-1], upper[0]])
        easel.fill(lid, look.lash.mix(_LID, 0.5), 0.25 + look.lid_shade * 0.6)
    _lashes(figure, look, upper, lower)


def _iris(figure: Figure, look: Look, opened: float, iris: tuple[Colour, float]) -> None:
    colour, side = iris
    easel, pose = figure.easel, figure.person.pose
    w, h = look.half_width, look.half_height
    gx, gy = _GAZE[pose.gaze]
    cx = (gx * w + pose.turn * 1.5) * side + 0.04 * w
    cy = (gy - 0.08) * h
    size = 0.8 if opened > 1.1 else 1.0
    rx = w * look.iris_width * size
    ry = max(h * 1.06, rx * 1.1) * size
    disc = ellipse(cx, cy, rx, ry)
    dark = colour.times(Colour(0.36, 0.3, 0.42))
    light = colour.mix(WHITE, 0.15 + 0.35 * look.bright)
    easel.fill(disc, dark)
    inner = ellipse(cx, cy, rx * 0.9, ry * 0.93)
    _shade_iris(figure, look, inner, ((cx, cy, ry), (dark, colour, light)))
    easel.fill(ellipse(cx, cy, rx * look.pupil, ry * look.pupil), dark.mix(BLACK, 0.45))
    with easel.clip(inner):
        glow = 0.85 * look.bright
        easel.fill(ellipse(cx, cy + ry * 0.74, rx * 0.62, ry * 0.36), light.mix(WHITE, 0.3), glow)
    _glints(figure, look, (cx, cy), (rx * side, ry))


def _shade_iris(
    figure: Figure,
    look: Look,
    inner: skia.Path,
    shading: tuple[tuple[float, float, float], tuple[Colour, Colour, Colour]],
) -> None:
    """Fill the iris; ``shading``: centre and half height; a dark, its own and a light colour."""
    (cx, cy, ry), (dark, colour, light) = shading
    easel = figure.easel
    if look.iris == "blend":
        start = cy - ry * (1.6 - 1.4 * look.gloom)
        deep = dark.mix(colour, 0.25)
        tones = ((dark, 1.0), (deep, 1.0), (colour, 1.0), (light, 1.0))
        easel.blend(inner, ((cx, start), (cx, cy + ry)), tones)
        return
    easel.fill(inner, colour)
    if look.iris == "rim":
        with easel.clip(inner), easel.placed((cx, cy + ry * 0.3), scale=(0.7, 1.0)):
            easel.glow((0.0, 0.0), ry, light, 0.9)
    if look.iris != "flat":
        with easel.clip(inner):
            edge = ry * (2.0 * look.gloom - 1.0)
            easel.fill(ellipse(cx, cy + edge - ry * 1.2, ry * 1.5, ry * 1.2), dark, 0.85)


def _glints(figure: Figure, look: Look, centre: Point, radius: Point) -> None:
    """Draw the reflections; they are on the same side of both eyes, that of the light."""
    easel, (cx, cy), (rx, ry) = figure.easel, centre, radius
    if look.glints == 0:
        return
    towards = easel.style.side * rx
    easel.fill(ellipse(cx + towards * 0.42, cy - ry * 0.42, abs(rx) * 0.36, ry * 0.28), WHITE)
    if look.glints > 1:
        easel.fill(ellipse(cx - towards * 0.4, cy + ry * 0.4, abs(rx) * 0.19, ry * 0.14), WHITE)
    if look.glints > 2:
        easel.fill(
            ellipse(cx + towards * 0.5, cy + ry * 0.12, abs(rx) * 0.12, ry * 0.09), WHITE, 0.9
        )


def _lashes(figure: Figure, look: Look, upper: list[Point], lower: list[Point]) -> None:
    w, h, weight = look.half_width, look.half_height, look.lash_weight
    easel = figure.easel
    lifts = (0.3, 1.2, 2.9, 3.6)
    edge: list[Point] = [
        (x * (1 + 0.03 * i), y - lift * weight)
        for i, ((x, y), lift) in enumerate(zip(upper[:4], lifts, strict=True))
    ]
    wing = (w * 1.14, upper[4][1] - 0.2 * h)
    edge.append(wing)
    lid = joined(
        edge,
        [wing, (w * 1.02, upper[4][1] + 0.05 * h)],
        [(w * 1.02, upper[4][1] + 0.05 * h), *reversed(upper)],
        [upper[0], edge[0]],
    )
    easel.fill(lid, look.lash)
    for i in range(look.spikes - 1):
        root = between(edge[3], wing, 0.25 + 0.35 * i)
        tip = (root[0] + w * 0.2, root[1] - h * (0.2 - 0.08 * i))
        easel.fill(
            polygon([(root[0] - 2.2, root[1]), tip, (root[0] + 1.8, root[1] + 2.4)]), look.lash
        )
    easel.stroke(lower[:3], [0.9 * weight, 0.7 * weight, 0.15], look.lash, look.lower)
    crease = [(x * 0.86, y - h * 0.3 - 3.0) for x, y in upper[1:4]]
    easel.line(crease, 1.1, look.lash.mix(figure.skin_shade, 0.35), 0.8)


def _closed_eye(figure: Figure, look: Look) -> None:
    """Draw a shut eye: an arch when happy, a hanging curve otherwise."""
    w, h = look.half_width, look.half_height
    happy = figure.person.expression.mood in ("happy", "smug", "calm")
    lift = -0.42 * h if happy else 0.34 * h
    base = 0.25 * h
    points = [(-w, base), (-w * 0.5, base + lift * 0.8), (w * 0.1, base + lift), (w * 1.05, base)]
    weight = look.lash_weight
    figure.easel.stroke(points, [0.4, 1.5 * weight, 1.9 * weight, 0.4], look.lash)
    for i in range(look.spikes):
        x = w * (0.55 + 0.2 * i)
        y = base + lift * (0.7 - 0.25 * i)
        figure.easel.stroke([(x, y), (x + 3, y + 1), (x + 5, y + 3)], [1.1, 0.8, 0.1], look.lash)


_BROW: dict[Brow, Point] = {
    Brow.FLAT: (0.0, 1.2),
    Brow.ARCHED: (-1.5, 4.2),
    Brow.V: (6.5, 1.4),
    Brow.WORRIED: (-6.0, 2.2),
}
"""How far the inner end is lowered, and how far the middle arches."""


def brow_paths(figure: Figure) -> list[skia.Path]:
    """Return the two brows; they are drawn over the hair as well, as is usual."""
    look = look_of(figure)
    rng: Random = figure.trait("brow")
    drop, arch = _BROW[figure.person.expression.brow]
    thick = rng.uniform(0.9, 2.0) * (1.0 if figure.person.traits.gender == "girl" else 1.7)
    y = figure.head.eye_y + figure.nod_shift - look.half_height - 10.0
    y -= 4.0 if figure.person.expression.eyes is EyeState.WIDE else 0.0
    paths = []
    for side in (-1.0, 1.0):
        far = 1.0 - 0.14 * max(0.0, figure.person.pose.turn * side)
        middle = side * (figure.head.eye_x - 0.5) + figure.turn_shift
        ends = ((-12.0, drop), (-3.0, drop * 0.3 - arch), (6.0, -arch * 0.9 - drop * 0.2))
        points = [(middle + side * dx * far, y + dy) for dx, dy in (*ends, (14.0, 1.5 - drop / 2))]
        paths.append(ribbon(points, [thick * 0.7, thick, thick * 0.8, 0.2]))
    return paths
