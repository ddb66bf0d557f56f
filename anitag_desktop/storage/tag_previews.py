"""Previews of commands on tags: what they would change, worked out without doing them.

Present pictures are counted, as in every list of tags, and as they have their tags now; what the
models' thresholds make of another category shows only afterwards.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, exists, func, literal, select

from anitag_desktop.domain.correction import Source
from anitag_desktop.domain.tag_change import Effect, EffectKind
from anitag_desktop.search.conditions import PRESENT, AllOf, NoneOf
from anitag_desktop.search.query import TagName
from anitag_desktop.storage import index_ids, query_compiler
from anitag_desktop.storage.schema import image_tags, rejected_tags
from anitag_desktop.storage.search_tables import idx_images, images
from anitag_desktop.storage.selection import one_of
from anitag_desktop.storage.tag_totals import absent_images

Command = Mapping[str, Any]


def effects(conn: Connection, commands: Iterable[Command]) -> tuple[Effect, ...]:
    """Return what commands would change; ``conn`` is a reading connection of the library."""
    commands = list(commands)
    found = [effect for command in commands for effect in _EFFECTS[command["op"]](conn, command)]
    if not any(command["op"] == "tag.merge" for command in commands):
        implied = (one for one in commands if one["op"] == "implication.add")
        found += [effect for command in implied for effect in _found(conn, command)]
    return tuple(sorted(_without_moves(_as_renamed(found)), key=_weight))


def _as_renamed(found: list[Effect]) -> list[Effect]:
    """Call the tags that get other names by their new names where those names are told."""
    now = {effect.tag: effect.other for effect in found if effect.kind is EffectKind.RENAMED}
    return [
        replace(effect, tag=now.get(effect.tag, effect.tag))
        if effect.kind is EffectKind.ALIAS_ADDED
        else effect
        for effect in found
    ]


def _without_moves(found: list[Effect]) -> list[Effect]:
    """Leave out that a name goes from one tag where it is told that it comes to another."""
    coming = {effect.other for effect in found if effect.kind is EffectKind.ALIAS_ADDED}
    return [
        effect
        for effect in found
        if effect.kind is not EffectKind.ALIAS_REMOVED or effect.other not in coming
    ]


def _weight(effect: Effect) -> int:
    """Return a place in the order: what happens to pictures before what happens to names."""
    return _ABOUT_NAMES.index(effect.kind) + 1 if effect.kind in _ABOUT_NAMES else 0


def _renamed(conn: Connection, command: Command) -> Iterator[Effect]:
    name = command["tag"]["name"]
    if "#" not in command["name"]:  # else it only makes room: it was merged or deleted long ago
        yield Effect(EffectKind.RENAMED, name, command["name"], _count(conn, command["tag"]))


def _merged(conn: Connection, command: Command) -> Iterator[Effect]:
    old, into = command["tag"], command["into"]
    yield Effect(EffectKind.MERGED, old["name"], into["name"])
    yield Effect(EffectKind.LOST, old["name"], pictures=_count(conn, old))
    gained = _count(conn, old, ~_has(conn, image_tags, into), ~_has(conn, rejected_tags, into))
    yield Effect(EffectKind.GAINED, into["name"], pictures=gained)
    lost = _count(conn, into, _has(conn, rejected_tags, old), _IS_OF_MODEL)
    if lost:  # who said that it is not the one said that it is not the other
        yield Effect(EffectKind.LOST, into["name"], pictures=lost)


def _deleted(conn: Connection, command: Command) -> Iterator[Effect]:
    yield Effect(EffectKind.LOST, command["tag"]["name"], pictures=_count(conn, command["tag"]))


def _restored(conn: Connection, command: Command) -> Iterator[Effect]:
    yield Effect(EffectKind.RESTORED, command["tag"]["name"])


def _categorised(conn: Connection, command: Command) -> Iterator[Effect]:
    tag = command["tag"]
    yield Effect(EffectKind.CATEGORY, tag["name"], command["category"], _count(conn, tag))


def _aliased(conn: Connection, command: Command) -> Iterator[Effect]:
    yield Effect(EffectKind.ALIAS_ADDED, command["tag"]["name"], command["alias"])


def _unaliased(conn: Connection, command: Command) -> Iterator[Effect]:
    yield Effect(EffectKind.ALIAS_REMOVED, command["tag"]["name"], command["alias"])


def _implied(conn: Connection, command: Command) -> Iterator[Effect]:
    child, parent = command["child"]["name"], command["parent"]["name"]
    yield Effect(EffectKind.IMPLICATION_ADDED, child, parent)


def _found(conn: Connection, command: Command) -> Iterator[Effect]:
    """Tell how many pictures the parent finds through the child, where nobody rejected it."""
    child, parent = command["child"]["name"], command["parent"]["name"]
    more = AllOf((TagName(child), NoneOf(TagName(parent)), PRESENT))
    found = set(conn.execute(query_compiler.members(conn, more)).scalars())
    is_not_it = (
        select(images.c.id)
        .join(idx_images, idx_images.c.sha256 == images.c.sha256)
        .join(rejected_tags, rejected_tags.c.image_id == idx_images.c.id)
        .where(rejected_tags.c.tag_id == _number(conn, command["parent"]))
    )
    found -= set(conn.execute(is_not_it).scalars())
    yield Effect(EffectKind.FOUND, parent, child, len(found))


def _no_longer_implied(conn: Connection, command: Command) -> Iterator[Effect]:
    child, parent = command["child"]["name"], command["parent"]["name"]
    yield Effect(EffectKind.IMPLICATION_REMOVED, child, parent)


def _heard(conn: Connection, command: Command) -> Iterator[Effect]:
    """Tell of a setting: which tags models may give."""
    tag = command["tag"]
    if command["is_heeded"]:
        yield Effect(EffectKind.HEEDED, tag["name"])
        return
    yield Effect(EffectKind.SILENCED, tag["name"], pictures=_count(conn, tag, _IS_OF_MODEL))


def _count(conn: Connection, tag: Command, *where: ColumnElement[bool]) -> int:
    """Return how many present images have a tag themselves."""
    is_of_tag = image_tags.c.tag_id == _number(conn, tag)
    query = select(func.count()).select_from(image_tags).where(is_of_tag, *where)
    is_absent = one_of(image_tags.c.image_id, absent_images(conn))
    every, absent = (conn.execute(one).scalar_one() for one in (query, query.where(is_absent)))
    return int(every) - int(absent)


def _has(conn: Connection, table: Table, tag: Command) -> ColumnElement[bool]:
    """Return "the image has the tag in this table, too"."""
    other = table.alias()
    return exists(
        select(literal(1))
        .select_from(other)
        .where(other.c.tag_id == _number(conn, tag), other.c.image_id == image_tags.c.image_id)
    )


def _number(conn: Connection, tag: Command) -> int:
    """Return a tag's id in index.db, 0 if it has none."""
    return index_ids.known_tag_ids(conn, [tag["uid"]]).get(tag["uid"], 0)


_ABOUT_NAMES = (
    EffectKind.ALIAS_ADDED,
    EffectKind.ALIAS_REMOVED,
    EffectKind.IMPLICATION_ADDED,
    EffectKind.IMPLICATION_REMOVED,
)
_IS_OF_MODEL = image_tags.c.source == Source.MODEL.value
_EFFECTS: Mapping[str, Callable[[Connection, Command], Iterator[Effect]]] = {
    "tag.rename": _renamed,
    "tag.merge": _merged,
    "tag.delete": _deleted,
    "tag.restore": _restored,
    "tag.category": _categorised,
    "tag.heed": _heard,
    "alias.add": _aliased,
    "alias.remove": _unaliased,
    "implication.add": _implied,
    "implication.remove": _no_longer_implied,
}
