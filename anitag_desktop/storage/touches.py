"""Which images the transactions of library.db touched, for whoever keeps something about them.

The writing connection gets triggers of its own (TEMP: the file does not know them), so that no
writer has to remember to tell, and a rollback forgets.
"""

from threading import Lock
from typing import Any

from sqlalchemy import Connection

NAMES = 0
"""Stands among the ids for "something about the names of tags"."""

_KEY = "touches"
_IMAGES = {"images": "id", "favourites": "image_id", "stars": "image_id", "files": "image_id"}
_NAMES = ("tags", "aliases", "implications")
_FILE_CHANGED = (
    "OLD.image_id IS NOT NEW.image_id OR OLD.path IS NOT NEW.path "
    "OR OLD.status IS NOT NEW.status OR OLD.mtime_ns IS NOT NEW.mtime_ns"
)


class Touches:
    """Collects the ids of the images that committed transactions touched; NAMES stands for names.

    A ``Witness`` of library.db's.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._committed: set[int] = set()
        self._running: set[int] = set()
        self._connection: dict[Any, Any] = {}

    def begin(self, conn: Connection) -> None:
        """Make a new connection tell what it touches."""
        if _KEY not in conn.info:
            for statement in _statements():
                conn.exec_driver_sql(statement)
        self._connection = conn.info

    def before_commit(self, conn: Connection) -> None:
        """Take what the transaction touched."""
        rows = conn.exec_driver_sql("SELECT image_id FROM temp.touched").scalars()
        self._running = set(rows)
        if self._running:
            conn.exec_driver_sql("DELETE FROM temp.touched")

    def committed(self) -> None:
        """Keep it: it counts."""
        self._connection[_KEY] = True  # not before: a rollback takes the triggers with it
        with self._lock:
            self._committed |= self._running
        self._running = set()

    def take(self) -> set[int]:
        """Return what was touched since it was last taken."""
        with self._lock:
            taken, self._committed = self._committed, set()
        return taken

    def put_back(self, taken: set[int]) -> None:
        """Undo a ``take``: what was touched could not be looked at."""
        with self._lock:
            self._committed |= taken

    def count(self) -> int:
        """Return how many images were touched since they were last taken."""
        return len(self._committed)


def _statements() -> list[str]:
    made = ["CREATE TEMP TABLE IF NOT EXISTS touched (image_id INTEGER PRIMARY KEY)"]
    for table, column in _IMAGES.items():
        for verb, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
            when = _FILE_CHANGED if (table, verb) == ("files", "UPDATE") else "1"
            made.append(_trigger(table, verb, when, [f"{row}.{column}" for row in rows]))
    for table in _NAMES:
        made += [
            _trigger(table, verb, "1", [f"{NAMES}"]) for verb in ("INSERT", "UPDATE", "DELETE")
        ]
    return made


def _trigger(table: str, verb: str, when: str, touched: list[str]) -> str:
    name = f"touched_by_{verb.lower()}_of_{table}"
    # Not "OR IGNORE": in a trigger, what the statement outside says of conflicts holds instead.
    inserts = " ".join(
        f"INSERT INTO touched SELECT {image} WHERE {image} IS NOT NULL "
        f"AND NOT EXISTS (SELECT 1 FROM touched WHERE image_id = {image});"
        for image in touched
    )
    return (
        f"CREATE TEMP TRIGGER IF NOT EXISTS {name} AFTER {verb} ON main.{table} "
        f"WHEN {when} BEGIN {inserts} END"
    )
