"""The original characters of the sample pictures, with traits that stay the same."""

from dataclasses import replace
from random import Random

from training.pictures.attributes import (
    Accessory,
    Bangs,
    Cloth,
    EyeColour,
    EyeShape,
    Gender,
    HairColour,
    HairLength,
    HairMix,
    HairStyle,
    Skin,
    Top,
)
from training.pictures.person import Eyes, Face, Hair, Outfit, Traits
from training.pictures.wardrobe import sample_outfit

COPYRIGHT = "anitag_samples"
"""The copyright tag of every character here."""

_A, _C, _E, _H, _L, _S = Accessory, Cloth, EyeColour, HairColour, HairLength, HairStyle


def _outfit(name: str, gender: Gender, top: Top) -> Outfit:
    """Return the first chance outfit of a character that has the wanted upper garment."""
    rng = Random(f"outfit of {name}")
    while (outfit := sample_outfit(rng, gender)).top is not top:
        pass
    return outfit


def _character(
    name: str,
    look: tuple[HairColour, HairLength, HairStyle, Bangs],
    eyes: tuple[EyeColour, EyeShape],
    worn: tuple[Top, Cloth, tuple[Accessory, ...]],
    gender: Gender = Gender.GIRL,
) -> Traits:
    """Return a character; everything not said follows from its name."""
    rng = Random(name)
    colour, length, style, bangs = look
    top, accent, accessories = worn
    hair = Hair(
        colour,
        length,
        style,
        bangs,
        rng.getrandbits(48),
        sidelocks=rng.uniform(0.3, 0.9) if gender is Gender.GIRL else rng.uniform(0.05, 0.3),
        wave=max(0.0, rng.uniform(-0.6, 0.9)),
        volume=rng.random(),
    )
    return Traits(
        gender,
        hair,
        Eyes(eyes[0], eyes[0], eyes[1], rng.uniform(0.4, 1.0), rng.uniform(0.3, 0.9)),
        Face(width=rng.random(), chin=rng.random()),
        frozenset(accessories),
        accent,
        _outfit(name, gender, top),
        name,
    )


def _with_hair(traits: Traits, mix: HairMix, second: HairColour) -> Traits:
    return replace(traits, hair=replace(traits.hair, mix=mix, second=second))


def _with_face(traits: Traits, **changes: object) -> Traits:
    return replace(traits, face=replace(traits.face, **changes))  # type: ignore[arg-type]


def _with_right_eye(traits: Traits, colour: EyeColour) -> Traits:
    return replace(traits, eyes=replace(traits.eyes, right=colour))


def _with_ahoge(traits: Traits) -> Traits:
    return replace(traits, hair=replace(traits.hair, ahoge=True))


_R, _N, _U, _D = EyeShape.ROUND, EyeShape.NARROW, EyeShape.TSURIME, EyeShape.TAREME
_BLUNT, _PARTED, _SWEPT = Bangs.BLUNT, Bangs.PARTED, Bangs.SWEPT
_BETWEEN, _PLAIN, _OVER = Bangs.BETWEEN_EYES, Bangs.PLAIN, Bangs.OVER_ONE_EYE

