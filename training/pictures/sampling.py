"""Chances: draws identities, outfits, expressions and poses from a random source."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

from training.pictures.attributes import (
    Accessory,
    Bangs,
    EyeColour,
    EyeShape,
    Gender,
    HairColour,
    HairLength,
    HairMix,
    HairStyle,
    Skin,
)
from training.pictures.garments import Cloth
from training.pictures.person import HATS, Eyes, Face, Hair, Traits
from training.pictures.wardrobe import sample_outfit

Choice = TypeVar("Choice")

_ON_TOP = (
    *sorted(HATS),
    Accessory.CROWN,
    Accessory.CAT_EARS,
    Accessory.FOX_EARS,
    Accessory.RABBIT_EARS,
    Accessory.HORNS,
    Accessory.HALO,
    Accessory.HEADPHONES,
    Accessory.HAIRBAND,
    Accessory.HAIR_BOW,
)
_AT_SIDE = (
    Accessory.HAIR_FLOWER,
    Accessory.HAIRCLIP,
    Accessory.STAR_ORNAMENT,
    Accessory.HAIR_RIBBON,
)
_LONG_STYLES = (
    HairStyle.PONYTAIL,
    HairStyle.SIDE_PONYTAIL,
    HairStyle.TWINTAILS,
    HairStyle.LOW_TWINTAILS,
    HairStyle.TWO_SIDE_UP,
    HairStyle.BRAID,
    HairStyle.TWIN_BRAIDS,
    HairStyle.DRILLS,
)


def weighted(rng: Random, options: Sequence[tuple[Choice, float]]) -> Choice:
    """Return one option with a chance in proportion to its weight."""
    return rng.choices([o for o, _ in options], [w for _, w in options])[0]


def sample_traits(rng: Random) -> Traits:
    """Return a new identity."""
    gender = weighted(rng, ((Gender.GIRL, 0.8), (Gender.BOY, 0.2)))
    hair = sample_hair(rng, gender)
    accessories = _accessories(rng, gender, hair)
    return Traits(
        gender=gender,
        hair=hair,
        eyes=_eyes(
            rng, plain=hair.bangs is Bangs.OVER_ONE_EYE or Accessory.EYEPATCH in accessories
        ),
        face=_face(rng),
        accessories=accessories,
        accent=rng.choice(tuple(Cloth)),
        outfit=sample_outfit(rng, gender),
    )


def sample_hair(rng: Random, gender: Gender) -> Hair:
    """Return hair; styles that need length get it."""
    length, style = _cut(rng, gender)
    colour = rng.choice(tuple(HairColour))
    mix = weighted(
        rng,
        (
            (HairMix.PLAIN, 0.86),
            (HairMix.STREAKED, 0.05),
            (HairMix.GRADIENT, 0.04),
            (HairMix.INNER, 0.03),
            (HairMix.TWO_TONE, 0.02),
        ),
    )
    second = None
    if mix is not HairMix.PLAIN:
        second = rng.choice([c for c in HairColour if c is not colour])
    return Hair(
        colour=colour,
        length=length,
        style=style,
        bangs=_bangs(rng, gender),
        seed=rng.getrandbits(48),
        mix=mix,
        second=second,
        ahoge=rng.random() < 0.16,
        sidelocks=rng.uniform(0.0, 0.45) if gender is Gender.BOY else rng.uniform(0.05, 1.0),
        wave=max(0.0, rng.uniform(-0.8, 1.0)),
        volume=rng.random(),
    )


def _cut(rng: Random, gender: Gender) -> tuple[HairLength, HairStyle]:
    if gender is Gender.BOY:
        length = weighted(
            rng, ((HairLength.SHORT, 0.85), (HairLength.MEDIUM, 0.1), (HairLength.LONG, 0.05))
        )
        style = (
            HairStyle.PONYTAIL
            if length is HairLength.LONG and rng.random() < 0.5
            else HairStyle.LOOSE
        )
        return length, style
    length = weighted(
        rng,
        (
            (HairLength.SHORT, 0.28),
            (HairLength.MEDIUM, 0.2),
            (HairLength.LONG, 0.34),
            (HairLength.VERY_LONG, 0.18),
        ),
    )
    if length is HairLength.SHORT:
        styles = (
            (HairStyle.LOOSE, 0.5),
            (HairStyle.BOB, 0.4),
            (HairStyle.DOUBLE_BUN, 0.05),
            (HairStyle.BUN, 0.05),
        )
        return length, weighted(rng, styles)
    if rng.random() < 0.45:
        return length, HairStyle.LOOSE
    if length is HairLength.MEDIUM:
        return length, rng.choice(
            (
                HairStyle.LOW_TWINTAILS,
                HairStyle.TWO_SIDE_UP,
                HairStyle.BUN,
                HairStyle.DOUBLE_BUN,
                HairStyle.SIDE_PONYTAIL,
                HairStyle.TWINTAILS,
            )
        )
    return length, rng.choice(_LONG_STYLES)


def _bangs(rng: Random, gender: Gender) -> Bangs:
    if gender is Gender.BOY:
        usual = (Bangs.PLAIN, Bangs.BETWEEN_EYES, Bangs.SWEPT, Bangs.PARTED)
        return rng.choice((*usual, *usual, Bangs.BLUNT, Bangs.OVER_ONE_EYE))
    return weighted(
        rng,
        (
            (Bangs.PLAIN, 0.28),
            (Bangs.BLUNT, 0.2),
            (Bangs.PARTED, 0.16),
            (Bangs.SWEPT, 0.16),
            (Bangs.BETWEEN_EYES, 0.14),
            (Bangs.OVER_ONE_EYE, 0.06),
        ),
    )


def _eyes(rng: Random, *, plain: bool) -> Eyes:
    left = rng.choice(tuple(EyeColour))
    right = left
    if not plain and rng.random() < 0.05:
        right = rng.choice([c for c in EyeColour if c is not left])
    shape = weighted(
        rng,
        (
            (EyeShape.ROUND, 0.5),
            (EyeShape.NARROW, 0.14),
            (EyeShape.TSURIME, 0.2),
            (EyeShape.TAREME, 0.16),
        ),
    )
    return Eyes(left, right, shape, rng.random(), rng.random())


def _face(rng: Random) -> Face:
    skin = weighted(
        rng, ((Skin.LIGHT, 0.76), (Skin.PALE, 0.13), (Skin.TAN, 0.06), (Skin.DARK, 0.05))
    )
    return Face(
        skin=skin,
        width=rng.random(),
        chin=rng.random(),
        mole=rng.random() < 0.06,
        freckles=rng.random() < 0.04,
        fang=rng.random() < 0.06,
    )


def _accessories(rng: Random, gender: Gender, hair: Hair) -> frozenset[Accessory]:
    girl = gender is Gender.GIRL
    worn: set[Accessory] = set()
    if rng.random() < (0.45 if girl else 0.22):
        worn.add(_on_top(rng, hair, girl))
    if rng.random() < (0.3 if girl else 0.06):
        worn.add(rng.choice(_AT_SIDE) if girl else Accessory.HAIRCLIP)
    for accessory, chance in (
        (Accessory.GLASSES, 0.13),
        (Accessory.EARRINGS, 0.12 if girl else 0.06),
        (Accessory.CHOKER, 0.1 if girl else 0.02),
        (Accessory.NECKLACE, 0.06),
        (Accessory.POINTY_EARS, 0.05),
        (Accessory.ANGEL_WINGS, 0.03),
        (Accessory.DEMON_WINGS, 0.03),
        (Accessory.GLOVES, 0.07),
        (Accessory.EYEPATCH, 0.025 if hair.bangs is not Bangs.OVER_ONE_EYE else 0.0),
    ):
        if rng.random() < chance:
            worn.add(accessory)
    return frozenset(_consistent(rng, worn))


def _on_top(rng: Random, hair: Hair, girl: bool) -> Accessory:
    options = list(_ON_TOP)
    if hair.style in (HairStyle.BUN, HairStyle.DOUBLE_BUN):
        options = [Accessory.HAIRBAND, Accessory.HORNS, Accessory.HALO, Accessory.HAIR_BOW]
    if not girl:
        dainty = (
            Accessory.HAIRBAND,
            Accessory.HAIR_BOW,
            Accessory.STRAW_HAT,
            Accessory.RABBIT_EARS,
        )
        options = [o for o in options if o not in dainty]
    return rng.choice(options)


def _consistent(rng: Random, worn: set[Accessory]) -> set[Accessory]:
    """Drop what cannot be worn together and add the tail that goes with ears or horns."""
    if Accessory.EYEPATCH in worn:
        worn.discard(Accessory.GLASSES)
    if Accessory.ANGEL_WINGS in worn:
        worn.discard(Accessory.DEMON_WINGS)
    tailed = {Accessory.CAT_EARS, Accessory.FOX_EARS, Accessory.DEMON_WINGS}
    if worn & tailed and rng.random() < 0.6:
        worn.add(Accessory.TAIL)
    return worn
