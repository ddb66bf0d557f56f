"""Commands that administer tags, and the plans that put them together.

A plan checks what is asked and returns commands; ``actions.perform`` does them as one action.
Merging and deleting only mark a tag's row: no verdict, prediction or log row is rewritten, and
taking it back is as cheap.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, select, update

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.storage import aliases, implications, models, settings, tags
from anitag_desktop.storage.notes import note, note_stale
from anitag_desktop.storage.schema import tags as tag_table
from anitag_desktop.storage.tags import TagRow

Command = dict[str, Any]
Parameters = Mapping[str, Any]


def plan_alias(conn: Connection, alias: str, target: TagRow) -> list[Command]:
    """Let the name ``alias`` (normalised) stand for a tag; a tag of that name is merged into it."""
    owner = tags.owner_of_name(conn, alias)
    if owner is None:
        return [_alias_command("alias.add", alias, target)]
    if owner.tag.name == alias:
        return plan_merge(conn, owner, target)
    if owner.tag_id == target.tag_id:
        return []
    taken = [_alias_command("alias.remove", alias, owner)]
    return [*taken, _alias_command("alias.add", alias, target)]


def plan_imply(conn: Connection, child: TagRow, parent: TagRow) -> list[Command]:
    """Let whatever has ``child`` be found by ``parent`` too.

    Raises:
        AnitagError: ``implication_cycle``.
    """
    if child.tag_id in implications.ancestors(conn, parent.tag_id) | {parent.tag_id}:
        raise AnitagError("implication_cycle", child=child.tag.name, parent=parent.tag.name)
    if parent.tag_id in implications.parents(conn, child.tag_id):
        return []
    return [_implication_command("implication.add", child, parent)]


def plan_rename(conn: Connection, row: TagRow, name: str) -> list[Command]:
    """Give a tag another (normalised) name; the old one stays as an alias.

    Raises:
        AnitagError: ``tag_exists`` if the name belongs to another tag.
    """
    if name == row.tag.name:
        return []
    commands = _free_name(conn, row, name)
    commands.append({"op": "tag.rename", "tag": _plain(row.tag), "name": name})
    commands.append(_alias_command("alias.add", row.tag.name, row))
    return commands


def plan_merge(conn: Connection, old: TagRow, into: TagRow) -> list[Command]:
    """Let ``old`` count as ``into`` wherever it was said or predicted."""
    if old.tag_id == into.tag_id or old.merged_into == into.tag_id:
        return []
    commands = _move_names(conn, old, into) + _move_implications(conn, old, into)
    if old.is_deleted:
        commands.append({"op": "tag.restore", "tag": _plain(old.tag)})
    commands.append({"op": "tag.merge", "tag": _plain(old.tag), "into": _plain(into.tag)})
    if aliases.owner(conn, old.tag.name) is None:
        commands.append(_alias_command("alias.add", old.tag.name, into))
    return commands


def plan_delete(conn: Connection, row: TagRow) -> list[Command]:
    """Let a tag be on no picture and in no list; models cannot bring it back."""
    names = aliases.of_tags(conn, [row.tag_id]).get(row.tag_id, [])
    commands = [_alias_command("alias.remove", name, row) for name in names]
    commands += [
        _implication_command("implication.remove", child, parent)
        for child, parent in _implications_of(conn, row)
    ]
    return [*commands, {"op": "tag.delete", "tag": _plain(row.tag)}]


def plan_restore(row: TagRow) -> list[Command]:
    """Let a deleted tag be used again."""
    return [{"op": "tag.restore", "tag": _plain(row.tag)}] if row.is_deleted else []


def plan_category(row: TagRow, category: TagCategory) -> list[Command]:
    """Move a tag to another category."""
    if row.tag.category is category:
        return []
    return [{"op": "tag.category", "tag": _plain(row.tag), "category": category.value}]


def plan_heed(conn: Connection, row: TagRow, is_heeded: bool) -> list[Command]:
    """Let models give a tag, or let it be on pictures only where it was said."""
    if (row.tag.uid not in settings.get(conn, settings.SILENCED, [])) is is_heeded:
        return []
    return [{"op": "tag.heed", "tag": _plain(row.tag), "is_heeded": is_heeded}]


def _free_name(conn: Connection, row: TagRow, name: str) -> list[Command]:
    """Take ``name`` from an own alias, or from a tag that is gone."""
    owner = tags.owner_of_name(conn, name)
    if owner is None:
        return []
    if owner.tag.name != name and owner.tag_id == row.tag_id:
        return [_alias_command("alias.remove", name, row)]
    if owner.tag.name == name and (owner.is_deleted or owner.merged_into == row.tag_id):
        gone = f"{name}#{owner.tag.uid[:8]}"  # "#" keeps it apart from what people type
        freed: list[Command] = [{"op": "tag.rename", "tag": _plain(owner.tag), "name": gone}]
        if aliases.owner(conn, name) == row.tag_id:
            freed.append(_alias_command("alias.remove", name, row))
        return freed
    raise AnitagError("tag_exists", name=name)


def _move_names(conn: Connection, old: TagRow, into: TagRow) -> list[Command]:
    names = aliases.of_tags(conn, [old.tag_id]).get(old.tag_id, [])
    return [
        command
        for name in names
        for command in (
            _alias_command("alias.remove", name, old),
            _alias_command("alias.add", name, into),
        )
    ]


def _move_implications(conn: Connection, old: TagRow, into: TagRow) -> list[Command]:
    commands: list[Command] = []
    above = implications.ancestors(conn, into.tag_id)
    below = implications.descendants(conn, into.tag_id)
    for child, parent in _implications_of(conn, old):
        commands.append(_implication_command("implication.remove", child, parent))
        new_child = into if child.tag_id == old.tag_id else child
        new_parent = into if parent.tag_id == old.tag_id else parent
        makes_cycle = new_child.tag_id in above or new_parent.tag_id in below
        if new_child.tag_id != new_parent.tag_id and not makes_cycle:
            commands.append(_implication_command("implication.add", new_child, new_parent))
    return commands


def _implications_of(conn: Connection, row: TagRow) -> list[tuple[TagRow, TagRow]]:
    pairs = [(child, row.tag_id) for child in implications.children(conn, row.tag_id)]
    pairs += [(row.tag_id, parent) for parent in implications.parents(conn, row.tag_id)]
    rows = tags.by_ids(conn, {tag_id for pair in pairs for tag_id in pair})
    return [(rows[child], rows[parent]) for child, parent in pairs]


def _plain(tag: Tag) -> dict[str, str]:
    return {"uid": tag.uid, "name": tag.name, "category": tag.category.value}


def _alias_command(op: str, name: str, row: TagRow) -> Command:
    return {"op": op, "alias": name, "tag": _plain(row.tag)}


def _implication_command(op: str, child: TagRow, parent: TagRow) -> Command:
    return {"op": op, "child": _plain(child.tag), "parent": _plain(parent.tag)}


def _row(conn: Connection, plain: Mapping[str, str]) -> TagRow:
    tag = Tag(plain["uid"], plain["name"], TagCategory(plain["category"]))
    tag_id = tags.insert_known(conn, tag)
    return tags.by_ids(conn, [tag_id])[tag_id]


def _rename(conn: Connection, command: Parameters) -> list[Command]:
    row = _row(conn, command["tag"])
    if row.tag.name == command["name"]:
        return []
    _set(conn, row, name=command["name"])
    if models.has_own_threshold(conn, {row.tag.name, command["name"]}):
        note_stale(conn, tags={row.tag_id})
    return [{"op": "tag.rename", "tag": _plain(row.tag), "name": row.tag.name}]


def _categorise(conn: Connection, command: Parameters) -> list[Command]:
    row = _row(conn, command["tag"])
    if row.tag.category == command["category"]:
        return []
    _set(conn, row, category=command["category"])
    note_stale(conn, tags={row.tag_id})  # each category has its threshold
    return [{"op": "tag.category", "tag": _plain(row.tag), "category": row.tag.category.value}]


def _heed(conn: Connection, command: Parameters) -> list[Command]:
    row, is_heeded = _row(conn, command["tag"]), command["is_heeded"]
    silenced = set(settings.get(conn, settings.SILENCED, []))
    now = silenced - {row.tag.uid} if is_heeded else silenced | {row.tag.uid}
    if now == silenced:
        return []
    settings.keep(conn, settings.SILENCED, sorted(now))
    note_stale(conn, tags=tags.kin(conn, [row.tag_id]))
    return [{"op": "tag.heed", "tag": _plain(row.tag), "is_heeded": not is_heeded}]


def _merge(conn: Connection, command: Parameters) -> list[Command]:
    row, into = _row(conn, command["tag"]), _row(conn, command["into"])
    if row.merged_into == into.tag_id or row.tag_id in _chain(conn, into):
        return []
    note_stale(conn, tags=tags.kin(conn, [row.tag_id, into.tag_id]))
    _set(conn, row, merged_into=into.tag_id)
    return [{"op": "tag.split", "tag": _plain(row.tag), "into": _plain_of(conn, row.merged_into)}]


def _split(conn: Connection, command: Parameters) -> list[Command]:
    """Undo a merge; ``into`` may name what the tag was merged into before that."""
    row = _row(conn, command["tag"])
    if row.merged_into is None:
        return []
    before = command.get("into")
    note_stale(conn, tags=tags.kin(conn, [row.tag_id]))
    _set(conn, row, merged_into=_row(conn, before).tag_id if before else None)
    now = _plain_of(conn, row.merged_into)
    return [{"op": "tag.merge", "tag": _plain(row.tag), "into": now}]


def _delete(conn: Connection, command: Parameters) -> list[Command]:
    row = _row(conn, command["tag"])
    if row.is_deleted:
        return []
    _set(conn, row, deleted_at=time.time())
    note_stale(conn, tags=tags.kin(conn, [row.tag_id]))
    return [{"op": "tag.restore", "tag": _plain(row.tag)}]


def _restore(conn: Connection, command: Parameters) -> list[Command]:
    row = _row(conn, command["tag"])
    if not row.is_deleted:
        return []
    _set(conn, row, deleted_at=None)
    note_stale(conn, tags=tags.kin(conn, [row.tag_id]))
    return [{"op": "tag.delete", "tag": _plain(row.tag)}]


def _add_alias(conn: Connection, command: Parameters) -> list[Command]:
    row, name = _row(conn, command["tag"]), command["alias"]
    if aliases.owner(conn, name) is not None:
        return []
    aliases.put(conn, name, row.tag_id)
    return [{"op": "alias.remove", "alias": name, "tag": _plain(row.tag)}]


def _remove_alias(conn: Connection, command: Parameters) -> list[Command]:
    owner = aliases.owner(conn, command["alias"])
    if owner is None:
        return []
    aliases.drop(conn, command["alias"])
    return [{"op": "alias.add", "alias": command["alias"], "tag": _plain_of(conn, owner)}]


def _add_implication(conn: Connection, command: Parameters) -> list[Command]:
    child, parent = _row(conn, command["child"]), _row(conn, command["parent"])
    if not implications.put(conn, child.tag_id, parent.tag_id):
        return []
    return [_implication_command("implication.remove", child, parent)]


def _remove_implication(conn: Connection, command: Parameters) -> list[Command]:
    child, parent = _row(conn, command["child"]), _row(conn, command["parent"])
    if not implications.drop(conn, child.tag_id, parent.tag_id):
        return []
    return [_implication_command("implication.add", child, parent)]


def _set(conn: Connection, row: TagRow, **values: object) -> None:
    conn.execute(update(tag_table).where(tag_table.c.id == row.tag_id).values(**values))
    note(conn, tags=True)


def _plain_of(conn: Connection, tag_id: int | None) -> dict[str, str] | None:
    return None if tag_id is None else _plain(tags.by_ids(conn, [tag_id])[tag_id].tag)


def _chain(conn: Connection, row: TagRow) -> set[int]:
    """Return a tag with all that it leads to by being merged."""
    found = {row.tag_id}
    target = row.merged_into
    while target is not None and target not in found:
        found.add(target)
        query = select(tag_table.c.merged_into).where(tag_table.c.id == target)
        target = conn.execute(query).scalar_one()
    return found


OPERATIONS: dict[str, Callable[[Connection, Parameters], list[Command]]] = {
    "tag.rename": _rename,
    "tag.category": _categorise,
    "tag.merge": _merge,
    "tag.split": _split,
    "tag.delete": _delete,
    "tag.restore": _restore,
    "tag.heed": _heed,
    "alias.add": _add_alias,
    "alias.remove": _remove_alias,
    "implication.add": _add_implication,
    "implication.remove": _remove_implication,
}
"""What each command on tags does."""
