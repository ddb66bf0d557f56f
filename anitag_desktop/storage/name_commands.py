"""Commands about many names at once: what a tag list brings, in pieces of some thousands.

``names.add`` and ``names.remove`` take each other back. Both hold ``tags``, a list of
``[uid, name, category]``; ``aliases`` ``[name, tag]``, ``implications`` ``[child, parent]``,
``merges`` ``[tag, tag it counts as]`` and ``categories`` ``[tag, category]`` name tags by their
places in it. What cannot be done any more (a name is taken) is left out.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, update

from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.storage import aliases, implications, tags
from anitag_desktop.storage.notes import note, note_stale
from anitag_desktop.storage.schema import tags as tag_table
from anitag_desktop.storage.tags import TagRow

Command = dict[str, Any]
Pairs = list[list[Any]]

ADD, REMOVE = "names.add", "names.remove"


class NamesCommand:
    """Collects what one command says; each tag is described once."""

    def __init__(self, op: str) -> None:
        self._op = op
        self._places: dict[str, int] = {}
        self._tags: list[list[str]] = []
        self.aliases: Pairs = []
        self.implications: Pairs = []
        self.merges: Pairs = []
        self.categories: Pairs = []

    def place(self, tag: Tag) -> int:
        """Return the place of a tag, described if it was not yet."""
        if tag.uid not in self._places:
            self._places[tag.uid] = len(self._tags)
            self._tags.append([tag.uid, tag.name, tag.category.value])
        return self._places[tag.uid]

    def commands(self) -> list[Command]:
        """Return the command, or none if it says nothing."""
        said = {
            "aliases": self.aliases,
            "implications": self.implications,
            "merges": self.merges,
            "categories": self.categories,
        }
        if not any(said.values()):
            return []
        return [{"op": self._op, "tags": self._tags, **said}]


def _rows(conn: Connection, described: Sequence[Sequence[str]]) -> list[TagRow]:
    """Return the tags of a command, made where they are missing."""
    known = tags.by_uids(conn, (uid for uid, _, _ in described))
    for uid, name, category in described:
        if uid not in known:
            tag_id = tags.insert_known(conn, Tag(uid, name, TagCategory(category)))
            known[uid] = tags.by_ids(conn, [tag_id])[tag_id]
    return [known[uid] for uid, _, _ in described]


def _add(conn: Connection, command: Mapping[str, Any]) -> list[Command]:
    rows, inverse = _rows(conn, command["tags"]), NamesCommand(REMOVE)
    _merge(conn, rows, command["merges"], inverse)
    _alias(conn, aliases.put_many, {name: rows[at] for name, at in command["aliases"]}, inverse)
    _imply(conn, implications.put_many, rows, command["implications"], inverse)
    _categorise(conn, rows, command["categories"], inverse)
    return inverse.commands()


def _remove(conn: Connection, command: Mapping[str, Any]) -> list[Command]:
    rows, inverse = _rows(conn, command["tags"]), NamesCommand(ADD)
    _split(conn, rows, command["merges"], inverse)
    _alias(conn, aliases.drop_many, {name: rows[at] for name, at in command["aliases"]}, inverse)
    _imply(conn, implications.drop_many, rows, command["implications"], inverse)
    _categorise(conn, rows, command["categories"], inverse)
    return inverse.commands()


def _alias(
    conn: Connection,
    change: Callable[[Connection, Mapping[str, int]], list[str]],
    wanted: Mapping[str, TagRow],
    inverse: NamesCommand,
) -> None:
    """Add or drop aliases, as ``change`` does."""
    for name in change(conn, {name: row.tag_id for name, row in wanted.items()}):
        inverse.aliases.append([name, inverse.place(wanted[name].tag)])


def _imply(
    conn: Connection,
    change: Callable[[Connection, Iterable[tuple[int, int]]], list[tuple[int, int]]],
    rows: list[TagRow],
    wanted: Pairs,
    inverse: NamesCommand,
) -> None:
    """Add or drop implications, as ``change`` does."""
    pairs = {(rows[c].tag_id, rows[p].tag_id): (rows[c], rows[p]) for c, p in wanted}
    for pair in change(conn, pairs):
        inverse.implications.append([inverse.place(row.tag) for row in pairs[pair]])


def _merge(conn: Connection, rows: list[TagRow], merges: Pairs, inverse: NamesCommand) -> None:
    """Let tags count as others, where they and those count as themselves."""
    done = [
        (rows[at], rows[into])
        for at, into in merges
        if at != into and _is_itself(rows[at]) and _is_itself(rows[into])
    ]
    _set(conn, "merged_into", [(row.tag_id, into.tag_id) for row, into in done])
    note_stale(conn, tags=tags.kin(conn, (row.tag_id for row, _ in done)))
    inverse.merges += [[inverse.place(row.tag), inverse.place(into.tag)] for row, into in done]


def _split(conn: Connection, rows: list[TagRow], merges: Pairs, inverse: NamesCommand) -> None:
    """Let tags count as themselves that count as these others."""
    done = [
        (rows[at], rows[into]) for at, into in merges if rows[at].merged_into == rows[into].tag_id
    ]
    note_stale(conn, tags=tags.kin(conn, (row.tag_id for row, _ in done)))
    _set(conn, "merged_into", [(row.tag_id, None) for row, _ in done])
    inverse.merges += [[inverse.place(row.tag), inverse.place(into.tag)] for row, into in done]


def _categorise(conn: Connection, rows: list[TagRow], wanted: Pairs, inverse: NamesCommand) -> None:
    changed = [(rows[at], category) for at, category in wanted]
    changed = [(row, category) for row, category in changed if row.tag.category != category]
    _set(conn, "category", [(row.tag_id, category) for row, category in changed])
    note_stale(conn, tags={row.tag_id for row, _ in changed})  # each category has its threshold
    inverse.categories += [[inverse.place(row.tag), row.tag.category.value] for row, _ in changed]


def _is_itself(row: TagRow) -> bool:
    return row.merged_into is None and not row.is_deleted


def _set(conn: Connection, column: str, values: Sequence[tuple[int, object]]) -> None:
    if values:
        change = update(tag_table).where(tag_table.c.id == bindparam("at"))
        rows = [{"at": tag_id, "value": value} for tag_id, value in values]
        conn.execute(change.values({column: bindparam("value")}), rows)
        note(conn, tags=True)


OPERATIONS: dict[str, Callable[[Connection, Mapping[str, Any]], list[Command]]] = {
    ADD: _add,
    REMOVE: _remove,
}
"""What each of the two does."""
