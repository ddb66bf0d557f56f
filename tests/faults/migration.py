"""A second schema for tests of migrating: the released one with one table more."""

import shutil
from pathlib import Path

from anitag_desktop.storage.migrating import SCRIPTS

_SECOND = '''"""A later schema, for the test."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Change something, and lose or keep the corrections as the test wants."""
    op.execute("CREATE TABLE later (id INTEGER PRIMARY KEY)")
    {more}
'''


def scripts_with_second_schema(folder: Path, more: str = "pass") -> Path:
    """Put the library's migrations with a second one into ``folder`` and return it."""
    shutil.copytree(SCRIPTS / "library", folder, dirs_exist_ok=True)
    (folder / "versions" / "schema_0002.py").write_text(_SECOND.format(more=more))
    return folder
