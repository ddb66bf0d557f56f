"""Danbooru's ratings, whose letters changed their meaning.

Until the dumps of 2021 ``s`` was *safe*; since January 2022 it is *sensitive*, and the tamer part
of what was safe is ``g``, general (forum topic 21277). The same letter in an old and in a new dump
chooses other pictures, so whoever reads metadata has to say of which era it is.
"""

from collections.abc import Iterable
from enum import StrEnum

from anitag_desktop.domain.tag import Rating


class RatingScheme(StrEnum):
    """Whose letters are read."""

    PRE_2022 = "pre2022"
    SINCE_2022 = "2022"


_LETTERS = {
    RatingScheme.PRE_2022: {"safe": "s", "questionable": "q", "explicit": "e"},
    RatingScheme.SINCE_2022: {
        "general": "g",
        "sensitive": "s",
        "questionable": "q",
        "explicit": "e",
    },
}


def rating_words(scheme: RatingScheme) -> dict[str, str]:
    """Return how a scheme's ratings may be written, as a letter or a name, with their letters."""
    letters = _LETTERS[scheme]
    return letters | {letter: letter for letter in letters.values()}


def rating_letters(names: Iterable[str], scheme: RatingScheme) -> frozenset[str]:
    """Return the letters of ratings that are given by their names or first letters.

    Raises:
        ValueError: a name that the scheme does not have.
    """
    letters = _LETTERS[scheme]
    found = set()
    for name in names:
        letter = letters.get(name, name)
        if letter not in letters.values():
            known = ", ".join(letters)
            raise ValueError(f"{name!r} is no rating of the scheme {scheme.value} ({known})")
        found.add(letter)
    return frozenset(found)


def today_rating(letter: str, scheme: RatingScheme) -> Rating | None:
    """Return what a letter means today; None where that is not known.

    What was *safe* before 2022 may be general or sensitive today.
    """
    names = {letter: name for name, letter in _LETTERS[scheme].items()}
    name = names.get(letter)
    return None if name in (None, "safe") else Rating(name)
