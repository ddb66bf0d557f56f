"""What tag lists say, kept in a temporary database of its own until it is let in.

A list may be larger than the memory: SQLite keeps it in a file that nobody else sees and that goes
with the connection. Names are checked on their way in; what cannot be a name is told.
"""

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.tag import normalize_tag_name
from anitag_desktop.domain.tag_list import Listed, ListedAlias, ListedTag
from anitag_desktop.domain.tag_name import check_tag_name

_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE tags (name TEXT PRIMARY KEY, category TEXT, place TEXT) WITHOUT ROWID;
CREATE TABLE aliases (alias TEXT PRIMARY KEY, name TEXT, place TEXT) WITHOUT ROWID;
CREATE TABLE implications (
    child TEXT, parent TEXT, place TEXT, PRIMARY KEY (child, parent)) WITHOUT ROWID;
"""
_LONGEST_CHAIN = 20


class Pair(NamedTuple):
    """Two names that belong together, and where a list says so."""

    first: str
    second: str
    place: str


class ListedNames:
    """The tags, aliases and implications of lists, until ``close``; from one thread at a time.

    Of several lines about one name the first holds.
    """

    def __init__(self) -> None:
        self._conn = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._conn.executescript(_TABLES)
        self._conn.execute("BEGIN")

    def close(self) -> None:
        """Forget everything."""
        self._conn.close()

    def add(self, what: Listed, place: str) -> Iterator[str]:
        """Keep what a line says; ``place`` names it. Yields why something of it cannot be.

        What is wrong with one alias of a tag does not keep the tag out.
        """
        if isinstance(what, ListedTag):
            yield from self._add_tag(what, place)
        elif isinstance(what, ListedAlias):
            yield from self._add_pair(_ALIAS, what, place)
        else:
            yield from self._add_pair(_IMPLICATION, what, place)

    def settle(self) -> Iterator[Pair]:
        """Let aliases of aliases lead to the tag at the end; yield those that lead in circles.

        A name that is listed as an alias is no tag of its own.
        """
        for _ in range(_LONGEST_CHAIN):
            yield from self._rows("DELETE FROM aliases WHERE alias = name RETURNING *")
            self._conn.executescript(_AS_THEY_ARE)  # all at once, or a circle might not close
            if not self._conn.execute(_SHORTEN).rowcount:
                break
        yield from self._rows(
            "DELETE FROM aliases WHERE name IN (SELECT alias FROM aliases) RETURNING *"
        )
        self._conn.execute("DELETE FROM tags WHERE name IN (SELECT alias FROM aliases)")

    def categories(self) -> set[str]:
        """Return all that stands anywhere as a category."""
        return {
            category for (category,) in self._conn.execute("SELECT DISTINCT category FROM tags")
        }

    def tags(self, size: int) -> Iterator[list[Pair]]:
        """Yield the tags with what stands as their category, so many at a time."""
        return self._chunks("SELECT name, category, place FROM tags", size)

    def aliases(self, size: int) -> Iterator[list[Pair]]:
        """Yield the aliases with their tags, so many at a time."""
        return self._chunks("SELECT alias, name, place FROM aliases", size)

    def implications(self, size: int) -> Iterator[list[Pair]]:
        """Yield the implications, child first, so many at a time."""
        return self._chunks("SELECT child, parent, place FROM implications", size)

    def _add_tag(self, tag: ListedTag, place: str) -> Iterator[str]:
        try:
            name = _checked(tag.name)
        except AnitagError as error:
            yield str(error)
            return
        self._conn.execute(_TAG, (name, tag.category, place))
        for alias in tag.aliases:
            yield from self._add_pair(_ALIAS, ListedAlias(alias, name), place)

    def _add_pair(self, statement: str, pair: tuple[str, str], place: str) -> Iterator[str]:
        try:
            first, second = map(_checked, pair)
        except AnitagError as error:
            yield str(error)
            return
        if first != second:  # two spellings of one name, or a tag that implies itself
            self._conn.execute(statement, (first, second, place))

    def _rows(self, statement: str) -> list[Pair]:
        return [Pair(*row) for row in self._conn.execute(statement)]

    def _chunks(self, statement: str, size: int) -> Iterator[list[Pair]]:
        cursor = self._conn.execute(statement)
        while rows := cursor.fetchmany(size):
            yield [Pair(*row) for row in rows]


_TAG = "INSERT OR IGNORE INTO tags VALUES (?, ?, ?)"
_ALIAS = "INSERT OR IGNORE INTO aliases VALUES (?, ?, ?)"
_IMPLICATION = "INSERT OR IGNORE INTO implications VALUES (?, ?, ?)"
_AS_THEY_ARE = """
DROP TABLE IF EXISTS far;
CREATE TABLE far (alias TEXT PRIMARY KEY, name TEXT) WITHOUT ROWID;
INSERT INTO far SELECT alias, name FROM aliases;
"""
_SHORTEN = (
    "UPDATE aliases SET name = (SELECT far.name FROM far WHERE far.alias = aliases.name) "
    "WHERE name IN (SELECT alias FROM aliases)"
)


def _checked(text: str) -> str:
    name = check_tag_name(normalize_tag_name(text))
    if name.startswith("rating:"):
        raise AnitagError("bad_tag_name", name=name, reason="ratings are fixed")
    return name
