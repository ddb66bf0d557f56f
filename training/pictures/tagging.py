"""The tags of a specification: the one place that says what a picture shows.

Only what can be seen in the framing is said, so that a tag is a fact about the pixels.
"""

from anitag_desktop.domain.tag import Rating, TagCategory
from training.pictures.attributes import (
    Accessory,
    ArtStyle,
    Bangs,
    EyeState,
    Framing,
    Gender,
    HairLength,
    HairMix,
    HairStyle,
    Subject,
)
from training.pictures.characters import COPYRIGHT
from training.pictures.framing import bottom_of
from training.pictures.person import Person
from training.pictures.picture import PictureSpec
from training.pictures.tags_backdrop import backdrop_tags
from training.pictures.tags_clothes import clothes_tags
from training.pictures.tags_face import expression_tags, pose_tags

FramedTag = tuple[str, str]
"""A tag name and its category."""

_RANK = {framing: rank for rank, framing in enumerate(Framing)}
_TIED_HIGH = frozenset(
    {
        HairStyle.PONYTAIL,
        HairStyle.SIDE_PONYTAIL,
        HairStyle.TWINTAILS,
        HairStyle.TWO_SIDE_UP,
        HairStyle.DRILLS,
    }
)
_STYLE_IMPLIES: dict[HairStyle, tuple[str, ...]] = {
    HairStyle.LOW_TWINTAILS: ("twintails",),
    HairStyle.BRAID: ("braid",),
    HairStyle.TWIN_BRAIDS: ("braid",),
    HairStyle.BUN: ("hair_bun",),
    HairStyle.DOUBLE_BUN: ("hair_bun",),
    HairStyle.DRILLS: ("drill_hair",),
}
_ACCESSORY_IMPLIES: dict[Accessory, tuple[str, ...]] = {
    Accessory.WITCH_HAT: ("hat",),
    Accessory.BERET: ("hat",),
    Accessory.STRAW_HAT: ("hat",),
    Accessory.BASEBALL_CAP: ("hat",),
    Accessory.CAT_EARS: ("animal_ears",),
    Accessory.FOX_EARS: ("animal_ears",),
    Accessory.RABBIT_EARS: ("animal_ears",),
    Accessory.ANGEL_WINGS: ("wings", "feathered_wings"),
    Accessory.DEMON_WINGS: ("wings",),
    Accessory.EARRINGS: ("jewelry",),
    Accessory.NECKLACE: ("jewelry",),
    Accessory.HAIR_FLOWER: ("hair_ornament", "flower"),
    Accessory.HAIRCLIP: ("hair_ornament",),
    Accessory.STAR_ORNAMENT: ("hair_ornament",),
    Accessory.HAIR_BOW: ("bow",),
    Accessory.HAIR_RIBBON: ("ribbon",),
}
_COUNTS = {
    Gender.GIRL: {
        1: ("1girl",),
        **{n: (f"{n}girls", "multiple_girls") for n in (2, 3, 4, 5)},
        6: ("6+girls", "multiple_girls"),
    },
    Gender.BOY: {1: ("1boy",), **{n: (f"{n}boys", "multiple_boys") for n in (2, 3)}},
}


def rank_of(framing: Framing) -> int:
    """Return how much of the body a framing shows: 0 the face, 4 all of it."""
    return _RANK[framing]


def tags_of(spec: PictureSpec) -> tuple[FramedTag, ...]:
    """Return the tags of a picture as (name, category), characters first, then by name."""
    names: set[str] = {*_scene(spec), *_medium(spec)}
    for person in spec.people:
        names.update(_person_tags(spec, person))
    if _colourless(spec):
        names = {n for n in names if not _tells_colour(n)}
    characters = [p.traits.name for p in spec.people if p.traits.name]
    found: list[FramedTag] = [
        (name, TagCategory.CHARACTER.value) for name in sorted(set(characters))
    ]
    if characters:
        found.append((COPYRIGHT, TagCategory.COPYRIGHT.value))
    found += [(name, TagCategory.GENERAL.value) for name in sorted(names)]
    return tuple(found)


def rating_of(spec: PictureSpec) -> Rating:
    """Return the rating: the picture maker draws nothing that is not for everybody."""
    return Rating.GENERAL


def _colourless(spec: PictureSpec) -> bool:
    return spec.art in (ArtStyle.GREYSCALE, ArtStyle.SKETCH)


_COLOURS = (
    "white", "black", "red", "blue", "green", "yellow", "pink", "purple", "brown", "grey",
    "orange", "aqua", "blonde",
)  # fmt: skip
_COLOUR_WORDS = frozenset(
    {
        "pale_skin",
        "tan",
        "heterochromia",
        "multicolored_hair",
        "two-tone_hair",
        "gradient_hair",
        "colored_inner_hair",
        "streaked_hair",
        "sunset",
    }
)


def _tells_colour(name: str) -> bool:
    if name == "white_background":
        return False
    return name.split("_")[0] in _COLOURS or name in _COLOUR_WORDS


def _scene(spec: PictureSpec) -> set[str]:
    names = set(backdrop_tags(spec))
    if not spec.people:
        names.add("no_humans")
        if spec.subject is Subject.SCENERY:
            names.add("scenery")
        elif spec.subject is not None:
            names |= _SUBJECTS[spec.subject]
        return names
    names.add(spec.framing.value)
    for gender, counts in _COUNTS.items():
        number = sum(p.traits.gender is gender for p in spec.people)
        names.update(counts.get(number, ()))
    if len(spec.people) == 1:
        names.add("solo")
    return names


