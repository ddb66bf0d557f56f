"""The first schema of library.db, as it was released: never change it, add another."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table of the first schema."""
    for statement in Path(__file__).with_suffix(".sql").read_text("utf-8").split("\n\n"):
        op.get_bind().exec_driver_sql(statement)
