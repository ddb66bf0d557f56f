"""Tags of what is behind the figures."""

from training.pictures.attributes import Backdrop
from training.pictures.picture import PictureSpec

_OUTDOORS: dict[Backdrop, set[str]] = {
    Backdrop.SKY: {"sky", "cloud", "blue_sky", "day"},
    Backdrop.FIELD: {"sky", "cloud", "blue_sky", "day", "grass", "field"},
    Backdrop.FLOWERS: {"sky", "blue_sky", "day", "grass", "field", "flower", "flower_field"},
    Backdrop.OCEAN: {"sky", "cloud", "blue_sky", "day", "ocean", "water", "horizon", "beach"},
    Backdrop.SUNSET: {"sky", "cloud", "sunset", "orange_sky", "sun", "ocean", "water", "horizon"},
    Backdrop.NIGHT: {"sky", "night", "night_sky", "star_(sky)", "starry_sky", "moon"},
    Backdrop.CHERRY: {"sky", "blue_sky", "day", "cherry_blossoms", "tree", "petals"},
    Backdrop.FOREST: {"tree", "forest", "nature", "grass", "day"},
    Backdrop.MOUNTAINS: {"sky", "cloud", "blue_sky", "day", "mountain", "grass"},
    Backdrop.CITY: {"sky", "night", "night_sky", "city", "building", "cityscape", "city_lights"},
    Backdrop.SNOW: {"sky", "snow", "snowing", "winter", "tree"},
    Backdrop.RAIN: {"rain", "sky", "cloudy_sky"},
    Backdrop.AUTUMN: {"autumn_leaves", "autumn", "tree", "day"},
}
_INDOORS: dict[Backdrop, set[str]] = {
    Backdrop.WINDOW: {"window", "curtains"},
    Backdrop.CLASSROOM: {"classroom", "chalkboard", "desk"},
    Backdrop.LIBRARY: {"library", "bookshelf", "book"},
}
PLACES = frozenset({*_OUTDOORS, *_INDOORS})
"""Backdrops with a depth that can be out of focus."""
_PATTERNS: dict[Backdrop, set[str]] = {
    Backdrop.DOTS: {"polka_dot_background"},
    Backdrop.STRIPES: {"striped_background"},
    Backdrop.CHECKERED: {"checkered_background"},
    Backdrop.HEARTS: {"heart", "heart_background"},
    Backdrop.SPARKLES: {"sparkle", "sparkle_background"},
    Backdrop.ABSTRACT: {"abstract_background"},
    Backdrop.HALFTONE: {"halftone_background", "halftone"},
    Backdrop.FLORAL: {"floral_background"},
    Backdrop.TWO_TONE: {"two-tone_background"},
    Backdrop.GRID: {"grid_background"},
    Backdrop.SUNBURST: {"sunburst_background", "sunburst"},
    Backdrop.WATERCOLOUR: {"watercolor_background"},
}


def backdrop_tags(spec: PictureSpec) -> set[str]:
    """Return the tags of the backdrop with its colour where it has one, sharp or not."""
    names = _shown(spec)
    return names | {"blurry", "blurry_background", "depth_of_field"} if spec.blurry > 0 else names


def _shown(spec: PictureSpec) -> set[str]:
    backdrop, colour = spec.backdrop, f"{spec.backdrop_colour.value}_background"
    if backdrop in _OUTDOORS:
        return {"outdoors", *_OUTDOORS[backdrop]}
    if backdrop in _INDOORS:
        return {"indoors", *_INDOORS[backdrop]}
    if backdrop in _PATTERNS:
        return {*_PATTERNS[backdrop], colour}
    return {
        Backdrop.BRICKS: {"brick_wall"},
        Backdrop.UNDERWATER: {"underwater", "water", "bubble"},
        Backdrop.WHITE: {"simple_background", "white_background"},
        Backdrop.TRANSPARENT: {"transparent_background"},
        Backdrop.PLAIN: {"simple_background", colour},
        Backdrop.GRADIENT: {"gradient_background", colour},
    }[backdrop]
