"""Bringing index.db up to what library.db says, when a crash or a deletion left it behind."""

import hashlib
import json

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.sqlite import insert

from anitag_desktop.storage import images as images_of
from anitag_desktop.storage import log, models, regions, settings, tags
from anitag_desktop.storage import subjects as subjects_of
from anitag_desktop.storage.database import Database
from anitag_desktop.storage.image_tags import rebuild
from anitag_desktop.storage.notes import Stale
from anitag_desktop.storage.schema import applied_log, idx_images, idx_meta, images, subjects
from anitag_desktop.storage.schema import log as log_table
from anitag_desktop.storage.schema import verdicts as verdict_table

_SEQ = "caught_up_seq"
_IMAGE = "caught_up_image"
_DERIVED_WITH = "derived_with"


def catch_up(library: Database, index: Database) -> None:
    """Derive everything that index.db does not show yet."""
    with library.read() as conn:
        stale = _behind(conn)
        reached = _reached(conn)
    rebuild(library, index, stale)
    index.write(lambda conn: _remember(conn, reached))


def mark_caught_up(library: Database, index: Database) -> None:
    """Remember that index.db shows all that library.db says: the next opening has less to do."""
    with library.read() as conn:
        reached = _reached(conn)
    index.write(lambda conn: _remember(conn, reached))


def forget_caught_up(index: Database) -> None:
    """Let the next ``catch_up`` derive everything: the library is another one now."""
    index.write(lambda conn: conn.execute(idx_meta.delete()))


def _behind(conn: Connection) -> list[Stale]:
    """Return what is stale; ``conn`` is a reading connection of the library."""
    if _meta(conn, _DERIVED_WITH) != _fingerprint(conn):
        return [Stale(None, None)]
    since = int(_meta(conn, _SEQ) or 0)
    behind = _images_behind(conn, since) | _with_other_regions(conn, since)
    found = [Stale(frozenset(behind), None)]
    if touched := _tags_touched(conn, since):
        found.append(Stale(None, frozenset(touched)))
    return found


def _images_behind(conn: Connection, since: int) -> set[int]:
    newest = (
        select(subjects.c.image_id, func.max(log_table.c.seq).label("seq"))
        .join(subjects, subjects.c.id == log_table.c.subject_id)
        .where(log_table.c.seq > since, subjects.c.image_id.is_not(None))
        .group_by(subjects.c.image_id)
        .subquery()
    )
    behind = (
        select(newest.c.image_id)
        .join(images, images.c.id == newest.c.image_id)
        .outerjoin(idx_images, idx_images.c.sha256 == images.c.sha256)
        .outerjoin(applied_log, applied_log.c.image_id == idx_images.c.id)
        .where(func.coalesce(applied_log.c.seq, 0) < newest.c.seq)
    )
    # Verdicts may be older than their image: a journal or an import can know it first.
    adopted = (
        select(subjects.c.image_id)
        .join(verdict_table, verdict_table.c.subject_id == subjects.c.id)
        .where(subjects.c.image_id > int(_meta(conn, _IMAGE) or 0))
    )
    return {image_id for query in (behind, adopted) for image_id in conn.execute(query).scalars()}


def _with_other_regions(conn: Connection, since: int) -> set[int]:
    """Return the images of which regions were changed by commands after ``since``."""
    commands = log.commands_after(conn, since, regions.OPERATION)
    shas = {subjects_of.image_sha256(command["subject"]) for command in commands}
    return set(images_of.ids_of(conn, shas).values())


def _tags_touched(conn: Connection, since: int) -> set[int]:
    """Return the tags that commands after ``since`` name."""
    uids = {uid for command in log.commands_after(conn, since) for uid in _uids(command)}
    return {row.tag_id for row in tags.by_uids(conn, uids).values()}


def _uids(value: object) -> set[str]:
    if not isinstance(value, dict):
        return set()
    found = {uid for part in value.values() for uid in _uids(part)}
    return found | ({str(value["uid"])} if "uid" in value else set())


def _reached(conn: Connection) -> dict[str, str]:
    newest = conn.execute(select(func.max(images.c.id))).scalar_one() or 0
    return {
        _SEQ: str(log.last_seq(conn)),
        _IMAGE: str(newest),
        _DERIVED_WITH: _fingerprint(conn),
    }


def _remember(index: Connection, reached: dict[str, str]) -> None:
    rows = [{"name": name, "value": value} for name, value in reached.items()]
    statement = insert(idx_meta)
    index.execute(
        statement.on_conflict_do_update(
            index_elements=["name"], set_={"value": statement.excluded.value}
        ),
        rows,
    )


def _meta(conn: Connection, name: str) -> str | None:
    query = select(idx_meta.c.value).where(idx_meta.c.name == name)
    return conn.execute(query).scalar_one_or_none()


def _fingerprint(conn: Connection) -> str:
    """Return a digest of the active models, of all thresholds, and of whose word counts."""
    active = models.active_thresholds(conn)
    plain: list[object] = [
        [key.model_id, key.revision, models.thresholds_to_json(own)] for key, own in active.items()
    ]
    wanted = settings.load(conn)
    plain += [wanted.merging, wanted.most_tags, wanted.mcut]
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()
