"""Tag lists: what the tags of a community are called, in which categories, and what implies what.

Danbooru and e621 number their categories differently; which of them a list follows shows only in
its numbers, so they are read when the whole list was seen.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from anitag_desktop.domain.tag import TagCategory


class ListedTag(NamedTuple):
    """A tag as a list has it; ``category`` is the number or word that stood there, or nothing."""

    name: str
    category: str = ""
    aliases: tuple[str, ...] = ()


class ListedAlias(NamedTuple):
    """Another name of a tag."""

    alias: str
    name: str


class ListedImplication(NamedTuple):
    """A tag that another one is implied by."""

    child: str
    parent: str


Listed = ListedTag | ListedAlias | ListedImplication

Categories = Mapping[str, TagCategory | None]
"""What stands in a list to the category that is meant; None: such a tag is left out."""

WORDS: Categories = {
    "": TagCategory.GENERAL,
    **{category.value: category for category in TagCategory},
    "rating": None,
    "species": TagCategory.GENERAL,
    "lore": TagCategory.META,
    "contributor": TagCategory.ARTIST,
    "invalid": None,
    "deprecated": None,
}
DANBOORU: Categories = {
    **WORDS,
    "0": TagCategory.GENERAL,
    "1": TagCategory.ARTIST,
    "3": TagCategory.COPYRIGHT,
    "4": TagCategory.CHARACTER,
    "5": TagCategory.META,
    "9": None,  # ratings, in the label lists of models
}
E621: Categories = {
    **DANBOORU,
    "2": TagCategory.ARTIST,  # contributors
    "5": TagCategory.GENERAL,  # species
    "6": None,  # names that should not be used
    "7": TagCategory.META,
    "8": TagCategory.META,  # what is known of a picture from elsewhere
}


def categories_of(seen: Iterable[str]) -> Categories:
    """Return what the categories of a list mean, by all that stand in it."""
    return E621 if {"6", "7", "8"} & set(seen) else DANBOORU
