"""The trunk of upper garments, in one piece with the sleeves that hang from it."""

import skia

from training.pictures.body import LOOSE, draw_bust_fold, hem_of, trunk_path, trunk_side
from training.pictures.cloth_print import cloth_piece
from training.pictures.curves import joined, mirrored, ribbon
from training.pictures.figure import Figure
from training.pictures.garments import Sleeves, Top
from training.pictures.limbs import arm_path, arms_of, wide_sleeve_path
from training.pictures.palette import Colour
from training.pictures.sleeves import sleeve_cloth, sleeve_ease, sleeve_share
from training.pictures.top_details import draw_details

_BARE_SHOULDERS = frozenset({Top.SUNDRESS, Top.TANK_TOP})


def draw_trunk(figure: Figure) -> None:
    """Draw the upper garment; its sleeves are part of the same surface as far as possible."""
    outfit, cloth = figure.person.outfit, figure.cloth
    if outfit.top in _BARE_SHOULDERS:
        figure.easel.shaded(_with_arms(figure, trunk_path(figure), 0.0, 0.5), figure.skin, 4.0)
        _strapped(figure)
        return
    path = trunk_path(figure, 6.0 if outfit.top in LOOSE else 2.5, hem_of(figure))
    if sleeve_cloth(figure) is cloth:
        path = _with_arms(figure, path, sleeve_ease(figure), sleeve_share(figure))
    cloth_piece(figure, path, cloth, 6.0)
    draw_bust_fold(figure, cloth)
    _folds(figure, cloth)
    draw_details(figure)


def _with_arms(figure: Figure, trunk: skia.Path, ease: float, share: float) -> skia.Path:
    """Return the union of the trunk with both arms down to a share of their length."""
    if share <= 0:
        return trunk
    whole = trunk
    for arm in arms_of(figure):
        reach = min(share, 0.5) if arm.crossing else share
        piece = arm_path(arm, figure.build.arm + ease, reach)
        if figure.person.outfit.sleeves is Sleeves.WIDE and not arm.crossing:
            piece = wide_sleeve_path(arm, figure.build.arm + 2.0)
        whole = skia.Op(whole, piece, skia.PathOp.kUnion_PathOp)
    return whole


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
