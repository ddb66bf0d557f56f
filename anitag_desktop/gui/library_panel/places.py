"""The fixed places of the library: searches that everybody wants, with a name. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass

from anitag_desktop.gui.wording import tr

ALL = ""
UNTAGGED = "is:untagged"
TO_REVIEW = "uncertain:any,0.002 -is:reviewed"
"""What a model is least sure of, as long as the user has said nothing about the picture.

Of hundreds of tags one is always somewhat near its threshold: with a margin of 0.02 the bundled
model is unsure of four pictures in five, with this one of one in five.
"""
FAVOURITES = "is:favourite"
RECENT = "added:<7d"
MISSING = "status:missing"

SLOW = frozenset({TO_REVIEW})
"""Searches that are too slow to be counted with the others."""


@dataclass(frozen=True, slots=True)
class Place:
    """A search with a name; ``tone`` is the token of its dot's colour.

    ``is_listed_empty`` is false for what is wrong: it is listed only while something is.
    """

    key: str
    text: str
    query: str
    tone: str = "faint"
    tooltip: str = ""
    is_listed_empty: bool = True


def places() -> tuple[Place, ...]:
    """Return the places in their order."""
    return (
        Place("all", tr("All pictures"), ALL, "accent"),
        Place("favourites", tr("Favourites"), FAVOURITES),
        Place("review", tr("To review"), TO_REVIEW, "warning", _review()),
        Place("untagged", tr("Untagged"), UNTAGGED),
        Place("recent", tr("Recently added"), RECENT),
        Place("missing", tr("Missing"), MISSING, is_listed_empty=False),
    )


def _review() -> str:
    return tr("Pictures with tags that a model is unsure of, about which you said nothing yet")