CHARACTERS: tuple[Traits, ...] = (
    _character("mizuki_hanae", (_H.PINK, _L.LONG, _S.TWINTAILS, _PLAIN), (_E.GREEN, _R), (Top.SERAFUKU, _C.RED, (_A.HAIR_RIBBON,))),
    _character("sorano_rin", (_H.BLUE, _L.VERY_LONG, _S.LOOSE, _BLUNT), (_E.AQUA, _D), (Top.DRESS, _C.WHITE, (_A.HAIRBAND,))),
    _character("kageyama_yoru", (_H.BLACK, _L.LONG, _S.LOOSE, _BLUNT), (_E.RED, _U), (Top.KIMONO, _C.RED, (_A.HAIR_FLOWER,))),
    _with_ahoge(_character("hinata_kohaku", (_H.ORANGE, _L.SHORT, _S.LOOSE, _BETWEEN), (_E.YELLOW, _R), (Top.HOODIE, _C.GREEN, (_A.HAIRCLIP,)))),
    _character("yukimura_shion", (_H.WHITE, _L.LONG, _S.PONYTAIL, _SWEPT), (_E.PURPLE, _N), (Top.BLAZER, _C.PURPLE, (_A.EARRINGS,))),
    _character("midorikawa_nao", (_H.GREEN, _L.MEDIUM, _S.LOW_TWINTAILS, _PARTED), (_E.BROWN, _D), (Top.SWEATER, _C.YELLOW, (_A.GLASSES,))),
    _character("fujisaki_rei", (_H.PURPLE, _L.SHORT, _S.BOB, _BLUNT), (_E.YELLOW, _U), (Top.SHIRT, _C.BLACK, (_A.WITCH_HAT,))),
    _character("akane_tsubasa", (_H.RED, _L.LONG, _S.SIDE_PONYTAIL, _BETWEEN), (_E.BLUE, _U), (Top.JACKET, _C.BLACK, (_A.CHOKER,))),
    _character("amber_lockwood", (_H.BLONDE, _L.VERY_LONG, _S.DRILLS, _PLAIN), (_E.BLUE, _U), (Top.DRESS, _C.PINK, (_A.CROWN,))),
    _character("chiyo_kuroneko", (_H.BLACK, _L.SHORT, _S.BOB, _PLAIN), (_E.GREEN, _R), (Top.MAID, _C.RED, (_A.CAT_EARS, _A.TAIL))),
    _character("minamo_aoi", (_H.AQUA, _L.MEDIUM, _S.LOOSE, _SWEPT), (_E.PINK, _R), (Top.SUNDRESS, _C.BLUE, (_A.STRAW_HAT,))),
    _character("suzu_kitsunebi", (_H.BLONDE, _L.LONG, _S.LOOSE, _PARTED), (_E.ORANGE, _N), (Top.KIMONO, _C.ORANGE, (_A.FOX_EARS, _A.TAIL))),
    _character("lumi_hoshizora", (_H.WHITE, _L.VERY_LONG, _S.TWO_SIDE_UP, _BETWEEN), (_E.BLUE, _D), (Top.DRESS, _C.AQUA, (_A.HALO, _A.ANGEL_WINGS))),
    _character("vesper_nightshade", (_H.PURPLE, _L.LONG, _S.TWINTAILS, _OVER), (_E.PINK, _U), (Top.DRESS, _C.BLACK, (_A.HORNS, _A.DEMON_WINGS))),
    _character("tamaki_usagi", (_H.BROWN, _L.MEDIUM, _S.LOOSE, _BLUNT), (_E.RED, _R), (Top.CARDIGAN, _C.PINK, (_A.RABBIT_EARS,))),
    _character("otoha_melody", (_H.PINK, _L.SHORT, _S.LOOSE, _SWEPT), (_E.PURPLE, _R), (Top.HOODIE, _C.BLUE, (_A.HEADPHONES,))),
    _character("rosa_silverleaf", (_H.GREEN, _L.LONG, _S.BRAID, _PARTED), (_E.AQUA, _N), (Top.ARMOR, _C.GREEN, (_A.POINTY_EARS,))),
    _character("fumika_shiori", (_H.BROWN, _L.LONG, _S.TWIN_BRAIDS, _BLUNT), (_E.GREY, _D), (Top.VEST, _C.BROWN, (_A.GLASSES,))),
    _character("clara_montblanc", (_H.BROWN, _L.LONG, _S.LOOSE, _PLAIN), (_E.GREEN, _R), (Top.SHIRT, _C.RED, (_A.BERET,))),
    _character("meilin_botan", (_H.RED, _L.SHORT, _S.DOUBLE_BUN, _PLAIN), (_E.BROWN, _U), (Top.TURTLENECK, _C.YELLOW, (_A.EARRINGS,))),
    _character("haruto_asagiri", (_H.BROWN, _L.SHORT, _S.LOOSE, _BETWEEN), (_E.BROWN, _R), (Top.GAKURAN, _C.BLACK, ()), Gender.BOY),
    _character("kaito_umibe", (_H.BLUE, _L.SHORT, _S.LOOSE, _SWEPT), (_E.AQUA, _N), (Top.T_SHIRT, _C.BLUE, (_A.HEADPHONES,)), Gender.BOY),
    _character("ren_ginrei", (_H.GREY, _L.LONG, _S.PONYTAIL, _PARTED), (_E.RED, _N), (Top.KIMONO, _C.PURPLE, ()), Gender.BOY),
    _character("leo_hartmann", (_H.BLONDE, _L.SHORT, _S.LOOSE, _PARTED), (_E.GREEN, _U), (Top.BLAZER, _C.RED, (_A.GLASSES,)), Gender.BOY),
    _with_hair(_with_right_eye(_character("prisma_arcoiris", (_H.AQUA, _L.LONG, _S.TWINTAILS, _PLAIN), (_E.BLUE, _R), (Top.JACKET, _C.PINK, (_A.STAR_ORNAMENT,))), _E.PINK), HairMix.GRADIENT, _H.PINK),
    _with_face(_character("zahra_mirage", (_H.BLACK, _L.MEDIUM, _S.LOOSE, _PARTED), (_E.YELLOW, _U), (Top.TANK_TOP, _C.AQUA, (_A.NECKLACE, _A.EARRINGS))), skin=Skin.DARK),
)  # fmt: skip
"""Invented for this project; their pictures may be used by anyone."""
