"""What people type to name a tag: which names there can be, and prefixes that set a category."""

import unicodedata
from typing import NamedTuple

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.tag import POOL_PREFIX, Rating, TagCategory, normalize_tag_name

LONGEST_NAME = 255
"""Characters."""

PREFIXES: dict[str, TagCategory] = {
    "artist": TagCategory.ARTIST,
    "art": TagCategory.ARTIST,
    "copyright": TagCategory.COPYRIGHT,
    "copy": TagCategory.COPYRIGHT,
    "character": TagCategory.CHARACTER,
    "char": TagCategory.CHARACTER,
    "general": TagCategory.GENERAL,
    "gen": TagCategory.GENERAL,
    "meta": TagCategory.META,
}
"""What may stand before a name and a colon; it is not part of the name."""

_RATING = "rating"


class SpokenName(NamedTuple):
    """A name as a person gave it; ``category`` is None where no prefix set one."""

    name: str
    category: TagCategory | None


def read_tag_name(text: str) -> SpokenName:
    """Return the normalised name and the category that its prefix sets.

    ``char:hatsune_miku`` is the character ``hatsune_miku``, ``rating:g`` the tag
    ``rating:general``, ``pool:best`` the meta tag ``pool:best``; an unknown prefix is part of the
    name (``re:zero``).

    Raises:
        AnitagError: ``bad_tag_name`` with the reason.
    """
    name = normalize_tag_name(text)
    prefix, colon, rest = name.partition(":")
    if colon and prefix == _RATING:
        return SpokenName(_rating(rest, text).tag_name, TagCategory.RATING)
    if colon and prefix + colon == POOL_PREFIX:
        check_tag_name(rest)
        return SpokenName(check_tag_name(name), TagCategory.META)
    category = PREFIXES.get(prefix) if colon and rest else None
    if category is None:
        return SpokenName(check_tag_name(name), None)
    rest = rest.lstrip("_")
    if rest.partition(":")[0] in {*PREFIXES, _RATING} and ":" in rest:
        raise AnitagError("bad_tag_name", name=text, reason="it has two prefixes")
    return SpokenName(check_tag_name(rest), category)


def check_tag_name(name: str) -> str:
    """Return a normalised name if it can be one.

    Raises:
        AnitagError: ``bad_tag_name`` with the reason.
    """
    reason = _reason_against(name)
    if reason is not None:
        raise AnitagError("bad_tag_name", name=name[:LONGEST_NAME], reason=reason)
    return name


def _rating(value: str, text: str) -> Rating:
    """Return the rating that a value names, or begins."""
    found = [rating for rating in Rating if value and rating.value.startswith(value)]
    if len(found) != 1:
        known = ", ".join(rating.value for rating in Rating)
        raise AnitagError("bad_tag_name", name=text, reason=f"the ratings are {known}")
    return found[0]


def _reason_against(name: str) -> str | None:
    """Return why a normalised name cannot be a tag's; what searching gives a meaning cannot."""
    if not name.strip("_"):
        return "it is empty"
    if len(name) > LONGEST_NAME:
        return f"it has more than {LONGEST_NAME} characters"
    if name[0] in '-~_"' or name[-1] == "_":
        return 'a name cannot begin with -, ~, _ or ", nor end with _'
    if "__" in name:
        return "it has two underscores in a row"
    if "*" in name or "," in name:
        return "a name cannot hold * or a comma"
    if not name.isprintable() and any(
        unicodedata.category(character) in ("Cc", "Cs") for character in name
    ):
        return "it holds characters that cannot be shown"
    return None
