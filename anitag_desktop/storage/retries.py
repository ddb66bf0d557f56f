"""Retries: what has to be done again because it would come out otherwise now.

Pictures wait for a model that is shown them in another way than before; files that could not be
read wait again once there are other decoders. What models said stays until they say it anew.
"""

from collections.abc import Collection

from sqlalchemy import Connection, Table, delete, select
from sqlalchemy.dialects.sqlite import insert

from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.storage import index_ids
from anitag_desktop.storage.notes import note
from anitag_desktop.storage.schema import files, idx_meta, meta, problems, runs
from anitag_desktop.storage.selection import one_of

_DECODERS = "decoders"
_UNDECODED = (
    "picture_unknown",
    "picture_unsupported",
    "picture_damaged",
    "picture_too_big",
    "picture_too_large",
    "decoder_missing",
    "crashed_worker",
    "took_too_long",
    "out_of_memory",
)
"""Problems that other decoders may not have."""


def follow_preparation(index: Connection, key: ModelKey, preparation: str) -> bool:
    """Let every picture wait for a model that is shown pictures in another way than before.

    ``preparation`` tells one way from another. Return whether it had changed; of a model that is
    new it is only remembered.
    """
    if not _is_other(index, idx_meta, f"preparation {key.model_id} {key.revision}", preparation):
        return False
    number = index_ids.model_id(index, key)
    index.execute(delete(runs).where(runs.c.model_id == number))
    note(index, models=True)
    return True


def follow_decoders(library: Connection, decoders: str, suffixes: Collection[bytes]) -> int:
    """Let files wait that could not be decoded by other decoders; return how many there are.

    ``decoders`` tells what there is now from what there was. Files of other ``suffixes`` are never
    read. In a library that remembers none it is only remembered.
    """
    if not _is_other(library, meta, _DECODERS, decoders):
        return 0
    query = select(files.c.id, files.c.path).join(problems, problems.c.file_id == files.c.id)
    rows = library.execute(query.where(problems.c.code.in_(_UNDECODED)))
    waiting = [i for i, path in rows if path.rpartition(b".")[2].lower() in suffixes]
    library.execute(delete(problems).where(one_of(problems.c.file_id, waiting)))
    note(library, problems=True, files=True)
    return len(waiting)


def _is_other(conn: Connection, table: Table, name: str, value: str) -> bool:
    """Remember a value; tell whether it was another before, not whether there was none."""
    known = conn.execute(select(table.c.value).where(table.c.name == name)).scalar()
    if known != value:
        row = {"name": name, "value": value}
        change = insert(table).values(**row)
        conn.execute(change.on_conflict_do_update(index_elements=["name"], set_=row))
    return known is not None and known != value
