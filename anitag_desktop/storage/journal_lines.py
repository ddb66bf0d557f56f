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
from typing import Any

from sqlalchemy import Connection, select

from anitag_desktop.storage.log import VERDICT
from anitag_desktop.storage.schema import log, subjects, tags

Row = dict[str, Any]

HEADER = "journal"

_TEXT = slice(len('{"crc":"00000000","row":'), -len("}\n"))


def encode(row: Mapping[str, Any]) -> bytes:
    """Return the line of a row, with its end of line."""
    return _line(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode())


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
    c = log.c
    found = conn.execute(
        select(
            *c,
            subjects.c.uid.label("subject"),
            tags.c.uid.label("tag_uid"),
            tags.c.name.label("tag_name"),
            tags.c.category.label("tag_category"),
        )
        .outerjoin(subjects, subjects.c.id == c.subject_id)
        .outerjoin(tags, tags.c.id == c.tag_id)
        .where(c.seq > seq)
        .order_by(c.seq)
        .limit(limit)
    ).all()
    end = found[-1].seq if found else 0
    return [_row(row, end) for row in found]


def _row(row: Any, end: int) -> Row:
    common = {"seq": row.seq, "end": end, "op": row.op, "at": row.at}
    common |= {"action": row.action_id, "version": row.version}
    if row.op != VERDICT:
        return common | {"command": json.loads(row.command)}
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
