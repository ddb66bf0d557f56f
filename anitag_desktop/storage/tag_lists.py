"""Letting tag lists in: new names, aliases and implications, as one action that can be taken back.

What the library knows already stands: a name that the user made an alias of something else, a tag
that the user gave to a picture, a category other than general, and whatever would make a circle
of implications. The names themselves stay known when the action is taken back, as tags that no
picture has.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from sqlalchemy import Connection, select

from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.domain.tag_list import Categories, categories_of
from anitag_desktop.storage import commands, implications, tags
from anitag_desktop.storage.actions import OpenAction
from anitag_desktop.storage.listed_names import ListedNames, Pair
from anitag_desktop.storage.name_commands import ADD, NamesCommand
from anitag_desktop.storage.schema import verdicts
from anitag_desktop.storage.selection import one_of
from anitag_desktop.storage.tags import TagRow

_CHUNK = 5000


@dataclass(slots=True)
class Conflict:
    """Where a list says something else than the library, and why the library's word stands."""

    place: str
    reason: str


@dataclass(slots=True)
class Admitted:
    """How many names, categories, aliases and implications are new, and what stayed as it was."""

    tags: int = 0
    categories: int = 0
    aliases: int = 0
    implications: int = 0
    conflicts: list[Conflict] = field(default_factory=list)


def let_in(action: OpenAction, listed: ListedNames) -> Admitted:
    """Make what lists say part of the library; ``listed`` is settled."""
    return _Door(action, categories_of(listed.categories())).let_in(listed)


class _Door:
    """Lets one thing in after the other, in pieces."""

    def __init__(self, action: OpenAction, categories: Categories) -> None:
        self._action = action
        self._conn = action.doing.conn
        self._categories = categories
        self._admitted = Admitted()

    def let_in(self, listed: ListedNames) -> Admitted:
        for pairs in listed.tags(_CHUNK):
            self._do(self._let_tags(pairs))
        for pairs in listed.aliases(_CHUNK):
            self._do(self._let_aliases(pairs))
        circles = _Circles(implications.every(self._conn))
        for pairs in listed.implications(_CHUNK):
            self._do(self._let_implications(pairs, circles))
        return self._admitted

    def _do(self, command: NamesCommand) -> None:
        inverse = commands.apply(self._action.doing, command.commands())
        self._action.inverse = inverse + self._action.inverse
        self._admitted.categories += len(command.categories)
        self._admitted.aliases += len(command.aliases)
        self._admitted.implications += len(command.implications)

    def _let_tags(self, pairs: Sequence[Pair]) -> NamesCommand:
        wanted = {
            pair.first: self._categories.get(pair.second, TagCategory.GENERAL) for pair in pairs
        }
        meant = {name: category for name, category in wanted.items() if category is not None}
        known = tags.named(self._conn, meant)
        self._make({name: category for name, category in meant.items() if name not in known})
        command = NamesCommand(ADD)
        for name, row in known.items():
            if row.tag.name == name and row.tag.category is TagCategory.GENERAL is not meant[name]:
                command.categories.append([command.place(row.tag), meant[name].value])
        return command

    def _let_aliases(self, pairs: Sequence[Pair]) -> NamesCommand:
        targets = self._meant({pair.second for pair in pairs})
        owners = tags.named(self._conn, (pair.first for pair in pairs))
        own = _Owners(self._conn, owners.values())
        command = NamesCommand(ADD)
        for pair in pairs:
            target = targets[pair.second]
            owner = owners.get(pair.first)
            if target is None or (owner is not None and own.counts_as(owner) == target):
                continue
            reason = own.reason_to_stay(pair.first, owner)
            if reason is not None:
                self._keep(
                    pair, f"{pair.first} stays what it is instead of {target.name}: {reason}"
                )
                continue
            command.aliases.append([pair.first, command.place(target)])
            if owner is not None:
                command.merges.append([command.place(owner.tag), command.place(target)])
        return command

    def _let_implications(self, pairs: Sequence[Pair], circles: "_Circles") -> NamesCommand:
        meant = self._meant(set(chain.from_iterable(pair[:2] for pair in pairs)))
        rows = tags.by_uids(self._conn, {tag.uid for tag in meant.values() if tag is not None})
        command = NamesCommand(ADD)
        for pair in pairs:
            child, parent = meant[pair.first], meant[pair.second]
            if child is None or parent is None or child == parent:
                continue
            ends = rows[child.uid].tag_id, rows[parent.uid].tag_id
            if circles.has(ends):
                continue
            if not circles.add(ends):
                self._keep(pair, f"{pair.second} implies {pair.first} already")
                continue
            command.implications.append([command.place(child), command.place(parent)])
        return command

    def _meant(self, names: set[str]) -> dict[str, Tag | None]:
        """Return what names stand for, made where nobody knows them; None for deleted tags."""
        known = tags.named(self._conn, names)
        missing = names - known.keys()
        self._make(dict.fromkeys(missing, TagCategory.GENERAL))
        known |= tags.named(self._conn, missing)
        ends = tags.canonical(self._conn, (row.tag_id for row in known.values()))
        found = {name: ends[row.tag_id] for name, row in known.items()}
        return {name: row and row.tag for name, row in found.items()}

    def _make(self, missing: dict[str, TagCategory]) -> None:
        tags.make(self._conn, missing)
        self._admitted.tags += len(missing)

    def _keep(self, pair: Pair, reason: str) -> None:
        self._admitted.conflicts.append(Conflict(pair.place, reason))


class _Owners:
    """The tags that hold the names of some aliases-to-be."""

    def __init__(self, conn: Connection, rows: Iterable[TagRow]) -> None:
        rows = list(rows)
        ids = {row.tag_id for row in rows}
        self._ends = tags.canonical(conn, ids)
        v = verdicts.c
        self._spoken = set(
            conn.execute(select(v.tag_id).where(one_of(v.tag_id, ids)).distinct()).scalars()
        )
        self._related = set(chain.from_iterable(implications.among(conn, ids)))

    def counts_as(self, row: TagRow) -> Tag | None:
        end = self._ends[row.tag_id]
        return end and end.tag

    def reason_to_stay(self, name: str, row: TagRow | None) -> str | None:
        """Return why a name cannot become an alias, None if it can."""
        if row is None:
            return None
        end = self.counts_as(row)
        if row.tag.name != name or row.merged_into is not None:
            return f"it is another name of {end.name}" if end else "it was deleted"
        if row.is_deleted:
            return "it was deleted"
        if row.tag.category is TagCategory.RATING:
            return "it is a rating"
        if row.tag_id in self._spoken or row.tag_id in self._related:
            return "it is a tag in use"
        return None


class _Circles:
    """All implications so far; refuses what would close a circle."""

    def __init__(self, pairs: Iterable[tuple[int, int]]) -> None:
        self._parents: dict[int, set[int]] = defaultdict(set)
        for child, parent in pairs:
            self._parents[child].add(parent)

    def has(self, pair: tuple[int, int]) -> bool:
        return pair[1] in self._parents.get(pair[0], ())

    def add(self, pair: tuple[int, int]) -> bool:
        """Add an implication and tell whether it could be."""
        child, parent = pair
        if child == parent or any(above == child for above in self._above(parent)):
            return False
        self._parents[child].add(parent)
        return True

    def _above(self, tag_id: int) -> Iterator[int]:
        found = {tag_id}
        waiting = [tag_id]
        while waiting:
            more = self._parents.get(waiting.pop(), set()) - found
            yield from more
            found |= more
            waiting.extend(more)
