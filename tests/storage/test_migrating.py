"""Migrations: they make the present schema, run on a copy, and never leave anything half done."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import create_engine

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.paths import LibraryPaths
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.storage import backups, migrating, schema
from anitag_desktop.storage.connections import INDEX, LIBRARY
from anitag_desktop.storage.creating import create_database, revision_name
from anitag_desktop.storage.fault_points import FaultError
from anitag_desktop.storage.openings import version_of
from anitag_desktop.storage.store import Store
from tests.faults.migration import scripts_with_second_schema
from tests.helpers.libraries import MODEL, copy_empty_library, fill, open_store, tags_of


def _schema_of(path):
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
        stamps = [
            connection.execute(f"PRAGMA {name}").fetchone()
            for name in ("application_id", "user_version")
        ]
    return {(kind, name, " ".join((sql or "").split())) for kind, name, sql in rows}, stamps


@pytest.mark.parametrize("kind", [LIBRARY, INDEX], ids=lambda kind: kind.name)
def test_the_migrations_make_what_a_new_database_has(tmp_path, kind):
    create_database(tmp_path / "new.db", kind)
    scripts = migrating.SCRIPTS / kind.name
    engine = create_engine(f"sqlite:///{tmp_path / 'migrated.db'}")
    with engine.begin() as conn:
        migrating.upgrade(conn, scripts)
    engine.dispose()
    new, stamps = _schema_of(tmp_path / "new.db")
    migrated, _ = _schema_of(tmp_path / "migrated.db")
    assert migrated == new
    assert migrating.head(scripts) == kind.version
    assert stamps == [(kind.application_id,), (kind.version,)]


def test_a_new_database_is_stamped_with_the_newest_revision(tmp_path):
    create_database(tmp_path / "new.db", LIBRARY)
    with closing(sqlite3.connect(tmp_path / "new.db")) as connection:
        found = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    assert found == [(revision_name(schema.LIBRARY_VERSION),)]


def _scripts(tmp_path, more="pass"):
    return scripts_with_second_schema(tmp_path / "scripts", more)


@pytest.fixture
def paths(tmp_path):
    """A closed library with a correction in it."""
    with open_store(tmp_path / "library") as store:
        (image,) = fill(store, [{"hat": 0.9}])
        Corrector(store).correct([image], reject=["hat"], add=["cat"])
    return LibraryPaths(tmp_path / "library")


def _digest(path):
    with closing(sqlite3.connect(path)) as connection:
        return migrating.log_digest(connection)


def test_an_older_library_is_migrated_and_the_old_one_is_kept(tmp_path, paths):
    before = _digest(paths.library_db)
    migrating.migrate_library(paths, _scripts(tmp_path))
    with closing(sqlite3.connect(paths.library_db)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)
        assert connection.execute("SELECT count(*) FROM later").fetchone() == (0,)
    assert _digest(paths.library_db) == before
    (kept,) = backups.listed(paths)
    assert kept.reason == "before-migration"
    assert version_of(kept.path) == 1
    assert _digest(kept.path) == before


@pytest.mark.parametrize(
    "more",
    [
        'op.execute("DROP TRIGGER log_forbids_delete"); op.execute("DELETE FROM verdicts");'
        ' op.execute("DELETE FROM log")',
        "op.execute(\"INSERT INTO verdicts VALUES (99, 99, 'user', 'rejected', 99)\")",
        'raise RuntimeError("boom")',
        'op.execute("DROP TABLE verdicts"); op.execute("nonsense")',
    ],
    ids=["loses corrections", "breaks a key", "raises", "fails half way"],
)
def test_a_bad_migration_leaves_the_library_as_it_was(tmp_path, paths, more):
    before = paths.library_db.read_bytes()
    with pytest.raises(Exception, match=r"boom|nonsense|not the same|refers to nothing"):
        migrating.migrate_library(paths, _scripts(tmp_path, more))
    assert paths.library_db.read_bytes() == before
    with open_store(paths.root) as store:
        assert tags_of(store, 1) == {"cat": "user"}
    assert [p.name for p in paths.root.glob("*.migrating*")] in ([], ["library.db.migrating"])


@pytest.mark.parametrize("point", ["migration.before_swap", "migration.after_swap"])
def test_a_migration_cut_off_at_the_swap_is_old_or_new(tmp_path, paths, point, monkeypatch):
    before = _digest(paths.library_db)
    scripts = _scripts(tmp_path)
    monkeypatch.setenv("ANITAG_FAULT", f"{point}:raise")
    with pytest.raises(FaultError):
        migrating.migrate_library(paths, scripts)
    monkeypatch.delenv("ANITAG_FAULT")
    with closing(sqlite3.connect(paths.library_db)) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    assert version == (1 if point == "migration.before_swap" else 2)
    assert _digest(paths.library_db) == before
    if version == 1:
        migrating.migrate_library(paths, scripts)
    assert _digest(paths.library_db) == before


@pytest.mark.parametrize(
    "newer", ["PRAGMA user_version = 99", "UPDATE alembic_version SET version_num = '0099'"]
)
def test_a_library_from_a_newer_version_is_left_alone(paths, newer):
    with closing(sqlite3.connect(paths.library_db)) as connection:
        connection.execute(newer)
        connection.commit()
    before = {p.name: p.read_bytes() for p in paths.root.rglob("*") if p.is_file()}
    for writable in (True, False):
        with pytest.raises(AnitagError) as error:
            Store.open(paths, writable=writable)
        assert error.value.code == "library_newer"
        assert "99" in str(error.value)
    assert {p.name: p.read_bytes() for p in paths.root.rglob("*") if p.is_file()} == before


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda p: p.write_bytes(b""), "library_damaged"),
        (lambda p: p.write_bytes(b"not a database at all" * 400), "library_damaged"),
        (lambda p: _pragma(p, "application_id = 7"), "not_a_library"),
    ],
    ids=["empty", "no database", "another program's"],
)
def test_what_is_no_library_is_named_and_kept(tmp_path, damage, code):
    paths = copy_empty_library(tmp_path / "library")
    damage(paths.library_db)
    before = paths.library_db.read_bytes()
    with pytest.raises(AnitagError) as error:
        Store.open(paths)
    assert error.value.code == code
    assert paths.library_db.read_bytes() == before


def _pragma(path, text):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA {text}")


@pytest.mark.parametrize(
    "newer", ["PRAGMA user_version = 99", "UPDATE alembic_version SET version_num = 'abc'"]
)
def test_an_index_of_an_unknown_schema_is_made_anew(paths, newer):
    with closing(sqlite3.connect(paths.index_db)) as connection:
        connection.execute(newer)
        connection.commit()
    with open_store(paths.root) as store:
        assert tags_of(store, 1) == {"cat": "user"}
        assert MODEL.model_id == "test/model"
