"""What is behind the figures, drawn in pixels of the picture."""

from collections.abc import Callable

from training.pictures.attributes import Backdrop
from training.pictures.backdrops_indoors import draw_classroom, draw_window
from training.pictures.backdrops_outdoors import (
    draw_cherry,
    draw_field,
    draw_flowers,
    draw_forest,
    draw_mountains,
    draw_snow,
)
from training.pictures.backdrops_patterns import (
    draw_floral,
    draw_grid,
    draw_halftone,
    draw_sunburst,
    draw_two_tone,
    draw_watercolour,
)
from training.pictures.backdrops_places import (
    draw_autumn,
    draw_bricks,
    draw_library,
    draw_underwater,
)
from training.pictures.backdrops_simple import (
    draw_abstract,
    draw_checkered,
    draw_dots,
    draw_gradient,
    draw_hearts,
    draw_plain,
    draw_sparkles,
    draw_stripes,
    draw_white,
)
from training.pictures.scene import Scene
from training.pictures.skies import (
    draw_city,
    draw_night,
    draw_ocean,
    draw_rain,
    draw_sky,
    draw_sunset,
)

_DRAW: dict[Backdrop, Callable[[Scene], None]] = {
    Backdrop.WHITE: draw_white,
    Backdrop.PLAIN: draw_plain,
    Backdrop.GRADIENT: draw_gradient,
    Backdrop.DOTS: draw_dots,
    Backdrop.STRIPES: draw_stripes,
    Backdrop.CHECKERED: draw_checkered,
    Backdrop.HEARTS: draw_hearts,
    Backdrop.SPARKLES: draw_sparkles,
    Backdrop.ABSTRACT: draw_abstract,
    Backdrop.SKY: draw_sky,
    Backdrop.FIELD: draw_field,
    Backdrop.FLOWERS: draw_flowers,
    Backdrop.OCEAN: draw_ocean,
    Backdrop.SUNSET: draw_sunset,
    Backdrop.NIGHT: draw_night,
    Backdrop.CHERRY: draw_cherry,
    Backdrop.FOREST: draw_forest,
    Backdrop.MOUNTAINS: draw_mountains,
    Backdrop.CITY: draw_city,
    Backdrop.SNOW: draw_snow,
    Backdrop.RAIN: draw_rain,
    Backdrop.WINDOW: draw_window,
    Backdrop.CLASSROOM: draw_classroom,
    Backdrop.HALFTONE: draw_halftone,
    Backdrop.FLORAL: draw_floral,
    Backdrop.TWO_TONE: draw_two_tone,
    Backdrop.GRID: draw_grid,
    Backdrop.SUNBURST: draw_sunburst,
    Backdrop.WATERCOLOUR: draw_watercolour,
    Backdrop.BRICKS: draw_bricks,
    Backdrop.LIBRARY: draw_library,
    Backdrop.UNDERWATER: draw_underwater,
    Backdrop.AUTUMN: draw_autumn,
}


def draw_backdrop(scene: Scene) -> None:
    """Draw the backdrop; a transparent one draws nothing."""
    draw = _DRAW.get(scene.spec.backdrop)
    if draw is not None:
        draw(scene)
