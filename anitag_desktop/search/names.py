"""The names of the metatags, and what else they may be called.

Every name takes tags away that begin like it (``type:null`` is one), so there are no more of them
than people need.
"""

import difflib
from types import MappingProxyType

_NAMES = (
    *("rating", "character", "copyright", "artist", "general", "meta"),
    *("score", "ai", "missing", "wrong", "uncertain", "conflict", "source", "model"),
    *("id", "width", "height", "mpixels", "ratio", "filesize", "date", "added", "age", "rated"),
    *("tagcount", "gentags", "arttags", "copytags", "chartags", "metatags"),
    *("filetype", "folder", "path", "name", "status", "md5", "sha256", "pixelhash"),
    *("is", "has", "fav", "pool", "duplicate", "similar"),
    *("order", "limit"),
)

_ALSO = {
    "char": "character",
    "copy": "copyright",
    "art": "artist",
    "gen": "general",
    "filename": "name",
    "stars": "rated",
}

METATAG_NAMES = MappingProxyType({name: name for name in _NAMES} | _ALSO)
"""Each spelling (lower case) to the canonical name."""

_ALIKE = 0.75


def metatag_meant(text: str) -> str | None:
    """Return a term whose metatag was probably misspelt with the right one: ``ratign:g``."""
    prefix, colon, value = text.partition(":")
    if not colon or not value or prefix.lower() in METATAG_NAMES:
        return None
    near = difflib.get_close_matches(prefix.lower(), METATAG_NAMES, n=1, cutoff=_ALIKE)
    return f"{near[0]}:{value}" if near else None
