"""How many pictures lie directly in each folder, for the tree of folders."""

import os
from collections import Counter

from sqlalchemy import Connection, select

from anitag_desktop.storage.schema import files

_SEPARATOR = os.fsencode(os.sep)


def present_by_folder(conn: Connection) -> Counter[bytes]:
    """Return the number of present files with a picture directly in each folder that has some.

    Reads every path once: about a second for a million.
    """
    query = select(files.c.path).where(files.c.status == "present", files.c.image_id.is_not(None))
    paths = conn.execute(query.execution_options(yield_per=10_000)).scalars()
    return Counter(path.rpartition(_SEPARATOR)[0] or _SEPARATOR for path in paths)
