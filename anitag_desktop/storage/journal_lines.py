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
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from anitag_desktop.storage.log import VERDICT
from anitag_desktop.storage.plain_rows import PlainRow, plain_rows

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
    return [json.loads(line[_TEXT]) for line in lines_after(conn, seq, limit)]


def lines_after(conn: Connection, seq: int, limit: int | None = None) -> list[bytes]:
    """Return the lines of the log after ``seq``, oldest first, as those of one transaction."""
    found = plain_rows(conn, _AFTER, (seq, -1 if limit is None else limit))
    end = found[-1][0] if found else 0
    return [_line(_text(row, end).encode()) for row in found]


_AFTER = """
SELECT l.seq, l.op, l.at, l.action_id, l.version, l.command, s.uid, l.score,
       t.uid, t.name, t.category, l.verdict, l.previous, l.source, l.model_id, l.revision
FROM log l LEFT JOIN subjects s ON s.id = l.subject_id LEFT JOIN tags t ON t.id = l.tag_id
WHERE l.seq > ? ORDER BY l.seq LIMIT ?
"""


def _text(row: PlainRow, end: int) -> str:
    """Return the text of a row of the log."""
    seq, op, at, action, version, command, subject, score, *said = row
    begin = f'{{"seq":{seq},"end":{end},{_common(op, at, action, version)}'
    if op != VERDICT:
        return f'{begin},"command":{_TO_TEXT(json.loads(command or "null"))}}}'
    rest = f'"subject":{_TO_TEXT(subject)},{_said(*said)}'
    return f'{begin},{rest},"score":{"null" if score is None else score}}}'


# Mostly many rows say the same of different subjects, at once: what they share is made once.


@lru_cache(maxsize=64)
def _common(op: str, at: float, action: int | None, version: str) -> str:
    return _inside({"op": op, "at": at, "action": action, "version": version})


@lru_cache(maxsize=4096)
def _said(uid: str, name: str, category: str, *said: str | None) -> str:
    tag = {"uid": uid, "name": name, "category": category}
    names = ("verdict", "previous", "source", "model", "revision")
    return _inside({"tag": tag, **dict(zip(names, said, strict=True))})


def _inside(row: Row) -> str:
    """Return the JSON of an object without its braces."""
    return _TO_TEXT(row)[1:-1]
