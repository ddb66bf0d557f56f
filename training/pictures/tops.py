"""Upper garments: trunk and sleeves."""

from collections.abc import Callable

import skia

from training.pictures.attributes import Accessory, ArmPose, Sleeves, Top
from training.pictures.body import draw_bust_fold, trunk_path, trunk_side
from training.pictures.cloth_print import print_on
from training.pictures.curves import Point, ellipse, joined, mirrored, ribbon, star
from training.pictures.figure import Figure
from training.pictures.limbs import Arm, arm_path, arms_of, draw_bare_arm, draw_hand
from training.pictures.palette import WHITE, Colour

_LOOSE = frozenset({Top.HOODIE, Top.SWEATER, Top.TURTLENECK, Top.JACKET, Top.CARDIGAN})
_BARE_SHOULDERS = frozenset({Top.SUNDRESS, Top.TANK_TOP})


def hem_of(figure: Figure) -> float:
    """Return the y at which the upper garment ends."""
    b, top = figure.build, figure.person.outfit.top
    if top in (Top.DRESS, Top.SUNDRESS, Top.MAID, Top.KIMONO):
        return b.hip_y - 30.0 if not figure.chibi else b.hip_y - 10.0
    if top in (Top.SHIRT, Top.VEST, Top.TANK_TOP, Top.ARMOR):
        return b.hip_y - 18.0
    return b.hip_y + (16.0 if top in _LOOSE else 2.0)


def draw_trunk(figure: Figure) -> None:
    """Draw the upper garment without its sleeves."""
    outfit = figure.person.outfit
    if outfit.top in _BARE_SHOULDERS:
        figure.easel.shape(trunk_path(figure), figure.skin)
        _strapped(figure)
        return
    inner = outfit.top in (Top.BLAZER, Top.JACKET, Top.CARDIGAN, Top.VEST)
    cloth = figure.cloth
    path = trunk_path(figure, 6.0 if outfit.top in _LOOSE else 2.5, hem_of(figure))
    cloth_piece(figure, path, cloth, 7.0)
    draw_bust_fold(figure, cloth)
    _folds(figure, cloth)
    if inner:
        _opening(figure)
    _DETAILS.get(outfit.top, _no_detail)(figure)


def cloth_piece(figure: Figure, path: skia.Path, cloth: Colour, reach: float) -> None:
    """Draw a piece of printed cloth with shade and outline."""
    easel = figure.easel
    easel.fill(path, cloth)
    print_on(figure, path, cloth)
    easel.inner_shadow(path, cloth, (easel.style.side * reach, -reach * 0.3), 0.8)
    easel.outline(path, cloth)


def _folds(figure: Figure, cloth: Colour) -> None:
    b, rng = figure.build, figure.chance("folds")
    for side in (-1.0, 1.0):
        x, y = side * (b.waist + 1.0), b.waist_y + rng.uniform(-14, 6)
        figure.easel.fold([(x, y), (x - side * 9, y + 3), (x - side * 17, y - 2)], cloth, 0.8)
        pit = (side * (b.chest + 1), b.shoulder_y + 34)
        figure.easel.fold(
            [pit, (pit[0] - side * 8, pit[1] + 9), (pit[0] - side * 11, pit[1] + 20)], cloth, 0.8
        )


def _strapped(figure: Figure) -> None:
    """Draw a bodice on straps."""
    b, cloth = figure.build, figure.cloth
    top = b.shoulder_y + (b.chest_y - b.shoulder_y) * 0.55
    right = [p for p in trunk_side(figure, 2.0, hem_of(figure)) if p[1] > top]
    right = [(b.chest * 0.62, top - 5.0), (b.chest + 0.5, top + 3.0), *right]
    left = mirrored(right)
    path = joined(right, [right[-1], left[0]], left, [left[-1], (0.0, top + 5.0), right[0]])
    for side in (-1.0, 1.0):
        strap = ribbon(
            [(side * b.chest * 0.6, top), (side * b.shoulder * 0.56, b.shoulder_y - 5.0)],
            [3.2, 3.0],
        )
        figure.easel.shape(strap, cloth, 0.8)
    cloth_piece(figure, path, cloth, 6.0)
    draw_bust_fold(figure, cloth)


