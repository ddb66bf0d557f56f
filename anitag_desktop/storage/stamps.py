"""A stamp in library.db that every transaction changes: what was derived from it knows its age.

It is random, not a number that counts: an older library that was put in place of this one, and
went its own way, never has a stamp of this one's later days.
"""

from sqlalchemy import Connection, select

from anitag_desktop.storage.schema import meta

_RENEW = (
    "INSERT INTO meta (name, value) VALUES ('stamp', lower(hex(randomblob(16)))) "
    "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)
_READ = select(meta.c.value).where(meta.c.name == "stamp")


def renew(conn: Connection) -> None:
    """Change the stamp, in the transaction that changes the library."""
    conn.exec_driver_sql(_RENEW)


def read(conn: Connection) -> str:
    """Return the stamp; empty before the first change."""
    return str(conn.execute(_READ).scalar_one_or_none() or "")
