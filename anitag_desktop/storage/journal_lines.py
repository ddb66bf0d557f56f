"""One line of the journal: a row of the log in plain JSON that means the same in any library.

    {"crc":"1f0e5a2b","row":{...}}

``crc`` is the CRC-32 of the text of ``row``. A row has ``seq``, ``end`` (the last seq of its
transaction), ``op``, ``at``, ``action``, ``version``; a verdict also ``subject``, ``tag`` (uid,
name and category), ``verdict``, ``previous``, ``source``, ``model``, ``revision``, ``score``; any
other op its ``command``: what was done to tags, marks and settings, and that an action was done,
undone or redone. The first line of a file has the op ``journal`` and names the library.
"""

import json
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection

from anitag_desktop.storage.log import VERDICT

Row = dict[str, Any]

HEADER = "journal"

_TO_TEXT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

_TEXT = slice(len('{"crc":"00000000","row":'), -len("}\n"))


def encode(row: Mapping[str, Any]) -> bytes:
    """Return the line of a row, with its end of line."""
    return _line(_TO_TEXT(row).encode())


def decode(line: bytes) -> Row | None:
    """Return the row of a line, or None if the line is torn or was changed."""
    text = line[_TEXT]
    if line != _line(text):
        return None
    row = json.loads(text)
    return row if isinstance(row, dict) else None


def _line(text: bytes) -> bytes:
    return b'{"crc":"%08x","row":%s}\n' % (zlib.crc32(text), text)


def header(library_uid: str) -> bytes:
    """Return the first line of a file."""
    return encode({"seq": 0, "end": 0, "op": HEADER, "library": library_uid})


def read_file(path: Path) -> Iterator[tuple[int, Row | None]]:
    """Give each line's number (from 1) with its row; None for a line that is not sound."""
    with path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            yield number, decode(line)


def rows_after(conn: Connection, seq: int, limit: int | None = None) -> list[Row]:
    """Return the rows of the log after ``seq`` as the journal writes them, oldest first."""
    cursor = conn.connection.cursor()  # plain tuples: three times as fast as rows with names
    try:
        found = [
            _Logged(*row) for row in cursor.execute(_AFTER, (seq, -1 if limit is None else limit))
        ]
    finally:
        cursor.close()
    end = found[-1].seq if found else 0
    return [_row(row, end) for row in found]


class _Logged(NamedTuple):
    seq: int
    op: str
    at: float
    action_id: int | None
    version: str
    command: str | None
    subject: str | None
    tag_uid: str | None
    tag_name: str | None
    tag_category: str | None
    verdict: str | None
    previous: str | None
    source: str | None
    model_id: str | None
    revision: str | None
    score: int | None


_AFTER = """
SELECT l.seq, l.op, l.at, l.action_id, l.version, l.command, s.uid, t.uid, t.name, t.category,
       l.verdict, l.previous, l.source, l.model_id, l.revision, l.score
FROM log l LEFT JOIN subjects s ON s.id = l.subject_id LEFT JOIN tags t ON t.id = l.tag_id
WHERE l.seq > ? ORDER BY l.seq LIMIT ?
"""


def _row(row: _Logged, end: int) -> Row:
    common = {"seq": row.seq, "end": end, "op": row.op, "at": row.at}
    common |= {"action": row.action_id, "version": row.version}
    if row.op != VERDICT:
        return common | {"command": json.loads(row.command or "null")}
    return common | {
        "subject": row.subject,
        "tag": {"uid": row.tag_uid, "name": row.tag_name, "category": row.tag_category},
        "verdict": row.verdict,
        "previous": row.previous,
        "source": row.source,
        "model": row.model_id,
        "revision": row.revision,
        "score": row.score,
    }