def _opening(figure: Figure) -> None:
    """Draw what a jacket shows of the shirt below, with the lapels."""
    b, easel, top = figure.build, figure.easel, figure.person.outfit.top
    wide = 0.55 if top is Top.JACKET else 0.36
    low = hem_of(figure) if top is Top.JACKET else b.chest_y + 34.0
    neck, y = b.neck + 6.0, b.shoulder_y - 10.0
    under = figure.second_cloth
    right: list[Point] = [
        (neck, y),
        (b.chest * wide, b.chest_y - 10.0),
        (4.0 if top is not Top.JACKET else b.chest * wide, low),
    ]
    left = mirrored(right)
    path = joined(right, [right[-1], left[0]], left, [left[-1], right[0]])
    easel.shape(path, under)
    easel.fold([(0, y + 12), (0, (y + low) / 2), (0, low - 4)], under, 0.6)
    if top is Top.BLAZER:
        for side in (-1.0, 1.0):
            lapel = [
                (side * neck, y),
                (side * (b.chest * wide + 13), b.chest_y - 26),
                (side * (b.chest * wide + 5), b.chest_y - 16),
                (side * 4.0, low),
            ]
            path = joined(
                lapel[:2],
                lapel[1:3],
                lapel[2:],
                [lapel[-1], (side * b.chest * wide * 0.8, b.chest_y - 8), lapel[0]],
            )
            easel.shape(path, figure.cloth.mix(WHITE, 0.05), 0.9)
    _buttons(figure, [low + 14.0, low + 34.0], 0.0 if top is not Top.JACKET else b.chest * wide + 4)


def _buttons(figure: Figure, heights: list[float], x: float, colour: Colour | None = None) -> None:
    button = colour or Colour(0.92, 0.8, 0.45)
    for y in heights:
        if y < hem_of(figure) - 4:
            figure.easel.shape(ellipse(x, y, 3.0, 3.0), button, 0.6)


def _no_detail(figure: Figure) -> None:
    """Leave a plain garment plain."""


def _shirt(figure: Figure) -> None:
    b = figure.build
    figure.easel.fold([(0, b.shoulder_y), (0, b.waist_y), (0, hem_of(figure))], figure.cloth, 0.7)
    heights = [b.chest_y - 20.0 + 24.0 * i for i in range(5)]
    _buttons(figure, heights, 0.0, figure.cloth.mix(WHITE, 0.5).times(Colour(0.85, 0.85, 0.88)))


def _t_shirt(figure: Figure) -> None:
    kind = figure.chance("logo").choice(("star", "stripe", "none", "circle"))
    y = figure.build.chest_y + 2.0
    if kind == "star":
        figure.easel.fill(star(0, y, 17, 8), figure.second_cloth)
    elif kind == "circle":
        figure.easel.fill(ellipse(0, y, 15, 15), figure.second_cloth)
    elif kind == "stripe":
        band = joined(
            [(-figure.build.chest, y - 8), (0, y - 4), (figure.build.chest, y - 8)],
            [(figure.build.chest, y - 8), (figure.build.chest, y + 8)],
            [(figure.build.chest, y + 8), (0, y + 12), (-figure.build.chest, y + 8)],
            [(-figure.build.chest, y + 8), (-figure.build.chest, y - 8)],
        )
        figure.easel.fill(band, figure.second_cloth)


def _knit(figure: Figure) -> None:
    """Draw the ribbed hem of a sweater."""
    b, hem = figure.build, hem_of(figure)
    figure.easel.fold([(-b.hip, hem - 11), (0, hem - 7), (b.hip, hem - 11)], figure.cloth, 0.8)
    for i in range(-6, 7):
        x = i * b.hip / 6.5
        figure.easel.fold([(x, hem - 8), (x, hem - 4), (x, hem + 2)], figure.cloth, 0.5)


def _hoodie(figure: Figure) -> None:
    b, easel = figure.build, figure.easel
    hem = hem_of(figure)
    pocket = joined(
        [(-24, hem - 48), (24, hem - 48)],
        [(24, hem - 48), (36, hem - 14)],
        [(36, hem - 14), (-36, hem - 14)],
        [(-36, hem - 14), (-24, hem - 48)],
    )
    if not figure.chibi:
        easel.shaded(pocket, figure.cloth, 3.0, 0.8)
    for side in (-1.0, 1.0):
        cord = [
            (side * 9, b.shoulder_y + 6),
            (side * 11, b.shoulder_y + 24),
            (side * 10, b.shoulder_y + 42),
        ]
        easel.stroke(
            cord, [1.4, 1.4, 1.8], WHITE if figure.cloth.luma < 0.7 else figure.second_cloth
        )
    _knit(figure)


