"""Outfits that people of these pictures wear."""

from collections.abc import Callable
from random import Random

from training.pictures.attributes import Gender
from training.pictures.garments import (
    Cloth,
    ClothPattern,
    Footwear,
    Legwear,
    Lower,
    Neckwear,
    Sleeves,
    Top,
)
from training.pictures.person import Outfit

_DARK = (Cloth.BLACK, Cloth.BLUE, Cloth.BROWN, Cloth.GREY, Cloth.PURPLE, Cloth.GREEN, Cloth.RED)
_LEGWEAR = (
    *(Cloth.BLACK, Cloth.BLACK, Cloth.BLACK, Cloth.WHITE, Cloth.WHITE, Cloth.WHITE),
    *(Cloth.BLUE, Cloth.GREY, Cloth.BROWN, Cloth.PINK, Cloth.PURPLE, Cloth.RED),
)
_SKIRTS = (Lower.PLEATED_SKIRT, Lower.SKIRT, Lower.PLEATED_SKIRT, Lower.LONG_SKIRT)
_PATTERNS = (ClothPattern.STRIPES, ClothPattern.PLAID, ClothPattern.DOTS, ClothPattern.FLORAL)


def _any(rng: Random) -> Cloth:
    return rng.choice(tuple(Cloth))


def _other(rng: Random, colour: Cloth) -> Cloth:
    return rng.choice([c for c in Cloth if c is not colour])


def _feet(rng: Random) -> dict[str, object]:
    return {
        "legwear": rng.choice(tuple(Legwear)),
        "legwear_colour": rng.choice(_LEGWEAR),
        "footwear": rng.choice((Footwear.SHOES, Footwear.BOOTS, Footwear.SNEAKERS, Footwear.SHOES)),
        "footwear_colour": rng.choice((Cloth.BROWN, Cloth.BLACK, Cloth.WHITE, _any(rng))),
    }


def _below(rng: Random, gender: Gender) -> dict[str, object]:
    colour = _any(rng)
    if gender is Gender.BOY:
        lower = rng.choice((Lower.PANTS, Lower.PANTS, Lower.SHORTS))
        feet: dict[str, object] = {
            "legwear": Legwear.SOCKS,
            "footwear": rng.choice((Footwear.SHOES, Footwear.SNEAKERS, Footwear.BOOTS)),
            "footwear_colour": rng.choice((Cloth.BROWN, Cloth.BLACK, Cloth.WHITE)),
        }
        return {"lower": lower, "lower_colour": rng.choice(_DARK), **feet}
    lower = rng.choice((*_SKIRTS, Lower.SHORTS, Lower.PANTS))
    return {"lower": lower, "lower_colour": colour, **_feet(rng)}


def _printed(rng: Random, chance: float) -> ClothPattern:
    return rng.choice(_PATTERNS) if rng.random() < chance else ClothPattern.PLAIN


def _serafuku(rng: Random, gender: Gender) -> Outfit:
    colour = rng.choice((Cloth.WHITE, Cloth.WHITE, Cloth.WHITE, Cloth.BLUE, Cloth.BLACK))
    collar = rng.choice((Cloth.BLUE, Cloth.BLACK, Cloth.BLUE, Cloth.RED, Cloth.GREEN))
    return Outfit(
        Top.SERAFUKU,
        colour,
        collar if collar is not colour else Cloth.WHITE,
        rng.choice((Sleeves.SHORT, Sleeves.LONG)),
        neckwear=rng.choice((Neckwear.NECKERCHIEF, Neckwear.BOW, Neckwear.NECKERCHIEF)),
        neckwear_colour=rng.choice(
            (Cloth.RED, Cloth.RED, Cloth.BLUE, Cloth.YELLOW, Cloth.PINK, Cloth.GREEN)
        ),
        lower=Lower.PLEATED_SKIRT,
        lower_colour=collar,
        **_feet(rng),  # type: ignore[arg-type]
    )


def _blazer(rng: Random, gender: Gender) -> Outfit:
    boy = gender is Gender.BOY
    tie = rng.choice((Neckwear.NECKTIE, Neckwear.NECKTIE, Neckwear.RIBBON, Neckwear.BOW))
    below = (
        _below(rng, gender)
        if boy
        else {"lower": Lower.PLEATED_SKIRT, "lower_colour": _any(rng), **_feet(rng)}
    )
    return Outfit(
        Top.BLAZER,
        rng.choice(_DARK),
        Cloth.WHITE,
        Sleeves.LONG,
        neckwear=Neckwear.NECKTIE if boy else tie,
        neckwear_colour=_any(rng),
        **below,  # type: ignore[arg-type]
    )


def _shirt(rng: Random, gender: Gender) -> Outfit:
    colour = rng.choice((Cloth.WHITE, Cloth.WHITE, _any(rng)))
    neck = rng.choice(
        (Neckwear.NONE, Neckwear.NECKTIE, Neckwear.BOWTIE, Neckwear.RIBBON, Neckwear.BOW)
    )
    if gender is Gender.BOY and neck in (Neckwear.RIBBON, Neckwear.BOW):
        neck = Neckwear.NECKTIE
    sleeves = rng.choice(
        (
            Sleeves.SHORT,
            Sleeves.LONG,
            Sleeves.LONG,
            Sleeves.PUFFY if gender is Gender.GIRL else Sleeves.LONG,
        )
    )
    return Outfit(
        Top.SHIRT,
        colour,
        _other(rng, colour),
        sleeves,
        neckwear=neck,
        neckwear_colour=_other(rng, colour),
        pattern=_printed(rng, 0.15),
        **_below(rng, gender),  # type: ignore[arg-type]
    )


