"""Write the present schema of library.db into its only migration: before that was released.

Run as ``python -m tests.helpers.freeze_schema``. (The steps of index.db are written by hand.)
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from anitag_desktop.storage.connections import LIBRARY, DatabaseKind
from anitag_desktop.storage.creating import create_database
from anitag_desktop.storage.migrating import SCRIPTS

_STATEMENTS = """
SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name != 'alembic_version'
ORDER BY type = 'index', iif(type = 'index', name, ''), rowid
"""


def freeze(kind: DatabaseKind) -> None:
    """Write the statements that make a new database of this kind."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "new.db"
        create_database(path, kind)
        with closing(sqlite3.connect(path)) as connection:
            found = [sql for (sql,) in connection.execute(_STATEMENTS)]
    tidy = ["\n".join(line.rstrip() for line in sql.splitlines() if line.strip()) for sql in found]
    target = SCRIPTS / kind.name / "versions" / f"schema_{kind.version:04d}.sql"
    target.write_text("\n\n".join(tidy) + "\n", "utf-8")


if __name__ == "__main__":
    freeze(LIBRARY)
