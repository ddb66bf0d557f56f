"""Examples: what shows a character and what does not, by name, and the same as vectors."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from anitag_desktop.learning.gallery import Taught
from anitag_desktop.learning.space import Vectors


class Examples(NamedTuple):
    """The pictures that show a character, and some like it that do not, by uid.

    ``wearer`` is the tag (uid) of the character of which this is an outfit, empty if it is none.
    """

    positive: tuple[str, ...]
    negative: tuple[str, ...]
    wearer: str = ""


def taught_of(
    characters: Mapping[str, Examples], placed: Vectors, place_of: Mapping[str, int]
) -> tuple[tuple[str, ...], tuple[Taught, ...]]:
    """Return those of the characters (by tag) that any vector shows, and their examples.

    ``place_of`` says in which row of ``placed`` what is named stands.
    """

    def rows(uids: Sequence[str]) -> list[int]:
        return [place_of[uid] for uid in uids if uid in place_of]

    shown = {uid: own for uid, own in characters.items() if rows(own.positive)}
    number = {uid: place for place, uid in enumerate(shown)}
    taught = (
        Taught(placed[rows(own.positive)], placed[rows(own.negative)], number.get(own.wearer, -1))
        for own in shown.values()
    )
    return tuple(shown), tuple(taught)
