"""In which order vectors came: never change it, add another."""

from pathlib import Path

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Number the vectors in the order in which they came, and make room for their codes."""
    for statement in Path(__file__).with_suffix(".sql").read_text("utf-8").split("\n\n"):
        op.get_bind().exec_driver_sql(statement)
