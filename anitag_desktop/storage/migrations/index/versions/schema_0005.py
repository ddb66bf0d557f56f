"""Regions that detectors found: never change it, add another."""

from pathlib import Path

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make room for the regions that models found or looked at."""
    for statement in Path(__file__).with_suffix(".sql").read_text("utf-8").split("\n\n"):
        op.get_bind().exec_driver_sql(statement)