def _simple(
    top: Top, sleeves: tuple[Sleeves, ...], printed: float = 0.0
) -> Callable[[Random, Gender], Outfit]:
    def sample(rng: Random, gender: Gender) -> Outfit:
        colour = _any(rng)
        return Outfit(
            top,
            colour,
            _other(rng, colour),
            rng.choice(sleeves),
            neckwear=Neckwear.SCARF
            if Sleeves.LONG in sleeves and rng.random() < 0.15
            else Neckwear.NONE,
            neckwear_colour=_other(rng, colour),
            pattern=_printed(rng, printed),
            **_below(rng, gender),  # type: ignore[arg-type]
        )

    return sample


def _dress(top: Top, sleeves: tuple[Sleeves, ...]) -> Callable[[Random, Gender], Outfit]:
    def sample(rng: Random, gender: Gender) -> Outfit:
        colour = _any(rng)
        second = (
            Cloth.WHITE if rng.random() < 0.5 and colour is not Cloth.WHITE else _other(rng, colour)
        )
        neck = Neckwear.NONE
        if top is Top.DRESS:
            neck = rng.choice((Neckwear.NONE, Neckwear.BOW, Neckwear.RIBBON, Neckwear.BOWTIE))
        return Outfit(
            top,
            colour,
            second,
            rng.choice(sleeves),
            neckwear=neck,
            neckwear_colour=_other(rng, colour),
            pattern=_printed(rng, 0.2),
            frills=rng.random() < 0.4,
            **_feet(rng),  # type: ignore[arg-type]
        )

    return sample


def _kimono(rng: Random, gender: Gender) -> Outfit:
    colour = _any(rng)
    return Outfit(
        Top.KIMONO,
        colour,
        _other(rng, colour),
        Sleeves.WIDE,
        neckwear_colour=_other(rng, colour),
        pattern=rng.choice(
            (ClothPattern.FLORAL, ClothPattern.FLORAL, ClothPattern.PLAIN, ClothPattern.STRIPES)
        ),
        legwear=Legwear.SOCKS,
        legwear_colour=Cloth.WHITE,
        footwear=Footwear.SANDALS,
    )


def _maid(rng: Random, gender: Gender) -> Outfit:
    return Outfit(
        Top.MAID,
        rng.choice((Cloth.BLACK, Cloth.BLACK, Cloth.BLUE, Cloth.PINK)),
        Cloth.WHITE,
        rng.choice((Sleeves.PUFFY, Sleeves.LONG)),
        neckwear=rng.choice((Neckwear.BOWTIE, Neckwear.BOW, Neckwear.RIBBON)),
        neckwear_colour=rng.choice((Cloth.RED, Cloth.BLUE, Cloth.BLACK)),
        frills=True,
        **_feet(rng),  # type: ignore[arg-type]
    )


def _gakuran(rng: Random, gender: Gender) -> Outfit:
    return Outfit(
        Top.GAKURAN,
        rng.choice((Cloth.BLACK, Cloth.BLACK, Cloth.BLUE, Cloth.WHITE)),
        Cloth.WHITE,
        Sleeves.LONG,
        lower=Lower.PANTS,
        lower_colour=Cloth.BLACK,
        footwear_colour=Cloth.BLACK,
    )


def _layered(top: Top) -> Callable[[Random, Gender], Outfit]:
    def sample(rng: Random, gender: Gender) -> Outfit:
        colour = _any(rng)
        under = (
            rng.choice((Cloth.WHITE, _other(rng, colour)))
            if colour is not Cloth.WHITE
            else _other(rng, colour)
        )
        neck = rng.choice((Neckwear.NONE, Neckwear.NECKTIE, Neckwear.BOWTIE, Neckwear.RIBBON))
        return Outfit(
            top,
            colour,
            under,
            Sleeves.LONG,
            neckwear=Neckwear.NONE if top is Top.JACKET else neck,
            neckwear_colour=_any(rng),
            **_below(rng, gender),  # type: ignore[arg-type]
        )

    return sample


_EITHER: tuple[tuple[Callable[[Random, Gender], Outfit], float], ...] = (
    (_blazer, 1.2),
    (_shirt, 1.5),
    (_simple(Top.T_SHIRT, (Sleeves.SHORT,), 0.2), 1.0),
    (_simple(Top.SWEATER, (Sleeves.LONG,), 0.2), 1.0),
    (_simple(Top.TURTLENECK, (Sleeves.LONG, Sleeves.LONG, Sleeves.NONE)), 0.6),
    (_simple(Top.HOODIE, (Sleeves.LONG,)), 1.1),
    (_layered(Top.JACKET), 1.1),
    (_layered(Top.CARDIGAN), 0.7),
    (_layered(Top.VEST), 0.7),
    (_kimono, 0.8),
    (_simple(Top.ARMOR, (Sleeves.LONG,)), 0.5),
    (_simple(Top.TANK_TOP, (Sleeves.NONE,)), 0.4),
)
_GIRLS: tuple[tuple[Callable[[Random, Gender], Outfit], float], ...] = (
    (_serafuku, 1.8),
    (_dress(Top.DRESS, (Sleeves.SHORT, Sleeves.LONG, Sleeves.PUFFY, Sleeves.NONE)), 1.8),
    (_dress(Top.SUNDRESS, (Sleeves.NONE,)), 0.9),
    (_maid, 0.7),
)
_BOYS: tuple[tuple[Callable[[Random, Gender], Outfit], float], ...] = ((_gakuran, 2.0),)


def sample_outfit(rng: Random, gender: Gender) -> Outfit:
    """Return an outfit whose parts go together."""
    options = (*_EITHER, *(_GIRLS if gender is Gender.GIRL else _BOYS))
    sample = rng.choices([o for o, _ in options], [w for _, w in options])[0]
    return sample(rng, gender)
