"""The triggers of library.db: rules that hold whatever statement writes.

The log only grows. And no image ever loses its last row in ``files``: when something else takes
its place at a path (or its row goes), and it lies nowhere else, a row stays behind that says where
it was last seen; ``replaced`` keeps that row apart from the one of what lies there now. It goes
when the image turns up again.
"""

_KEPT = "folder_id, image_id, path, size, mtime_ns, ctime_ns, inode, device"

_LOG_IS_APPEND_ONLY = [
    f"CREATE TRIGGER log_forbids_{verb.lower()} BEFORE {verb} ON log "
    "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
    for verb in ("UPDATE", "DELETE")
]

_HAD_IMAGE = "OLD.replaced = 0 AND OLD.image_id IS NOT NULL"
_OTHER_IMAGE = "OLD.image_id IS NOT NEW.image_id"
_NOTE_PREVIOUS = "UPDATE files SET previous_id = OLD.image_id WHERE id = NEW.id;"
_TURNED_UP = "DELETE FROM files WHERE image_id = NEW.image_id AND replaced != 0;"


def _stay_behind(since: str) -> str:
    """Return the statement that keeps the last trace of an image that has no row any more."""
    old = ", ".join(f"OLD.{column}" for column in _KEPT.split(", "))
    return (
        f"INSERT INTO files ({_KEPT}, status, missing_since, seen_at, replaced) "
        f"SELECT {old}, 'missing', coalesce(OLD.missing_since, {since}), OLD.seen_at, OLD.image_id "
        "WHERE NOT EXISTS (SELECT 1 FROM files WHERE image_id = OLD.image_id);"
    )


def _trigger(name: str, event: str, when: str, *statements: str) -> str:
    return (
        f"CREATE TRIGGER {name} AFTER {event} ON files WHEN {when} BEGIN {' '.join(statements)} END"
    )


LIBRARY = (
    *_LOG_IS_APPEND_ONLY,
    _trigger(
        "files_keep_replaced",
        "UPDATE OF image_id",
        f"{_HAD_IMAGE} AND {_OTHER_IMAGE}",
        _NOTE_PREVIOUS,
        _stay_behind("NEW.seen_at"),
    ),
    _trigger("files_keep_deleted", "DELETE", _HAD_IMAGE, _stay_behind("OLD.seen_at")),
    _trigger(
        "files_find_replaced",
        "UPDATE OF image_id",
        f"NEW.replaced = 0 AND NEW.image_id IS NOT NULL AND {_OTHER_IMAGE}",
        _TURNED_UP,
    ),
    _trigger(
        "files_find_inserted",
        "INSERT",
        "NEW.replaced = 0 AND NEW.image_id IS NOT NULL",
        _TURNED_UP,
    ),
)
"""The statements that make them."""
