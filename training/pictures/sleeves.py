"""Arms with their sleeves: what is below the trunk, and what lies over it."""

from training.pictures.attributes import ArmPose
from training.pictures.body import LOOSE
from training.pictures.cloth_print import cloth_piece
from training.pictures.curves import Point, ellipse, ribbon
from training.pictures.figure import Figure
from training.pictures.garments import Sleeves, Top
from training.pictures.limbs import (
    Arm,
    arm_path,
    arms_of,
    draw_hand,
    forearm_path,
    wide_sleeve_path,
)
from training.pictures.palette import Colour

_STEEL = Colour(0.78, 0.8, 0.86)


def sleeve_cloth(figure: Figure) -> Colour:
    """Return the colour of the sleeves: vests and armour show those of the shirt below."""
    if figure.person.outfit.top in (Top.VEST, Top.ARMOR):
        return figure.second_cloth
    return figure.cloth


def sleeve_ease(figure: Figure) -> float:
    """Return how much wider than the arm a sleeve is."""
    if figure.person.outfit.sleeves is Sleeves.SHORT:
        return 4.0
    return 5.0 if figure.person.outfit.top in LOOSE else 2.8


def sleeve_share(figure: Figure) -> float:
    """Return down to which share of the arm the sleeve is one surface with the trunk."""
    sleeves = figure.person.outfit.sleeves
    return {Sleeves.SHORT: 0.28, Sleeves.LONG: 0.97, Sleeves.WIDE: 1.0}.get(sleeves, 0.0)


def _long(figure: Figure) -> bool:
    return figure.person.outfit.sleeves in (Sleeves.LONG, Sleeves.WIDE)


def _joined(figure: Figure) -> bool:
    """Return whether long sleeves are one surface with the trunk."""
    return sleeve_cloth(figure) is figure.cloth


def draw_arms_below(figure: Figure) -> None:
    """Draw what the trunk of the garment will cover: bare arms, hands, forearms behind."""
    for arm in arms_of(figure):
        behind = figure.person.pose.arms is ArmPose.BEHIND
        if _long(figure) and arm.crossing and not behind:
            continue
        draw_hand(figure, arm)
        if figure.person.outfit.sleeves is Sleeves.WIDE:
            figure.easel.shaded(forearm_path(arm, figure.build.arm), figure.skin, 4.0)
        if not _long(figure):
            figure.easel.shaded(arm_path(arm, figure.build.arm), figure.skin, 4.0)
        elif figure.person.outfit.sleeves is Sleeves.WIDE and arm.crossing:
            _wide_sleeve(figure, arm)
        elif arm.crossing or not _joined(figure):
            path = arm_path(arm, figure.build.arm + sleeve_ease(figure), 0.97)
            cloth_piece(figure, path, sleeve_cloth(figure), 4.0)


def draw_arms_above(figure: Figure) -> None:
    """Draw what lies over the trunk: crossing forearms, puffs, wide sleeves, cuffs, plates."""
    pose, sleeves = figure.person.pose.arms, figure.person.outfit.sleeves
    for arm in arms_of(figure):
        if arm.crossing and pose is not ArmPose.BEHIND:
            _forearm(figure, arm)
        elif arm.posing and pose is ArmPose.HOLDING:
            draw_hand(figure, arm)
        if sleeves is Sleeves.PUFFY:
            _puff(figure, arm)
        elif sleeves is Sleeves.LONG and pose is not ArmPose.BEHIND:
            _cuff(figure, arm)
        if figure.person.outfit.top is Top.ARMOR:
            _pauldron(figure, arm)


def _forearm(figure: Figure, arm: Arm) -> None:
    draw_hand(figure, arm)
    if figure.person.outfit.sleeves is Sleeves.WIDE:
        _wide_sleeve(figure, arm)
    elif _long(figure):
        path = forearm_path(arm, figure.build.arm + sleeve_ease(figure))
        cloth_piece(figure, path, sleeve_cloth(figure), 4.0)
    else:
        figure.easel.shaded(forearm_path(arm, figure.build.arm), figure.skin, 4.0)


def _cuff(figure: Figure, arm: Arm) -> None:
    width = (figure.build.arm + sleeve_ease(figure)) * 0.66
    trimmed = figure.person.outfit.top is Top.SERAFUKU
    colour = figure.second_cloth if trimmed else sleeve_cloth(figure)
    figure.easel.shape(ribbon([_along(arm, 0.84), _along(arm, 0.99)], [width, width]), colour)
    _elbow_folds(figure, arm, sleeve_cloth(figure))


def _puff(figure: Figure, arm: Arm) -> None:
    (sx, sy), (ex, ey) = arm.shoulder, arm.elbow
    b = figure.build
    points = [(sx + (ex - sx) * share, sy + (ey - sy) * share) for share in (-0.06, 0.26, 0.52)]
    puff = ribbon(points, [b.arm * 0.9, b.arm * 1.85, b.arm * 1.15])
    cloth_piece(figure, puff, sleeve_cloth(figure), 4.0)


def _pauldron(figure: Figure, arm: Arm) -> None:
    x, y = arm.shoulder
    path = ellipse(x + arm.side * 3, y, figure.build.arm * 2.0, figure.build.arm * 1.8)
    figure.easel.shaded(path, _STEEL, 6.0)


def _along(arm: Arm, share: float) -> Point:
    (ex, ey), (wx, wy) = arm.elbow, arm.wrist
    return ex + (wx - ex) * share, ey + (wy - ey) * share


def _elbow_folds(figure: Figure, arm: Arm, cloth: Colour) -> None:
    (x, y), t = arm.elbow, figure.build.arm
    for lift in (-5.0, 5.0):
        figure.easel.fold(
            [
                (x - arm.side * t * 0.9, y + lift * 0.6),
                (x, y + lift),
                (x + arm.side * t * 0.4, y + lift * 0.4),
            ],
            cloth,
            0.7,
        )


def _wide_sleeve(figure: Figure, arm: Arm) -> None:
    path = wide_sleeve_path(arm, figure.build.arm + 2.0)
    cloth_piece(figure, path, sleeve_cloth(figure), 6.0)
