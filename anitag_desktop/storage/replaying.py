"""Reading the journal back into a library that lacks its newest lines, or all of them.

What the user said, what was done to tags, settings and the like, and what can be undone come back.
"""

import json
from collections.abc import Iterable

from sqlalchemy import Connection, select

from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.storage import actions, commands, log, subjects, tags, verdicts
from anitag_desktop.storage.commands import Command
from anitag_desktop.storage.journal_lines import Row
from anitag_desktop.storage.log import Doing
from anitag_desktop.storage.schema import log as log_table
from anitag_desktop.storage.schema import subjects as subject_table
from anitag_desktop.storage.selection import one_of
from anitag_desktop.storage.verdicts import LogRange

_BATCH = 5000


def replay(conn: Connection, rows: Iterable[Row]) -> int:
    """Log and let stand every row that is newer than the log; return how many there were.

    Rows keep their sequence numbers. Pictures that are not known yet get their verdicts when
    their files are found.
    """
    replayer = _Replayer(conn)
    for row in rows:
        if row["seq"] > replayer.last:
            replayer.add(row)
    replayer.flush()
    return replayer.count


class _Replayer:
    """Collects verdicts into batches; a command closes the batch, so that the order holds."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._batch: list[Row] = []
        self._tag_ids: dict[str, int] = {}
        self.last = log.last_seq(conn)
        self.count = 0

    def add(self, row: Row) -> None:
        self.last = row["seq"]
        self.count += 1
        if row["op"] == log.VERDICT:
            self._batch.append(row)
            if len(self._batch) >= _BATCH:
                self.flush()
            return
        if row["op"] in actions.CHANGES:  # it looks at no verdict: the batch may stay open
            doing = Doing(self._conn, row["action"], row["at"])
            actions.CHANGES[row["op"]](doing, row["command"])
        else:
            self.flush()
            self._do(row["op"], row["command"])
        self._log(row)

    def flush(self) -> None:
        if not self._batch:
            return
        ids = self._subject_ids()
        self._conn.execute(log_table.insert(), [self._verdict(row, ids) for row in self._batch])
        verdicts.fold(self._conn, LogRange(self._batch[0]["seq"], self._batch[-1]["seq"]))
        self._batch = []

    def _do(self, op: str, command: Command) -> None:
        operation = commands.OPERATIONS.get(op)
        if operation is not None:  # a later version may know more; its line stays in the log
            operation(self._conn, command)

    def _log(self, row: Row) -> None:
        text = json.dumps(row["command"], ensure_ascii=False, sort_keys=True)
        self._conn.execute(log_table.insert(), _common(row) | {"command": text})

    def _verdict(self, row: Row, subject_ids: dict[str, int]) -> dict[str, object]:
        return _common(row) | {
            "subject_id": subject_ids[row["subject"]],
            "tag_id": self._tag_id(row["tag"]),
            "verdict": row["verdict"],
            "previous": row["previous"],
            "source": row["source"],
            "model_id": row["model"],
            "revision": row["revision"],
            "score": row["score"],
        }

    def _tag_id(self, plain: dict[str, str]) -> int:
        uid = plain["uid"]
        if uid not in self._tag_ids:
            tag = Tag(uid, plain["name"], TagCategory(plain["category"]))
            self._tag_ids[uid] = tags.insert_known(self._conn, tag)
        return self._tag_ids[uid]

    def _subject_ids(self) -> dict[str, int]:
        uids = {row["subject"] for row in self._batch}
        subjects.add(self._conn, uids)
        s = subject_table.c
        query = select(s.uid, s.id).where(one_of(s.uid, uids))
        return dict(self._conn.execute(query).all())


def _common(row: Row) -> dict[str, object]:
    return {
        "seq": row["seq"],
        "action_id": row["action"],
        "op": row["op"],
        "at": row["at"],
        "version": row["version"],
    }
