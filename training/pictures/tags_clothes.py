"""Tags of clothes, as far as a framing shows them."""

from training.pictures.garments import (
    ClothPattern,
    Footwear,
    Legwear,
    Lower,
    Neckwear,
    Sleeves,
    Top,
)
from training.pictures.person import Outfit

_COLOURED: dict[Top, str] = {
    Top.BLAZER: "jacket",
    Top.SHIRT: "shirt",
    Top.T_SHIRT: "shirt",
    Top.SWEATER: "sweater",
    Top.TURTLENECK: "sweater",
    Top.HOODIE: "hoodie",
    Top.DRESS: "dress",
    Top.SUNDRESS: "dress",
    Top.KIMONO: "kimono",
    Top.JACKET: "jacket",
    Top.CARDIGAN: "cardigan",
    Top.MAID: "dress",
    Top.VEST: "vest",
    Top.TANK_TOP: "tank_top",
    Top.GAKURAN: "jacket",
}
"""What the main colour of an upper garment is said of."""
_TOPS: dict[Top, set[str]] = {
    Top.SERAFUKU: {"serafuku", "school_uniform", "sailor_collar"},
    Top.BLAZER: {"blazer", "jacket", "collared_shirt", "shirt", "white_shirt"},
    Top.SHIRT: {"shirt", "collared_shirt"},
    Top.T_SHIRT: {"shirt", "t-shirt"},
    Top.SWEATER: {"sweater"},
    Top.TURTLENECK: {"sweater", "turtleneck"},
    Top.HOODIE: {"hoodie", "hood", "hood_down"},
    Top.DRESS: {"dress"},
    Top.SUNDRESS: {"dress", "sundress", "bare_shoulders", "collarbone"},
    Top.KIMONO: {"kimono", "japanese_clothes", "obi", "sash"},
    Top.JACKET: {"jacket", "open_jacket", "open_clothes", "shirt"},
    Top.CARDIGAN: {"cardigan", "collared_shirt", "shirt"},
    Top.MAID: {"maid", "apron", "white_apron", "dress"},
    Top.ARMOR: {"armor", "breastplate"},
    Top.GAKURAN: {"gakuran", "school_uniform", "jacket"},
    Top.VEST: {"vest", "collared_shirt", "shirt"},
    Top.TANK_TOP: {"tank_top", "bare_shoulders", "collarbone"},
}
_LOWERS: dict[Lower, str] = {
    Lower.PLEATED_SKIRT: "skirt",
    Lower.SKIRT: "skirt",
    Lower.LONG_SKIRT: "skirt",
    Lower.SHORTS: "shorts",
    Lower.PANTS: "pants",
}
_NECKWEAR: dict[Neckwear, tuple[str, ...]] = {
    Neckwear.NECKTIE: ("necktie",),
    Neckwear.BOW: ("bow",),
    Neckwear.BOWTIE: ("bowtie", "bow"),
    Neckwear.RIBBON: ("neck_ribbon", "ribbon"),
    Neckwear.NECKERCHIEF: ("neckerchief",),
    Neckwear.SCARF: ("scarf",),
}
_WHOLE = frozenset({Top.DRESS, Top.SUNDRESS, Top.MAID, Top.KIMONO})


def clothes_tags(outfit: Outfit, rank: int, *, chibi: bool) -> set[str]:
    """Return the tags of an outfit; ``rank`` is that of the framing (0 face .. 4 all)."""
    if rank == 0:
        return {"scarf"} if outfit.neckwear is Neckwear.SCARF else set()
    names = _top(outfit, rank) | _neck(outfit)
    if rank >= 2:
        names |= _sleeves(outfit)
    if rank >= 3:
        names |= _lower(outfit) | _legs(outfit, rank, chibi=chibi)
    return names


def _top(outfit: Outfit, rank: int) -> set[str]:
    names = set(_TOPS[outfit.top])
    if rank == 1:
        names -= {"obi", "sash", "apron", "white_apron"}
    garment = _COLOURED.get(outfit.top)
    if garment:
        names.add(f"{outfit.colour.value}_{garment}")
    if outfit.top is Top.SERAFUKU:
        names |= {f"{outfit.second.value}_sailor_collar", f"{outfit.colour.value}_shirt", "shirt"}
    if outfit.top in (Top.JACKET, Top.CARDIGAN, Top.VEST):
        names.add(f"{outfit.second.value}_shirt")
    if outfit.pattern is not ClothPattern.PLAIN and outfit.top in (
        *_WHOLE,
        Top.SHIRT,
        Top.T_SHIRT,
        Top.SWEATER,
    ):
        names.add(outfit.pattern.value)
    if outfit.frills and rank >= 3:
        names.add("frills")
    return names


def _neck(outfit: Outfit) -> set[str]:
    names = set(_NECKWEAR.get(outfit.neckwear, ()))
    if names:
        names.add(f"{outfit.neckwear_colour.value}_{_NECKWEAR[outfit.neckwear][-1]}")
        if outfit.neckwear is Neckwear.BOWTIE:
            names.add(f"{outfit.neckwear_colour.value}_bowtie")
    return names


def _sleeves(outfit: Outfit) -> set[str]:
    if outfit.top in (Top.ARMOR,):
        return set()
    if outfit.sleeves is Sleeves.PUFFY:
        return {"puffy_sleeves", "short_sleeves", "puffy_short_sleeves"}
    return {outfit.sleeves.value}


def _lower(outfit: Outfit) -> set[str]:
    if outfit.top in _WHOLE or outfit.lower is Lower.NONE:
        return set()
    kind = _LOWERS[outfit.lower]
    names = {kind, f"{outfit.lower_colour.value}_{kind}"}
    if outfit.lower in (Lower.PLEATED_SKIRT, Lower.LONG_SKIRT):
        names.add(outfit.lower.value)
    return names


def _legs(outfit: Outfit, rank: int, *, chibi: bool) -> set[str]:
    covered = outfit.top is Top.KIMONO or outfit.lower in (Lower.PANTS, Lower.LONG_SKIRT)
    names: set[str] = set()
    full = rank >= 4
    seen = {
        Legwear.BARE: full,
        Legwear.SOCKS: full,
        Legwear.KNEEHIGHS: full,
        Legwear.THIGHHIGHS: full,
        Legwear.PANTYHOSE: full,
    }[outfit.legwear]
    if seen and not covered and not chibi:
        kind = outfit.legwear.value
        names.add(kind)
        if outfit.legwear is not Legwear.BARE:
            names.add(f"{outfit.legwear_colour.value}_{kind}")
    if full:
        names |= _feet(outfit)
    return names


def _feet(outfit: Outfit) -> set[str]:
    if outfit.footwear is Footwear.BAREFOOT:
        return {"barefoot"}
    kind = {Footwear.SNEAKERS: "shoes"}.get(outfit.footwear, outfit.footwear.value)
    return {outfit.footwear.value, kind, f"{outfit.footwear_colour.value}_footwear"}
