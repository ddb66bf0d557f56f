"""Arms and legs: where their joints are in a pose, and bare skin, sleeves and hands."""

from dataclasses import dataclass

import skia

from training.pictures.attributes import Accessory, ArmPose
from training.pictures.curves import Point, at_angle, between, ellipse, limb, ribbon
from training.pictures.figure import Figure
from training.pictures.palette import Colour

_ANGLES: dict[ArmPose, tuple[Point, Point]] = {
    ArmPose.SIDES: ((11, 4), (11, 4)),
    ArmPose.BEHIND: ((20, -22), (20, -22)),
    ArmPose.UP: ((148, 172), (148, 172)),
    ArmPose.WAVE: ((38, 158), (10, 3)),
    ArmPose.HIP: ((42, -52), (11, 4)),
    ArmPose.CHEST: ((20, -128), (11, 4)),
    ArmPose.TOGETHER: ((17, -34), (17, -34)),
    ArmPose.OUTSTRETCHED: ((76, 88), (76, 88)),
    ArmPose.V_SIGN: ((32, 166), (10, 3)),
    ArmPose.HOLDING: ((24, 142), (11, 4)),
}
"""Angles of upper arm and forearm, outwards from straight down; first the posing arm."""


@dataclass(frozen=True, slots=True)
class Arm:
    """The joints of one arm, on the viewer's left (-1) or right (1)."""

    side: float
    shoulder: Point
    elbow: Point
    wrist: Point
    palm: Point
    angle: float
    """Direction of the forearm: degrees as in ``at_angle``."""
    posing: bool
    crossing: bool
    """Whether the forearm lies over the trunk (or behind it)."""


def arms_of(figure: Figure) -> list[Arm]:
    """Return both arms in the figure's pose."""
    pose, build = figure.person.pose, figure.build
    first, second = _ANGLES[pose.arms]
    posing = -1.0 if pose.mirrored else 1.0
    sway = figure.chance("arms").uniform(-3, 5)
    arms = []
    for side in (-1.0, 1.0):
        upper, fore = first if side == posing else second
        start = (side * (build.shoulder - build.arm), build.shoulder_y + build.arm + 1.0)
        elbow = at_angle(start, side * (upper + sway), build.upper_arm)
        wrist = at_angle(elbow, side * (fore + sway * 0.5), build.forearm)
        palm = at_angle(wrist, side * fore, build.hand * 0.9)
        arms.append(
            Arm(side, start, elbow, wrist, palm, side * fore, side == posing, -150 < fore < -5)
        )
    return arms


def arm_path(arm: Arm, thick: float, until: float = 1.0) -> skia.Path:
    """Return the outline of an arm, bare or sleeved, down to a share of its length.

    ``until`` counts the upper arm as 0..0.5 and the forearm as 0.5..1. The root lies inside the
    trunk, so that the shoulder has no corner.
    """
    (sx, sy), elbow = arm.shoulder, arm.elbow
    inside = (sx - arm.side * 11.0, sy - 1.0)
    if until <= 0.5:
        end = between(arm.shoulder, elbow, until / 0.5)
        middle = between(arm.shoulder, end, 0.5)
        widths = [thick * 0.8, thick * 0.97, thick, thick * 0.98]
        return ribbon([inside, arm.shoulder, middle, end], widths)
    end = between(elbow, arm.wrist, (until - 0.5) / 0.5)
    points = [inside, arm.shoulder, between(arm.shoulder, elbow, 0.5), elbow]
    widths = [0.8, 0.98, 0.98, 0.86, 0.86, 0.62]
    return ribbon([*points, between(elbow, end, 0.5), end], [thick * w for w in widths])


def wide_sleeve_path(arm: Arm, thick: float) -> skia.Path:
    """Return a sleeve that widens to a bell and hangs down at the wrist."""
    (sx, sy), elbow, wrist = arm.shoulder, arm.elbow, arm.wrist
    inside = (sx - arm.side * 11.0, sy - 1.0)
    low = between(elbow, wrist, 0.96)
    points = [inside, arm.shoulder, between(arm.shoulder, elbow, 0.5), (elbow[0], elbow[1] + 3)]
    middle = between(elbow, low, 0.5)
    points += [(middle[0], middle[1] + thick * 0.5), (low[0], low[1] + thick * 0.7)]
    return ribbon(points, [thick * w for w in (0.9, 1.15, 1.2, 1.5, 1.9, 2.4)])


def forearm_path(arm: Arm, thick: float) -> skia.Path:
    """Return the outline of a forearm alone, round at the elbow."""
    (ex, ey), (wx, wy) = arm.elbow, arm.wrist
    points = [(ex + (wx - ex) * share, ey + (wy - ey) * share) for share in (-0.06, 0.2, 0.6, 0.97)]
    return limb(points, [thick * 0.7, thick * 0.9, thick * 0.8, thick * 0.6])


def hand_colour(figure: Figure) -> Colour:
    """Return the colour of a hand, gloved or bare."""
    gloved = Accessory.GLOVES in figure.person.traits.accessories
    return figure.accent if gloved else figure.skin


