"""Pictures and regions of which the user said that they show nobody to be named."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from anitag_desktop.storage import subjects
from anitag_desktop.storage.log import VERDICT
from anitag_desktop.storage.schema import ignored_subjects as table
from anitag_desktop.storage.schema import log
from anitag_desktop.storage.schema import subjects as subject_table
from anitag_desktop.storage.selection import one_of

OPERATION = "subject.ignore"
"""The command that lets subjects be asked about no more, or again."""


def command(uids: Iterable[str], *, is_ignored: bool = True) -> dict[str, Any]:
    """Return the command that lets subjects be asked about no more, or again."""
    return {"op": OPERATION, "subjects": sorted(uids), "is_ignored": is_ignored}


def put(conn: Connection, wanted: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Do such a command; return what takes it back, nothing if all was so already."""
    is_ignored = wanted["is_ignored"]
    uids = set(wanted["subjects"])
    changed = uids - _among(conn, uids) if is_ignored else _among(conn, uids)
    if not changed:
        return []
    subjects.add(conn, changed)
    ids = select(subject_table.c.id).where(one_of(subject_table.c.uid, changed))
    if is_ignored:
        conn.execute(insert(table).from_select(["subject_id"], ids))
    else:
        conn.execute(table.delete().where(table.c.subject_id.in_(ids)))
    return [command(changed, is_ignored=not is_ignored)]


def of_picture(conn: Connection, sha256: str) -> list[str]:
    """Return the uids of a picture and of regions in it, as far as they are ignored."""
    uid = subject_table.c.uid  # "$" follows "#": regions lie between
    own = select(uid).join(table).where(uid >= sha256, uid < f"{sha256}$")
    return list(conn.execute(own.order_by(uid)).scalars())


def differences_from_log(conn: Connection) -> int:
    """Return how many subjects the table and the log disagree about; 0 if all is well.

    ``conn`` is any connection of the library.
    """
    told: set[str] = set()
    query = select(log.c.command).where(log.c.op != VERDICT, log.c.op == OPERATION)
    for text in conn.execute(query.order_by(log.c.seq)).scalars():
        said = json.loads(text)
        uids = set(said["subjects"])
        told = told | uids if said["is_ignored"] else told - uids
    stands = set(conn.execute(select(subject_table.c.uid).join(table)).scalars())
    return len(told ^ stands)


def _among(conn: Connection, uids: Iterable[str]) -> set[str]:
    query = select(subject_table.c.uid).join(table).where(one_of(subject_table.c.uid, uids))
    return set(conn.execute(query).scalars())
