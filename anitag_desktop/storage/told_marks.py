"""Told marks: what the log's commands said of one picture, found without reading all of them.

A command may mark many thousands of pictures at once. The first question on a writing connection
goes through all that did, into a table of its own (TEMP: a rollback takes back what was read in
its transaction); later questions read only what came since.
"""

import json

from sqlalchemy import Connection

from anitag_desktop.storage import log
from anitag_desktop.storage.plain_rows import plain_rows


def newest_value(conn: Connection, operation: str, sha256: str) -> float | None:
    """Return what the newest command of an operation set on a picture; None: nothing."""
    _read_on(conn)
    rows = plain_rows(conn, _NEWEST, (operation, sha256))
    return rows[0][0] if rows else None


def standing_action(conn: Connection, operation: str, sha256: str) -> int | None:
    """Return the last action that marked a picture so, of those that were not undone."""
    _read_on(conn)
    [(action_id,)] = plain_rows(conn, _STANDING, (operation, sha256))
    return None if action_id is None else int(action_id)


def _read_on(conn: Connection) -> None:
    """Read the commands that came since the last time."""
    for statement in _TABLES:
        conn.exec_driver_sql(statement)
    [(since,)] = plain_rows(conn, "SELECT coalesce(max(seq), 0) FROM temp.told_until")
    last = log.last_seq(conn)
    if last == since:
        return
    for seq, action_id, operation, text in plain_rows(conn, _COMMANDS, (since,)):
        command = json.loads(text)
        said = (operation, seq, action_id, command["value"], json.dumps(command["images"]))
        conn.exec_driver_sql(_TELL, said)
    conn.exec_driver_sql("DELETE FROM temp.told_until")
    conn.exec_driver_sql("INSERT INTO temp.told_until VALUES (?)", (last,))


_TABLES = (
    "CREATE TEMP TABLE IF NOT EXISTS told_until (seq INTEGER)",
    "CREATE TEMP TABLE IF NOT EXISTS told_marks (subject_id INTEGER, op TEXT, seq INTEGER, "
    "action_id INTEGER, value REAL, PRIMARY KEY (subject_id, op, seq)) WITHOUT ROWID",
)
_COMMANDS = (
    "SELECT seq, action_id, op, command FROM main.log "
    "WHERE seq > ? AND op != 'verdict' AND op GLOB 'image.*' ORDER BY seq"
)
_TELL = (
    "INSERT INTO temp.told_marks (op, seq, action_id, value, subject_id) "
    "SELECT ?, ?, ?, ?, s.id FROM json_each(?) j JOIN main.subjects s ON s.uid = j.value "
    "WHERE 1 ON CONFLICT DO NOTHING"
)
_TOLD = "FROM main.subjects s JOIN temp.told_marks t ON t.subject_id = s.id AND t.op = ?"
_NEWEST = f"SELECT t.value {_TOLD} WHERE s.uid = ? ORDER BY t.seq DESC LIMIT 1"
_STANDING = (
    f"SELECT max(a.id) {_TOLD} JOIN main.actions a ON a.id = t.action_id "
    "WHERE s.uid = ? AND a.undone_at IS NULL"
)