def _kimono(figure: Figure) -> None:
    b, easel = figure.build, figure.easel
    low = b.waist_y - 24.0
    for side in (-1.0, 1.0):
        for inset, colour in ((0.0, figure.second_cloth), (7.0, WHITE)):
            line = [
                (side * (b.neck + 6 - inset), b.shoulder_y - 13),
                (side * 8.0, b.chest_y - 22),
                (-side * (b.chest * 0.3 - inset), low),
            ]
            if inset == 0.0 or side > 0:
                easel.shape(ribbon(line, [5.5, 5.5, 5.0]), colour, 0.8)
    obi = joined(
        [(-b.waist - 7, low - 4), (0, low), (b.waist + 7, low - 4)],
        [(b.waist + 7, low - 4), (b.waist + 6, low + 38)],
        [(b.waist + 6, low + 38), (0, low + 42), (-b.waist - 6, low + 38)],
        [(-b.waist - 6, low + 38), (-b.waist - 7, low - 4)],
    )
    easel.shaded(obi, figure.neck_cloth, 6.0)
    cord = [(-b.waist - 6, low + 18), (0, low + 22), (b.waist + 6, low + 18)]
    easel.stroke(cord, [2.4, 2.4, 2.4], figure.second_cloth)


def _maid(figure: Figure) -> None:
    b, easel = figure.build, figure.easel
    bib = joined(
        [(-24, b.chest_y - 22), (24, b.chest_y - 22)],
        [(24, b.chest_y - 22), (b.waist * 0.8, b.waist_y)],
        [(b.waist * 0.8, b.waist_y), (-b.waist * 0.8, b.waist_y)],
        [(-b.waist * 0.8, b.waist_y), (-24, b.chest_y - 22)],
    )
    easel.shape(bib, WHITE)
    for side in (-1.0, 1.0):
        strap = [(side * 22, b.chest_y - 18), (side * (b.shoulder * 0.62), b.shoulder_y - 2)]
        frill(figure, [strap[0], strap[1]], 7.0)
    _buttons(figure, [b.shoulder_y + 12.0, b.shoulder_y + 24.0], 0.0, WHITE)


def frill(figure: Figure, line: list[Point], depth: float, colour: Colour = WHITE) -> None:
    """Draw a row of scallops along a straight line."""
    (ax, ay), (bx, by) = line[0], line[-1]
    length = max(1.0, ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5)
    count = max(3, int(length / (depth * 1.05)))
    for i in range(count):
        share = (i + 0.5) / count
        figure.easel.shape(
            ellipse(ax + (bx - ax) * share, ay + (by - ay) * share, depth * 0.66, depth * 0.6),
            colour,
            0.7,
        )


def _armor(figure: Figure) -> None:
    b, easel = figure.build, figure.easel
    steel = Colour(0.78, 0.8, 0.86)
    right: list[Point] = [
        (b.neck + 12, b.shoulder_y + 4),
        (b.chest + 4, b.shoulder_y + 36),
        (b.chest + 7, b.chest_y + 4),
        (b.waist + 2, b.waist_y - 12),
    ]
    left = mirrored(right)
    plate = joined(
        right,
        [right[-1], (0, b.waist_y), left[0]],
        left,
        [left[-1], (0, b.shoulder_y + 16), right[0]],
    )
    easel.shaded(plate, steel, 9.0)
    easel.fold([(0, b.shoulder_y + 18), (0, b.chest_y), (0, b.waist_y - 6)], steel)
    gleam = [
        (-b.chest * 0.6, b.chest_y - 24),
        (-b.chest * 0.66, b.chest_y),
        (-b.chest * 0.5, b.chest_y + 22),
    ]
    easel.line(gleam, 6.0, WHITE, 0.8)


def _gakuran(figure: Figure) -> None:
    b = figure.build
    figure.easel.fold([(0, b.shoulder_y), (0, b.waist_y), (0, hem_of(figure))], figure.cloth, 0.8)
    _buttons(figure, [b.shoulder_y + 16.0 + 26.0 * i for i in range(6)], 0.0)


def _cardigan(figure: Figure) -> None:
    low = figure.build.chest_y + 34.0
    figure.easel.fold([(0, low), (0, low + 30), (0, hem_of(figure))], figure.cloth)


_DETAILS: dict[Top, Callable[[Figure], None]] = {
    Top.SHIRT: _shirt,
    Top.T_SHIRT: _t_shirt,
    Top.SWEATER: _knit,
    Top.TURTLENECK: _knit,
    Top.HOODIE: _hoodie,
    Top.KIMONO: _kimono,
    Top.MAID: _maid,
    Top.ARMOR: _armor,
    Top.GAKURAN: _gakuran,
    Top.CARDIGAN: _cardigan,
    Top.BLAZER: _cardigan,
}