def draw_hand(figure: Figure, arm: Arm) -> None:
    """Draw the hand at the end of an arm."""
    pose = figure.person.pose.arms
    turned = -arm.angle
    with figure.easel.placed(arm.wrist, degrees=turned, scale=(arm.side, 1.0)):
        if not arm.posing and pose not in (ArmPose.UP, ArmPose.OUTSTRETCHED, ArmPose.TOGETHER):
            _relaxed(figure)
        elif pose in (ArmPose.WAVE, ArmPose.UP, ArmPose.OUTSTRETCHED):
            _open_hand(figure)
        elif pose is ArmPose.V_SIGN:
            _v_sign(figure)
        elif pose is ArmPose.HOLDING:
            _fist(figure)
        else:
            _relaxed(figure)


def _finger(figure: Figure, base: Point, degrees: float, length: float) -> None:
    h = figure.build.hand
    tip = at_angle(base, degrees, length * h)
    middle = at_angle(base, degrees, length * h * 0.5)
    path = limb([base, middle, tip], [0.2 * h, 0.21 * h, 0.13 * h])
    figure.easel.shape(path, hand_colour(figure), 0.8)


def _palm(figure: Figure, width: float = 0.55, length: float = 0.62) -> None:
    h = figure.build.hand
    path = limb(
        [(0, -0.15 * h), (0, 0.35 * h), (0, (0.35 + length) * h)],
        [0.38 * h, width * h, width * 0.8 * h],
    )
    figure.easel.shape(path, hand_colour(figure), 0.8)


def _relaxed(figure: Figure) -> None:
    """Draw a hand that hangs: fingers together, the thumb towards the body."""
    h = figure.build.hand
    _finger(figure, (-0.3 * h, 0.3 * h), -22, 0.85)
    path = limb(
        [(0, -0.2 * h), (0.02 * h, 0.4 * h), (-0.05 * h, 1.0 * h), (-0.2 * h, 1.55 * h)],
        [0.4 * h, 0.5 * h, 0.44 * h, 0.2 * h],
    )
    figure.easel.shape(path, hand_colour(figure), 0.8)
    figure.easel.fold(
        [(0.1 * h, 0.85 * h), (0.03 * h, 1.2 * h), (-0.08 * h, 1.5 * h)], figure.skin, 0.5
    )


def _open_hand(figure: Figure) -> None:
    """Draw a palm with five spread fingers."""
    h = figure.build.hand
    _finger(figure, (-0.4 * h, 0.35 * h), -52, 0.75)
    for x, angle, length in (
        (-0.36, -16, 0.9),
        (-0.12, -5, 1.02),
        (0.13, 5, 0.95),
        (0.36, 16, 0.78),
    ):
        _finger(figure, (x * h, 0.8 * h), angle, length)
    _palm(figure)


def _v_sign(figure: Figure) -> None:
    h = figure.build.hand
    for x, angle in ((-0.28, -16), (0.1, 14)):
        _finger(figure, (x * h, 0.8 * h), angle, 1.15)
    _palm(figure, 0.5, 0.5)
    for x in (0.34, 0.12):
        figure.easel.shape(ellipse(x * h, 0.82 * h, 0.18 * h, 0.26 * h), hand_colour(figure), 0.7)
    _finger(figure, (-0.45 * h, 0.4 * h), 55, 0.75)


def _fist(figure: Figure) -> None:
    h = figure.build.hand
    _palm(figure, 0.58, 0.45)
    for i in range(4):
        y = 0.2 * h + i * 0.22 * h
        figure.easel.shape(ellipse(0.12 * h, y, 0.46 * h, 0.15 * h), hand_colour(figure), 0.6)


@dataclass(frozen=True, slots=True)
class Leg:
    """The joints of one leg."""

    side: float
    hip: Point
    knee: Point
    ankle: Point


def legs_of(figure: Figure) -> list[Leg]:
    """Return both legs in the figure's stance."""
    build, spread = figure.build, figure.person.pose.stance
    rng = figure.chance("legs")
    bent = rng.choice((-1.0, 0.0, 1.0))
    legs = []
    for side in (-1.0, 1.0):
        hip = (side * (build.hip - build.thigh * 0.98), build.hip_y + 12.0)
        angle = side * (1.0 + 6.0 * spread) + (3.0 if side == bent else 0.0) * -side
        knee = at_angle(hip, angle - side * 2.0, build.upper_leg)
        ankle = at_angle(
            knee, side * (3.0 * spread + (8.0 if side == bent else 0.0)) - side, build.lower_leg
        )
        legs.append(Leg(side, hip, knee, ankle))
    return legs


def leg_path(figure: Figure, leg: Leg, ease: float = 0.0) -> skia.Path:
    """Return the outline of a leg from the hip to the ankle, ``ease`` wider than the skin."""
    b = figure.build
    (hx, hy), (kx, ky), (ax, ay) = leg.hip, leg.knee, leg.ankle
    calf = (kx + (ax - kx) * 0.36 + leg.side * 1.5, ky + (ay - ky) * 0.36)
    mid = ((hx + kx) / 2 + leg.side * 1.5, (hy + ky) / 2)
    points = [(hx, hy - 12), mid, (kx, ky), calf, leg.ankle]
    widths = [b.thigh, b.thigh * 0.86, b.knee * 0.93, b.calf, b.calf * 0.58]
    return ribbon(points, [w + ease for w in widths])
