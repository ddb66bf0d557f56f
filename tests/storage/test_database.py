"""The database: one writer, all or nothing, readers on snapshots, clear errors."""

import json
import shutil
import sqlite3
import threading
import time
from contextlib import closing
from queue import SimpleQueue

import pytest
from sqlalchemy import select, text

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.storage.connections import LIBRARY
from anitag_desktop.storage.database import Database
from anitag_desktop.storage.fault_points import FaultError
from anitag_desktop.storage.notes import note
from anitag_desktop.storage.schema import log, settings
from tests.helpers.libraries import empty_library, open_store


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "library") as store:
        yield store


def _put(name, value="1"):
    return lambda conn: conn.execute(settings.insert(), {"name": name, "value": value})


def _names(store):
    with store.library.read() as conn:
        return set(conn.execute(select(settings.c.name)).scalars())


def test_a_step_that_fails_leaves_nothing(store):
    def step(conn):
        _put("a")(conn)
        conn.execute(text("CREATE TABLE half (x)"))
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        store.library.write(step)
    assert _names(store) == set()
    with store.library.read() as conn:
        tables = conn.execute(text("SELECT name FROM sqlite_master WHERE name = 'half'")).all()
    assert tables == []


def test_every_write_runs_on_the_same_thread(store):
    seen = set()

    def many():
        for _ in range(20):
            store.library.write(lambda conn: seen.add(threading.get_ident()))

    threads = [threading.Thread(target=many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 1
    assert threading.get_ident() not in seen


def test_a_write_inside_a_write_is_a_mistake_and_changes_nothing(store):
    def step(conn):
        _put("outer")(conn)
        store.library.write(_put("inner"))

    with pytest.raises(RuntimeError, match="inside another"):
        store.library.write(step)
    assert _names(store) == set()
    store.library.write(_put("later"))
    assert _names(store) == {"later"}


def test_a_reader_stays_on_its_snapshot_while_others_write(store):
    with store.library.read() as conn:
        before = conn.execute(select(settings.c.name)).all()
        store.library.write(_put("a"))
        assert conn.execute(select(settings.c.name)).all() == before == []
    assert _names(store) == {"a"}


def test_readers_cannot_write(store):
    with pytest.raises(AnitagError) as error, store.library.read() as conn:
        conn.execute(settings.insert(), {"name": "a", "value": "1"})
    assert error.value.code == "cannot_write"


def test_one_read_spans_both_databases(store):
    with store.library.read() as conn:
        query = "SELECT count(*) FROM images JOIN idx.images AS i ON i.sha256 = images.sha256"
        assert conn.execute(text(query)).scalar_one() == 0


@pytest.mark.parametrize("statement", ["UPDATE log SET at = 0", "DELETE FROM log"])
def test_the_log_is_append_only(store, statement):
    row = {"op": "setting.put", "command": "{}", "at": 1.0, "version": "0"}
    store.library.write(lambda conn: conn.execute(log.insert(), row))
    with pytest.raises(Exception, match="append-only"):
        store.library.write(lambda conn: conn.execute(text(statement)))


def test_the_library_is_durable_and_the_index_is_quick(store):
    def pragma(name):
        return lambda conn: conn.execute(text(f"PRAGMA {name}")).scalar_one()

    assert store.library.write(pragma("journal_mode")) == "wal"
    assert store.library.write(pragma("synchronous")) == 2
    assert store.index.write(pragma("synchronous")) == 1
    assert store.library.write(pragma("foreign_keys")) == 1
    assert store.library.write(pragma("trusted_schema")) == 0


def test_nothing_is_published_when_a_commit_fails(store, monkeypatch):
    heard = []
    store.changes.subscribe(heard.append)
    monkeypatch.setenv("ANITAG_FAULT", "library.before_commit:raise")
    with pytest.raises(FaultError):
        store.library.write(lambda conn: note(conn, tags=True))
    monkeypatch.delenv("ANITAG_FAULT")
    store.library.write(lambda conn: None)
    assert heard == []
    store.library.write(lambda conn: note(conn, tags=True))
    assert [change.tags for change in heard] == [True]


@pytest.mark.parametrize(("how", "code"), [("enospc", "disk_full"), ("eio", "cannot_write")])
def test_a_failing_disk_is_said_in_words_and_then_work_goes_on(store, monkeypatch, how, code):
    monkeypatch.setenv("ANITAG_FAULT", f"library.before_commit:{how}")
    with pytest.raises(AnitagError) as error:
        store.library.write(_put("a"))
    assert error.value.code == code
    assert str(store.paths.library_db) in str(error.value)
    monkeypatch.delenv("ANITAG_FAULT")
    store.library.write(_put("b"))
    assert _names(store) == {"b"}


def test_a_full_database_is_a_full_disk(store):
    def limit(conn):
        pages = conn.execute(text("PRAGMA page_count")).scalar_one()
        conn.execute(text(f"PRAGMA max_page_count = {pages + 1}"))

    store.library.write(limit)
    with pytest.raises(AnitagError) as error:
        store.library.write(_put("big", json.dumps("x" * 1_000_000)))
    assert error.value.code == "disk_full"
    store.library.write(lambda conn: conn.execute(text("PRAGMA max_page_count = 1000000")))
    store.library.write(_put("big", json.dumps("x" * 1_000_000)))
    assert _names(store) == {"big"}


def test_files_are_private(store):
    for path in (store.paths.library_db, store.paths.index_db):
        assert path.stat().st_mode & 0o077 == 0


def test_a_closed_database_refuses_writes(tmp_path):
    with open_store(tmp_path / "library") as store:
        pass
    with pytest.raises(RuntimeError, match="not open"):
        store.library.write(lambda conn: None)
    assert not store.paths.library_db.with_name("library.db-wal").exists()
    with sqlite3.connect(store.paths.library_db) as connection:
        assert connection.execute("PRAGMA quick_check").fetchone() == ("ok",)
    connection.close()


class _SlowQueue(SimpleQueue):
    """Whoever queues a job is overtaken, at the last moment, by what ``overtake`` does."""

    overtake = None

    def put(self, job):
        if job is not None and self.overtake:
            thread = threading.Thread(target=self.overtake)
            type(self).overtake = None
            thread.start()
            thread.join(0.3)
        super().put(job)


def test_a_write_that_meets_the_closing_is_done_or_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("anitag_desktop.storage.database.SimpleQueue", _SlowQueue)
    shutil.copy(empty_library() / "library.db", tmp_path)
    database = Database(tmp_path / "library.db", LIBRARY)
    monkeypatch.setattr(_SlowQueue, "overtake", database.close)
    done = []
    writing = threading.Thread(
        target=lambda: done.append(database.write(lambda conn: 7)), daemon=True
    )
    writing.start()
    writing.join(5)
    assert done == [7]
    database.close()


def test_nothing_is_read_after_the_end(tmp_path):
    with open_store(tmp_path / "library") as store:
        waiting = [threading.Thread(target=store.library.write, args=(_put(n),)) for n in "abc"]
        for thread in waiting:
            thread.start()
        for thread in waiting:
            thread.join()
    for database in (store.library, store.index):
        with pytest.raises(RuntimeError, match="was closed"), database.read():
            pass
    assert not (tmp_path / "library" / "library.db-wal").exists()


def _names_in_file(store):
    """Return what the file alone says, without its write-ahead log."""
    uri = f"{store.paths.library_db.as_uri()}?immutable=1"
    with closing(sqlite3.connect(uri, uri=True)) as conn:
        return {name for (name,) in conn.execute("SELECT name FROM settings")}


def test_much_that_was_written_is_moved_into_the_file_at_a_pause(store):
    many = [{"name": f"n{n}", "value": "1"} for n in range(1_000)]
    store.library.write(lambda conn: conn.execute(settings.insert(), many))
    deadline = time.monotonic() + 20
    while not _names_in_file(store) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(_names_in_file(store)) == 1_000
    store.library.write(_put("later"))
    assert "later" in _names(store)


def test_what_cannot_be_moved_into_the_file_yet_is_not_lost(store, monkeypatch):
    moved = []

    def fail(connection):
        moved.append(connection)
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("anitag_desktop.storage.database._checkpoint", fail)
    many = [{"name": f"n{n}", "value": "1"} for n in range(1_000)]
    store.library.write(lambda conn: conn.execute(settings.insert(), many))
    deadline = time.monotonic() + 20
    while not moved and time.monotonic() < deadline:
        time.sleep(0.05)
    assert moved
    store.library.write(_put("later"))
    assert len(_names(store)) == 1_001
