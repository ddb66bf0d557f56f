"""The order in which a figure is drawn, from the back to the front."""

from training.pictures.attributes import ArtStyle
from training.pictures.body import LOOSE
from training.pictures.cartoon.head import draw_cartoon_head
from training.pictures.collars import draw_collar, draw_collar_behind
from training.pictures.extras import draw_behind_all, draw_held
from training.pictures.figure import Figure
from training.pictures.garments import Lower
from training.pictures.hair_back import draw_back_hair
from training.pictures.hair_front import draw_front_hair, fringe_of
from training.pictures.hair_tied import draw_tied_before, draw_tied_behind
from training.pictures.head import draw_brows, draw_ears, draw_face, draw_neck
from training.pictures.headwear import draw_ears_behind, draw_headwear
from training.pictures.jewellery import draw_at_neck, draw_earrings, draw_on_face
from training.pictures.lower import draw_legs, draw_lower
from training.pictures.sleeves import draw_arms_above, draw_arms_below
from training.pictures.tops import draw_trunk

_NECK = 62.0


def draw_figure(figure: Figure) -> None:
    """Draw a whole person; the head turns around the neck by the pose's tilt."""
    easel, pose = figure.easel, figure.person.pose
    with easel.placed(degrees=pose.lean):
        draw_behind_all(figure)
        with easel.placed((0.0, _NECK), degrees=pose.tilt), easel.placed((0.0, -_NECK)):
            draw_tied_behind(figure)
            draw_back_hair(figure)
        _body(figure)
        with easel.placed((0.0, _NECK), degrees=pose.tilt), easel.placed((0.0, -_NECK)):
            _head(figure)


def _body(figure: Figure) -> None:
    draw_collar_behind(figure)
    draw_arms_below(figure)
    draw_legs(figure)
    outfit = figure.person.outfit
    if outfit.top in LOOSE or outfit.lower in (Lower.PANTS, Lower.SHORTS):
        draw_lower(figure)
        draw_trunk(figure)
    else:
        draw_trunk(figure)
        draw_lower(figure)
    draw_neck(figure)
    draw_at_neck(figure)
    draw_collar(figure)
    draw_held(figure)
    draw_arms_above(figure)


def _head(figure: Figure) -> None:
    if figure.art is ArtStyle.CARTOON:
        draw_cartoon_head(figure)
        return
    fringe = fringe_of(figure)
    draw_ears_behind(figure)
    draw_ears(figure)
    draw_face(figure, fringe.path)
    draw_on_face(figure)
    draw_earrings(figure)
    draw_front_hair(figure, fringe)
    draw_tied_before(figure)
    draw_brows(figure, 0.45)
    draw_headwear(figure)
