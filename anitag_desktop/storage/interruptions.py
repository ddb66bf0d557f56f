"""Giving up a long read: SQLite asks now and then whether anybody still waits for the answer."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

_STEPS = 20_000
"""Instructions of SQLite's machine between two questions: less than a millisecond."""

IsGivenUp = Callable[[], bool]
"""Tells whether nobody waits any more; called often, from the thread that reads."""

_waiting: ContextVar[IsGivenUp | None] = ContextVar("waiting", default=None)


class GivenUpError(Exception):
    """A read was given up because nobody waited for it any more."""


class OvertakenError(Exception):
    """A read was ended because the answer can be had elsewhere."""


@contextmanager
def interruptible(is_given_up: IsGivenUp | None) -> Iterator[None]:
    """Let every read in this block end when it is given up.

    Raises:
        GivenUpError: a read was given up.
    """
    token = _waiting.set(is_given_up)
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        if _is_interrupt(error):
            raise GivenUpError from error
        raise
    finally:
        _waiting.reset(token)


def give_up_if_asked() -> None:
    """End an answer that needs no read, if nobody waits for it any more.

    Raises:
        GivenUpError: nobody does.
    """
    is_given_up = _waiting.get()
    if is_given_up is not None and is_given_up():
        raise GivenUpError


@contextmanager
def giving_up_too(is_overtaken: IsGivenUp) -> Iterator[None]:
    """Let every read in this block end also when somebody else has the answer.

    Raises:
        OvertakenError: a read was ended by that.
        GivenUpError: nobody waits for it any more.
    """
    waits_no_more = _waiting.get() or (lambda: False)
    try:
        with interruptible(lambda: waits_no_more() or is_overtaken()):
            yield
    except GivenUpError:
        if waits_no_more():
            raise
        raise OvertakenError from None


@contextmanager
def watched(connection: Connection) -> Iterator[None]:
    """Let SQLite ask, as long as this connection is lent, if the caller wants that."""
    is_given_up = _waiting.get()
    if is_given_up is None:
        yield
        return
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    driver.set_progress_handler(is_given_up, _STEPS)
    try:
        yield
    finally:
        driver.set_progress_handler(None, 0)


def _is_interrupt(error: Exception) -> bool:
    original = error.orig if isinstance(error, DBAPIError) else error
    return getattr(original, "sqlite_errorcode", 0) == sqlite3.SQLITE_INTERRUPT
