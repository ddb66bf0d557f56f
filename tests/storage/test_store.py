"""The store: both databases and the journal come together again, whatever was lost in between."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import select

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.prediction import ModelKey, Thresholds
from anitag_desktop.paths import LibraryPaths
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.storage import actions, images, tags
from anitag_desktop.storage.schema import applied_log, idx_images, predictions, runs
from anitag_desktop.storage.store import Store
from anitag_desktop.storage.tag_commands import plan_merge
from tests.helpers.libraries import (
    MODEL,
    add_image,
    facts_of,
    fill,
    open_store,
    predict,
    rejected_of,
    rows_of,
    tags_of,
    use_model,
)


@pytest.fixture
def root(tmp_path):
    return tmp_path / "library"


def _remove(path):
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def test_a_deleted_index_is_made_again_with_the_users_tags_at_once(root):
    with open_store(root) as store:
        ids = fill(store, [{"hat": 0.9}, {"hat": 0.8}])
        Corrector(store).correct(ids[:1], reject=["hat"], add=["cat"])
    _remove(LibraryPaths(root).index_db)
    with open_store(root) as store:
        assert tags_of(store, ids[0]) == {"cat": "user"}
        assert rejected_of(store, ids[0]) == {"hat"}
        assert tags_of(store, ids[1]) == {}
        with store.library.read() as conn:
            waiting = [image_id for image_id, _, _ in images.without_run(conn, [MODEL], 9)]
        assert waiting == ids[::-1]
        predict(store, 0, {"hat": 0.95})
        assert tags_of(store, ids[0]) == {"cat": "user"}


@pytest.mark.parametrize("damage", [b"", b"garbage" * 1000])
def test_a_damaged_index_is_made_again(root, damage):
    with open_store(root) as store:
        (image,) = fill(store, [{"hat": 0.9}])
        Corrector(store).correct([image], add=["cat"])
    LibraryPaths(root).index_db.write_bytes(damage)
    with open_store(root) as store:
        assert tags_of(store, image) == {"cat": "user"}


def test_an_index_damaged_inside_is_made_again(root):
    with open_store(root) as store:
        (image,) = fill(store, [{f"tag_{n}": 0.9 for n in range(50)}])
        Corrector(store).correct([image], add=["cat"])
    path = LibraryPaths(root).index_db
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(bytes(data))
    with open_store(root) as store:
        assert tags_of(store, image) == {"cat": "user"}


def test_what_a_crash_left_underived_is_caught_up(root, monkeypatch):
    with open_store(root) as store:
        ids = fill(store, [{"hat": 0.9}, {"hat": 0.9}])
        Corrector(store).correct(ids[1:], add=["dog"])
        before = rows_of(store, ids[1])
        monkeypatch.setattr(store, "_after_commit", lambda notes: None)
        store.library.after_commit = lambda notes: None
        Corrector(store).correct(ids[:1], reject=["hat"])
        assert tags_of(store, ids[0]) == {"hat": "model"}
        store._writable = False  # closed like a process that died: nothing is marked
    with open_store(root) as store:
        assert tags_of(store, ids[0]) == {}
        assert rejected_of(store, ids[0]) == {"hat"}
        assert rows_of(store, ids[1]) == before


def test_a_merge_that_a_crash_left_underived_is_caught_up(root):
    with open_store(root) as store:
        (image,) = fill(store, [{"hat": 0.9, "cap": 0.1}])
        store.library.after_commit = lambda notes: None

        def merge(conn):
            hat, cap = tags.by_name(conn, "hat"), tags.by_name(conn, "cap")
            return actions.perform(conn, "merge", plan_merge(conn, hat, cap))

        store.library.write(merge)
        store._writable = False
    with open_store(root) as store:
        assert tags_of(store, image) == {"cap": "model"}


def test_derivation_that_failed_is_done_with_the_next(root, monkeypatch):
    with open_store(root) as store:
        ids = fill(store, [{"hat": 0.9}, {"hat": 0.9}])
        corrector = Corrector(store)
        monkeypatch.setenv("ANITAG_FAULT", "index.before_commit:enospc")
        with pytest.raises(AnitagError) as error:
            corrector.correct(ids[:1], reject=["hat"])
        assert error.value.code == "disk_full"
        assert tags_of(store, ids[0]) == {"hat": "model"}
        monkeypatch.delenv("ANITAG_FAULT")
        corrector.correct(ids[1:], reject=["hat"])
        assert [tags_of(store, image) for image in ids] == [{}, {}]


def test_other_models_and_thresholds_change_every_picture(root):
    with open_store(root) as store:
        (image,) = fill(store, [{"hat": 0.6, "cat": 0.3}])
        other = ModelKey("test/other", "2")
        predict(store, 0, {"hat": 0.1, "dog": 0.9}, other)
        assert tags_of(store, image) == {"hat": "model"}
        heard = []
        store.changes.subscribe(heard.append)
        use_model(store, other)
        assert tags_of(store, image) == {"dog": "model"}
        assert any(change.all_images for change in heard)
        use_model(store, MODEL, Thresholds(default=0.2))
        assert tags_of(store, image) == {"hat": "model", "cat": "model"}


def test_a_threshold_of_one_is_reached_by_nothing(root):
    with open_store(root) as store:
        (image,) = fill(store, [{"hat": 1.0, "cat": 0.99999, "dog": 0.9999}])
        use_model(store, MODEL, Thresholds(by_tag={"hat": 1.0, "cat": 1.0, "dog": 0.9999}))
        assert tags_of(store, image) == {"dog": "model"}


def test_predictions_keep_low_scores_and_runs_that_found_nothing(root):
    with open_store(root) as store:
        fill(store, [{"hat": 0.05, "cat": 0.049}, {}])
        with store.index.read() as conn:
            assert conn.execute(select(predictions.c.score)).scalars().all() == [500]
            assert len(conn.execute(select(runs)).all()) == 2
        with store.library.read() as conn:
            assert images.without_run(conn, [MODEL], 9) == []


def test_verdicts_that_came_before_their_picture_are_found_by_it(root):
    with open_store(root) as store:
        (image,) = fill(store, [{"hat": 0.9}])
        Corrector(store).correct([image], reject=["hat"], add=["cat"])
    _remove(LibraryPaths(root).library_db)  # the journal is all that is left
    with Store.open(LibraryPaths(root)) as store:
        use_model(store)
        image = add_image(store, 0)
        assert tags_of(store, image) == {"cat": "user"}
        assert rejected_of(store, image) == {"hat"}


def test_a_reading_store_reads_beside_the_writing_one(root):
    with open_store(root) as store:
        (image,) = fill(store, [{"hat": 0.9}])
        with Store.open(LibraryPaths(root), writable=False) as reader:
            assert tags_of(reader, image) == {"hat": "model"}
            Corrector(store).correct([image], add=["cat"])
            assert tags_of(reader, image) == {"hat": "model", "cat": "user"}
            with pytest.raises(RuntimeError):
                reader.library.write(lambda conn: None)


def test_a_reading_store_needs_a_library(tmp_path):
    with pytest.raises(AnitagError) as error:
        Store.open(LibraryPaths(tmp_path / "nothing"), writable=False)
    assert error.value.code == "not_a_library"


def test_each_image_knows_what_it_has_applied(root):
    with open_store(root) as store:
        ids = fill(store, [{"hat": 0.9}, {"hat": 0.9}])
        Corrector(store).correct(ids[:1], reject=["hat"])
        with store.library.read() as conn:
            query = select(idx_images.c.sha256, applied_log.c.seq)
            applied = dict(conn.execute(query.join(applied_log)).all())
    with closing(sqlite3.connect(LibraryPaths(root).library_db)) as connection:
        (last,) = connection.execute("SELECT max(seq) FROM log WHERE op = 'verdict'").fetchone()
    assert applied == {facts_of(0).sha256: last}


def test_a_bug_while_closing_leaves_nothing_open(root):
    store = Store.open(LibraryPaths(root))
    store.before_close(lambda: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        store.close()
    with pytest.raises(RuntimeError, match="not open"):
        store.index.write(lambda conn: None)
    Store.open(LibraryPaths(root)).close()