_SUBJECTS: dict[Subject, set[str]] = {
    Subject.CAT: {"cat", "animal", "animal_focus"},
    Subject.BIRD: {"bird", "animal", "animal_focus"},
    Subject.CAKE: {"cake", "food", "food_focus", "still_life"},
    Subject.FRUIT: {"apple", "fruit", "food", "food_focus", "still_life"},
    Subject.CUP: {"cup", "still_life"},
    Subject.FLOWER: {"flower", "still_life"},
}


def _medium(spec: PictureSpec) -> set[str]:
    return {
        ArtStyle.GREYSCALE: {"greyscale", "monochrome"},
        ArtStyle.SKETCH: {"sketch", "monochrome", "greyscale"},
        ArtStyle.CHIBI: {"chibi"},
        ArtStyle.PIXEL_ART: {"pixel_art"},
        ArtStyle.CARTOON: {"toon_(style)"},
    }.get(spec.art, set())


def _person_tags(spec: PictureSpec, person: Person) -> set[str]:
    rank = rank_of(spec.framing)
    chibi = spec.art is ArtStyle.CHIBI
    bottom = bottom_of(spec)
    names = _hair(person, rank) | _accessories(person, rank, bottom)
    names |= _skin(person)
    if spec.art is not ArtStyle.CARTOON:
        names |= _eyes(person)
    names |= expression_tags(person) | pose_tags(person, rank)
    shown = rank if rank != 1 or bottom > _COLLAR_Y else 0
    names |= clothes_tags(person.outfit, shown, chibi=chibi)
    return names


def _hair(person: Person, rank: int) -> set[str]:
    hair = person.traits.hair
    names = {hair.colour.value} | _length(hair.length, hair.style, rank)
    if hair.mix is not HairMix.PLAIN and hair.second is not None and _mix_shows(person, rank):
        names |= {hair.mix.value, "multicolored_hair", hair.second.value}
        if hair.mix is HairMix.TWO_TONE:
            names.discard("streaked_hair")
    if hair.bangs is not Bangs.PLAIN:
        names.add(hair.bangs.value)
    if hair.ahoge and hair.style is not HairStyle.BUN and not person.traits.hatted:
        names.add("ahoge")
    shown = rank > 0 or hair.style in (
        *_TIED_HIGH,
        HairStyle.DOUBLE_BUN,
        HairStyle.BUN,
        HairStyle.BOB,
    )
    if hair.style is not HairStyle.LOOSE and shown and not _covered_style(person):
        names |= {hair.style.value, *_STYLE_IMPLIES.get(hair.style, ())}
    if hair.sidelocks > 0.4:
        names.add("sidelocks")
    return names


def _mix_shows(person: Person, rank: int) -> bool:
    hair = person.traits.hair
    if hair.mix is HairMix.GRADIENT:
        return rank > 0
    return hair.mix is not HairMix.INNER or hair.style is HairStyle.LOOSE


def _covered_style(person: Person) -> bool:
    buns = (HairStyle.BUN, HairStyle.DOUBLE_BUN)
    return person.traits.hair.style in buns and person.traits.hatted


def _length(length: HairLength, style: HairStyle, rank: int) -> set[str]:
    if style in (HairStyle.BUN, HairStyle.DOUBLE_BUN):
        return set()
    if style is HairStyle.BOB:
        return {HairLength.SHORT.value}
    if length is HairLength.VERY_LONG:
        return {"long_hair", "very_long_hair"} if rank >= 3 else {"long_hair"}
    if rank == 0 and length is HairLength.MEDIUM:
        return set()
    return {length.value}


def _eyes(person: Person) -> set[str]:
    traits, state = person.traits, person.expression.eyes
    if state is EyeState.CLOSED:
        return set()
    names = {traits.eyes.left.value}
    if traits.eyes.left is not traits.eyes.right and state is not EyeState.WINK:
        names |= {traits.eyes.right.value, "heterochromia"}
    if traits.eyes.shape.value in ("tsurime", "tareme"):
        names.add(traits.eyes.shape.value)
    return names


def _skin(person: Person) -> set[str]:
    face, girl = person.traits.face, person.traits.gender is Gender.GIRL
    names: set[str] = set()
    if face.skin.value == "dark-skinned":
        names |= {"dark-skinned_female" if girl else "dark-skinned_male", "dark_skin"}
    elif face.skin.value != "light":
        names.add(face.skin.value)
    if face.mole:
        names.add("mole")
    if face.freckles:
        names.add("freckles")
    return names


_LOW: dict[Accessory, int] = {
    Accessory.HALO: 1,
    Accessory.TAIL: 3,
    Accessory.ANGEL_WINGS: 1,
    Accessory.DEMON_WINGS: 1,
    Accessory.GLOVES: 3,
}
"""The least framing rank at which an accessory is seen; 0 for those on the head."""


_BELOW: dict[Accessory, float] = {Accessory.CHOKER: 82.0, Accessory.NECKLACE: 118.0}
"""The y that has to be seen of what is worn at the neck."""
_COLLAR_Y = 124.0
"""From where on a garment can be told by what is seen of it."""


def _accessories(person: Person, rank: int, bottom: float) -> set[str]:
    names: set[str] = set()
    for accessory in person.traits.accessories:
        if bottom < _BELOW.get(accessory, bottom):
            continue
        if rank >= _LOW.get(accessory, 0) and not _hidden(person, accessory):
            names |= {accessory.value, *_ACCESSORY_IMPLIES.get(accessory, ())}
    return names


def _hidden(person: Person, accessory: Accessory) -> bool:
    """Return whether a collar hides an accessory."""
    neck = (Accessory.CHOKER, Accessory.NECKLACE)
    return accessory in neck and person.outfit.covers_neck
