"""The original characters of the sample pictures, with traits that stay the same."""

from dataclasses import replace
from random import Random

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
from training.pictures.garments import Cloth, ClothPattern, Top
from training.pictures.person import Eyes, Face, Hair, Outfit, Traits
from training.pictures.wardrobe import sample_outfit

COPYRIGHT = "anitag_samples"
"""The copyright tag of every character here."""

_ROWS = """
mizuki_hanae girl pink long twintails plain green round serafuku red hair_ribbon
sorano_rin girl blue very_long loose blunt aqua tareme dress white hairband
kageyama_yoru girl black long loose blunt red tsurime kimono red hair_flower
hinata_kohaku girl orange short loose between_eyes yellow round hoodie green hairclip
yukimura_shion girl white long ponytail swept purple narrow blazer purple earrings
midorikawa_nao girl green medium low_twintails parted brown tareme sweater yellow glasses
fujisaki_rei girl purple short bob blunt yellow tsurime shirt black witch_hat
akane_tsubasa girl red long side_ponytail between_eyes blue tsurime jacket black choker
amber_lockwood girl blonde very_long drills plain blue tsurime dress pink crown
chiyo_kuroneko girl black short bob plain green round maid red cat_ears,tail
minamo_aoi girl aqua medium loose swept pink round sundress blue straw_hat
suzu_kitsunebi girl blonde long loose parted orange narrow kimono orange fox_ears,tail
lumi_hoshizora girl white very_long two_side_up between_eyes blue tareme dress aqua halo,angel_wings
vesper_nightshade girl purple long twintails over_one_eye pink tsurime dress black horns,demon_wings
tamaki_usagi girl brown medium loose blunt red round cardigan pink rabbit_ears
otoha_melody girl pink short loose swept purple round hoodie blue headphones
rosa_silverleaf girl green long braid parted aqua narrow armor green pointy_ears
fumika_shiori girl brown long twin_braids blunt grey tareme vest brown glasses
clara_montblanc girl brown long loose plain green round shirt red beret
meilin_botan girl red short double_bun plain brown tsurime turtleneck yellow earrings
haruto_asagiri boy brown short loose between_eyes brown round gakuran black -
kaito_umibe boy blue short loose swept aqua narrow t_shirt blue headphones
ren_ginrei boy grey long ponytail parted red narrow kimono purple -
leo_hartmann boy blonde short loose parted green tsurime blazer red glasses
prisma_arcoiris girl aqua long twintails plain blue round jacket pink star_ornament
zahra_mirage girl black medium loose parted yellow tsurime tank_top aqua necklace,earrings
"""
"""Name, gender; hair: colour, length, style, bangs; eyes: colour, shape; garment, accent, worn."""


_IN_OWN_COLOURS = frozenset(
    {
        *(Top.DRESS, Top.SUNDRESS, Top.HOODIE, Top.KIMONO, Top.SWEATER, Top.JACKET),
        *(Top.T_SHIRT, Top.TANK_TOP, Top.CARDIGAN, Top.TURTLENECK),
    }
)
"""Garments that a character wears in its accent colour."""


def _outfit(name: str, gender: Gender, top: Top, accent: Cloth) -> Outfit:
    """Return the first chance outfit with the wanted upper garment, in the character's colour."""
    rng = Random(f"outfit of {name}")
    while (outfit := sample_outfit(rng, gender)).top is not top:
        pass
    if top not in _IN_OWN_COLOURS:
        return outfit
    second = Cloth.WHITE if accent is not Cloth.WHITE else Cloth.BLUE
    return replace(outfit, colour=accent, second=second, pattern=ClothPattern.PLAIN)


def _character(row: str) -> Traits:
    """Return a character; everything that its row leaves open follows from its name."""
    words = row.split()
    name, (colour, length, style, bangs) = words[0], (w.upper() for w in words[2:6])
    rng, gender, eye = Random(name), Gender(words[1]), EyeColour[words[6].upper()]
    girl = gender is Gender.GIRL
    hair = Hair(
        HairColour[colour],
        HairLength[length],
        HairStyle[style],
        Bangs[bangs],
        rng.getrandbits(48),
        sidelocks=rng.uniform(0.3, 0.9) if girl else rng.uniform(0.05, 0.3),
        wave=max(0.0, rng.uniform(-0.6, 0.9)),
        volume=rng.random(),
    )
    shape, accent = EyeShape(words[7]), Cloth[words[9].upper()]
    return Traits(
        gender,
        hair,
        Eyes(eye, eye, shape, rng.uniform(0.4, 1.0), rng.uniform(0.3, 0.9)),
        Face(width=rng.random(), chin=rng.random()),
        frozenset(Accessory[w.upper()] for w in words[10].split(",") if w != "-"),
        accent,
        _outfit(name, gender, Top[words[8].upper()], accent),
        name,
    )


def _special(traits: Traits) -> Traits:
    """Return a character with what the table has no column for."""
    hair, eyes, face = traits.hair, traits.eyes, traits.face
    if traits.name == "hinata_kohaku":
        hair = replace(hair, ahoge=True)
    elif traits.name == "prisma_arcoiris":
        hair = replace(hair, mix=HairMix.GRADIENT, second=HairColour.PINK)
        eyes = replace(eyes, right=EyeColour.PINK)
    elif traits.name == "zahra_mirage":
        face = replace(face, skin=Skin.DARK)
    return replace(traits, hair=hair, eyes=eyes, face=face)


CHARACTERS: tuple[Traits, ...] = tuple(_special(_character(row)) for row in _ROWS.split("\n")[1:-1])
"""Invented for this project; their pictures may be used by anyone."""