def draw_arms(figure: Figure, *, behind: bool) -> None:
    """Draw the arms with sleeves; those that are behind the back come before the trunk."""
    if (figure.person.pose.arms is ArmPose.BEHIND) is not behind:
        return
    for arm in arms_of(figure):
        _sleeved_arm(figure, arm)
        if figure.person.outfit.top is Top.ARMOR:
            _pauldron(figure, arm)


def _pauldron(figure: Figure, arm: Arm) -> None:
    x, y = arm.shoulder
    path = ellipse(x + arm.side * 3, y, figure.build.arm * 2.0, figure.build.arm * 1.8)
    figure.easel.shaded(path, Colour(0.78, 0.8, 0.86), 6.0)


def sleeve_cloth(figure: Figure) -> Colour:
    """Return the colour of the sleeves: vests and armour show those of the shirt below."""
    if figure.person.outfit.top in (Top.VEST, Top.ARMOR):
        return figure.second_cloth
    return figure.cloth


def _sleeved_arm(figure: Figure, arm: Arm) -> None:
    sleeves, b, easel = figure.person.outfit.sleeves, figure.build, figure.easel
    cloth = sleeve_cloth(figure)
    if sleeves in (Sleeves.NONE, Sleeves.SHORT, Sleeves.PUFFY):
        draw_bare_arm(figure, arm)
    else:
        draw_hand(figure, arm)
    if sleeves is Sleeves.SHORT:
        cloth_piece(figure, arm_path(arm, b.arm + 4.5, 0.3), cloth, 4.0)
    elif sleeves is Sleeves.PUFFY:
        (sx, sy), (ex, ey) = arm.shoulder, arm.elbow
        puff = ribbon(
            [
                (sx, sy),
                (sx + (ex - sx) * 0.3, sy + (ey - sy) * 0.3),
                (sx + (ex - sx) * 0.55, sy + (ey - sy) * 0.55),
            ],
            [b.arm * 0.9, b.arm * 1.9, b.arm * 1.15],
        )
        cloth_piece(figure, puff, cloth, 4.0)
    elif sleeves is Sleeves.WIDE:
        _wide_sleeve(figure, arm, cloth)
    elif sleeves is Sleeves.LONG:
        loose = 5.5 if figure.person.outfit.top in _LOOSE else 3.0
        cloth_piece(figure, arm_path(arm, b.arm + loose, 0.98), cloth, 4.5)
        _elbow_folds(figure, arm, cloth)
        cuff = ribbon([_along(arm, 0.86), _along(arm, 1.0)], [b.arm * 0.72 + loose * 0.6] * 2)
        trim = figure.second_cloth if figure.person.outfit.top is Top.SERAFUKU else cloth
        easel.shape(cuff, trim)


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


def _wide_sleeve(figure: Figure, arm: Arm, cloth: Colour) -> None:
    b = figure.build
    end = _along(arm, 1.0)
    drop = b.arm * 4.2
    path = joined(
        [
            (arm.shoulder[0] - arm.side * b.arm, arm.shoulder[1]),
            (arm.elbow[0] - arm.side * b.arm * 1.2, arm.elbow[1]),
            (end[0] - arm.side * b.arm * 1.1, end[1] + 2),
        ],
        [
            (end[0] - arm.side * b.arm * 1.1, end[1] + 2),
            (end[0] + arm.side * b.arm, end[1] + drop * 0.5),
            (end[0] + arm.side * b.arm * 1.4, end[1] - 2),
        ],
        [
            (end[0] + arm.side * b.arm * 1.4, end[1] - 2),
            (arm.elbow[0] + arm.side * b.arm * 1.6, arm.elbow[1]),
            (arm.shoulder[0] + arm.side * b.arm * 1.1, arm.shoulder[1] - 4),
        ],
        [
            (arm.shoulder[0] + arm.side * b.arm * 1.1, arm.shoulder[1] - 4),
            (arm.shoulder[0] - arm.side * b.arm, arm.shoulder[1]),
        ],
    )
    cloth_piece(figure, path, cloth, 6.0)
    if Accessory.GLOVES not in figure.person.traits.accessories:
        figure.easel.fold(
            [(end[0] - 6, end[1] - 2), (end[0], end[1] + 3), (end[0] + 6, end[1] - 2)], cloth, 0.7
        )
