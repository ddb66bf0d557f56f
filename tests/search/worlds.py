"""A small library that examples of searches are about."""

from datetime import datetime

from anitag_desktop.domain.correction import Source
from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.domain.tag import Rating, TagCategory
from anitag_desktop.search.conditions import Hash
from anitag_desktop.search.lore import TagLore
from anitag_desktop.search.matching import SearchedFile, SearchedImage, Seen

NOW = datetime(2024, 6, 15, 12, 0)
PRESENT = ImageStatus.PRESENT

TAGS = {
    1: ("aaa", "rating:general"),
    2: ("aaa", "rating:sensitive"),
    3: ("aaa", "ccc", "rating:questionable"),
    4: ("ccc", "rating:explicit"),
    5: ("bbb", "saber"),
}
FORMATS = {1: "png", 2: "png", 3: "jpeg", 4: "gif", 5: "webp"}
SEEN = {
    1: {"aaa": (Seen(9_500, 3_500, "m"),)},
    2: {"aaa": (Seen(4_000, 3_500, "m"),)},
    3: {},
    4: {},
    5: {"ccc": (Seen(8_000, 3_500, "m"),)},
}


def world() -> tuple[list[SearchedImage], TagLore]:
    """Return five pictures, each added later, narrower and smaller than the one before."""
    images = [
        SearchedImage(
            image_id=number,
            width=1000 - number,
            height=500,
            format=FORMATS[number],
            size=1000 - number,
            added=float(number),
            hashes={
                Hash.MD5: f"{number:032x}",
                Hash.SHA256: f"{number:064x}",
                Hash.PIXELS: f"{number:064x}",
            },
            files=(SearchedFile(f"/pictures/{number}.x".encode(), PRESENT, float(number)),),
            tags=dict.fromkeys(TAGS[number], Source.MODEL),
            seen=SEEN[number],
        )
        for number in TAGS
    ]
    general = ("aaa", "bbb", "ccc", "servant")
    categories = dict.fromkeys(general, TagCategory.GENERAL)
    categories |= {"saber": TagCategory.CHARACTER, "fate": TagCategory.COPYRIGHT}
    categories |= {rating.tag_name: TagCategory.RATING for rating in Rating}
    parents = {"saber": frozenset({"servant"}), "servant": frozenset({"fate"})}
    return images, TagLore(
        categories, {"longaaa": "aaa"}, parents, dict.fromkeys(("aaa", "ccc"), frozenset({"m"}))
    )
