"""The names of the metatags, and what else they may be called.

Every name takes tags away that begin like it (``type:null`` is one), so there are no more of them
than people need.
"""

from types import MappingProxyType

_NAMES = (
    *("rating", "character", "copyright", "artist", "general", "meta"),
    *("score", "ai", "missing", "wrong", "uncertain", "conflict", "source", "model"),
    *("id", "width", "height", "mpixels", "ratio", "filesize", "date", "added", "age", "rated"),
    *("tagcount", "gentags", "arttags", "copytags", "chartags", "metatags"),
    *("filetype", "folder", "path", "name", "status", "md5", "sha256", "pixelhash"),
    *("is", "has", "fav", "pool", "duplicate"),
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
