"""Tags: what they are called, which category they belong to, how a name is spelt."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class TagCategory(StrEnum):
    """Danbooru's categories in the order in which they are shown, and ratings."""

    ARTIST = "artist"
    COPYRIGHT = "copyright"
    CHARACTER = "character"
    GENERAL = "general"
    META = "meta"
    RATING = "rating"


POOL_PREFIX = "pool:"
"""How the names of tags begin that stand for a collection of the user's."""


class Rating(StrEnum):
    """How safe a picture is, from the safest to the least safe (danbooru since 2022)."""

    GENERAL = "general"
    SENSITIVE = "sensitive"
    QUESTIONABLE = "questionable"
    EXPLICIT = "explicit"

    @property
    def tag_name(self) -> str:
        """The name of the tag of category rating that stands for this rating."""
        return f"rating:{self.value}"


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag of the library; ``uid`` stays the same when it is renamed."""

    uid: str
    name: str
    category: TagCategory


def normalize_tag_name(text: str) -> str:
    """Return the one spelling of a tag name: NFC, lower case, underscores for white space."""
    lower = unicodedata.normalize("NFC", text).lower()
    # Lower case may come apart again (a dotted capital I and its marks do).
    return "_".join(unicodedata.normalize("NFC", lower).split())


def new_tag_uid() -> str:
    """Return a fresh identity for a tag."""
    # Only here: uuid loads much that neither the first paint nor --help needs.
    from uuid import uuid4

    return uuid4().hex
