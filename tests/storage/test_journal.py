"""The journal: every logged line is in it before the commit, and comes back out of it."""

import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.paths import LibraryPaths
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.marking import Marker
from anitag_desktop.services.searching import Searcher
from anitag_desktop.storage import actions, journal, journal_lines, marks, tags, verdicts
from anitag_desktop.storage.fault_points import FaultError
from anitag_desktop.storage.journal import Journal
from anitag_desktop.storage.schema import log
from anitag_desktop.storage.store import Store
from anitag_desktop.storage.tag_commands import plan_imply, plan_merge, plan_rename
from tests.helpers.libraries import add_image, fill, open_store, rejected_of, tags_of, use_model

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@pytest.fixture
def root(tmp_path):
    return tmp_path / "library"


def _rows(root):
    return list(journal.read(LibraryPaths(root).journal))


def _logged(store):
    with store.library.read() as conn:
        return list(conn.execute(select(log.c.seq).order_by(log.c.seq)).scalars())


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), _VALUES))
def test_a_line_decodes_to_what_was_encoded(row):
    line = journal_lines.encode(row)
    assert journal_lines.decode(line) == row
    assert line.count(b"\n") == 1


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.text(max_size=9), st.integers()), st.data())
def test_a_changed_or_torn_line_is_noticed(row, data):
    line = journal_lines.encode({"text": "öß", **row})
    cut = data.draw(st.integers(0, len(line) - 1))
    assert journal_lines.decode(line[:cut]) is None
    bit = data.draw(st.integers(0, len(line) * 8 - 1))
    changed = bytearray(line)
    changed[bit // 8] ^= 1 << bit % 8
    assert journal_lines.decode(bytes(changed)) is None


def test_the_lines_say_what_the_log_says(root):
    with open_store(root) as store:
        (image,) = fill(store, [{"hat": 0.9}])
        Corrector(store).correct([image], reject=["hat"])
        assert [row["seq"] for row in _rows(root)] == _logged(store)
    last, done = _rows(root)[-2:]
    assert (last["verdict"], last["tag"]["name"], last["source"]) == ("rejected", "hat", "user")
    assert (last["model"], last["revision"], last["score"]) == ("test/model", "1", 9000)
    assert (done["op"], done["action"]) == ("action.done", last["action"])
    assert done["command"]["label"] == "Reject hat"


def test_lines_are_flushed_before_the_commit(root, monkeypatch):
    with open_store(root) as store:
        (image,) = fill(store, [{"hat": 0.9}])
        seen = []
        companion = store.library.companion

        class Watching:
            def before_commit(self, conn):
                companion.before_commit(conn)
                seen.append([row.get("verdict") for row in _rows(root)[-2:]])

            committed = companion.committed
            rolled_back = companion.rolled_back

        store.library.companion = Watching()
        Corrector(store).correct([image], reject=["hat"])
        assert seen == [["rejected", None]]


@pytest.mark.parametrize("point", ["journal.before_append", "journal.torn", "journal.after_append"])
def test_a_full_disk_refuses_the_correction_whole(root, monkeypatch, point):
    with open_store(root) as store:
        (image,) = fill(store, [{"hat": 0.9}])
        before = _rows(root)
        monkeypatch.setenv("ANITAG_FAULT", f"{point}:enospc")
        with pytest.raises(AnitagError) as error:
            Corrector(store).correct([image], reject=["hat"])
        assert error.value.code == "disk_full"
        monkeypatch.delenv("ANITAG_FAULT")
        assert tags_of(store, image) == {"hat": "model"}
        assert _rows(root) == before
        Corrector(store).correct([image], reject=["hat"])
        assert [row["seq"] for row in _rows(root)] == _logged(store)


def test_lines_of_a_failed_commit_are_cut_off(root, monkeypatch):
    with open_store(root) as store:
        (image,) = fill(store, [{"hat": 0.9}])
        before = _rows(root)
        monkeypatch.setenv("ANITAG_FAULT", "library.before_commit:raise")
        with pytest.raises(FaultError):
            Corrector(store).correct([image], reject=["hat"])
        assert _rows(root) == before


def test_a_step_that_fails_later_does_not_cut_earlier_lines(root):
    with open_store(root) as store:
        (image,) = fill(store, [{"hat": 0.9}])
        Corrector(store).correct([image], reject=["hat"])
        before = _rows(root)
        with pytest.raises(ZeroDivisionError):
            store.library.write(lambda conn: 1 // 0)
        assert _rows(root) == before


def test_an_unfinished_transaction_is_cut_off_at_opening(root):
    with open_store(root) as store:
        ids = fill(store, [{"hat": 0.9}, {"hat": 0.9}, {"hat": 0.9}])
        Corrector(store).correct(ids[:1], reject=["hat"])
        whole = _rows(root)
        Corrector(store).correct(ids[1:], reject=["hat"])
        Corrector(store).undo()
    (path,) = journal.files(LibraryPaths(root).journal)
    lines = path.read_bytes().splitlines(keepends=True)
    kept = len(whole) + 1  # the header
    path.write_bytes(b"".join(lines[: kept + 1]) + lines[kept + 1][:40])
    opened = Journal(path.parent, "any")
    opened.open()
    assert _rows(root) == whole
    assert opened.last_seq == whole[-1]["seq"]


def test_a_lost_journal_is_written_anew(root):
    with open_store(root) as store:
        (image,) = fill(store, [{"hat": 0.9}])
        Corrector(store).correct([image], reject=["hat"])
        before = _rows(root)
    for path in journal.files(LibraryPaths(root).journal):
        path.unlink()
    with open_store(root):
        assert [_same(row) for row in _rows(root)] == [_same(row) for row in before]


def _same(row):
    return {name: value for name, value in row.items() if name != "end"}


def test_a_library_is_rebuilt_from_the_journal_alone(root):
    with open_store(root) as store:
        ids = fill(store, [{"hat": 0.9}, {"cap": 0.9}, {"scarf": 0.9}])
        corrector = Corrector(store)
        corrector.correct(ids[:1], reject=["hat"], add=["char:miku"])
        corrector.correct(ids[1:2], confirm=["cap"])

        def administer(conn):
            cap, hat, scarf = (tags.by_name(conn, name) for name in ("cap", "hat", "scarf"))
            plan = plan_merge(conn, cap, hat) + plan_imply(conn, hat, scarf)
            return actions.perform(conn, "x", [*plan, *plan_rename(conn, scarf, "shawl")])

        store.library.write(administer)
        corrector.correct(ids[2:], reject=["shawl"])
        corrector.correct(ids, add=["mistake"])
        corrector.undo()
        expected = [(tags_of(store, i), rejected_of(store, i)) for i in ids]
        logged = _logged(store)
    for name in ("library.db", "index.db"):
        (root / name).unlink()
    with Store.open(LibraryPaths(root)) as store:
        assert _logged(store) == logged
        use_model(store)
        found = []
        for number in range(3):
            image = add_image(store, number)
            found.append((tags_of(store, image), rejected_of(store, image)))
        with store.library.read() as conn:
            assert verdicts.differences_from_log(conn) == []
            assert tags.by_name(conn, "cap").tag.name == "hat"
            assert tags.by_name(conn, "scarf").tag.name == "shawl"
            implied = conn.execute(text("SELECT count(*) FROM implications")).scalar_one()
        assert implied == 1
    assert found == expected


def test_marks_come_back_from_the_journal_with_their_pictures(root):
    with open_store(root) as store:
        ids = fill(store, [{"hat": 0.9}, {"cap": 0.9}, {}])
        marker = Marker(store)
        marker.give_stars(ids, 3)
        marker.favour(ids[:2])
        marker.give_stars(ids[:1], 5)
        marker.unfavour(ids[1:2])
        marker.give_stars(ids, None)
        Corrector(store).undo()
        with store.library.read() as conn:
            expected = [marks.of_one(conn, image) for image in ids]
    assert [len(one) for one in expected] == [2, 1, 1]
    for name in ("library.db", "index.db"):
        (root / name).unlink()
    with Store.open(LibraryPaths(root)) as store:
        ids = [add_image(store, number) for number in range(3)]
        with store.library.read() as conn:
            assert [marks.of_one(conn, image) for image in ids] == expected
        assert Searcher(store).count("is:favourite rated:5") == 1


def test_the_journal_of_another_library_is_set_aside(root, tmp_path):
    with open_store(root) as store:
        (image,) = fill(store, [{"hat": 0.9}])
        Corrector(store).correct([image], reject=["hat"])
    other = tmp_path / "other"
    with Store.open(LibraryPaths(other)) as store:
        ids = fill(store, [{"hat": 0.9}] * 5)
        Corrector(store).correct(ids, add=["mine"])
    (theirs,) = journal.files(LibraryPaths(root).journal)
    (ours,) = journal.files(LibraryPaths(other).journal)
    theirs.write_bytes(ours.read_bytes())
    with open_store(root) as store:
        assert tags_of(store, image) == {}
        assert [row["seq"] for row in _rows(root)] == _logged(store)
    assert len(list(LibraryPaths(root).journal.glob("of-library-*/*.jsonl"))) == 1


def test_the_crc_is_the_usual_one():
    line = journal_lines.encode({"seq": 1})
    assert line == b'{"crc":"%08x","row":{"seq":1}}\n' % zlib.crc32(b'{"seq":1}')


def test_a_clock_that_jumps_back_changes_no_order(root):
    folder = LibraryPaths(root).journal
    with open_store(root) as store:
        (image,) = fill(store, [{"hat": 0.9}])
        store.library.companion._clock = lambda: 86_400.0 * 400
        Corrector(store).correct([image], reject=["hat"])
        store.library.companion._clock = lambda: 86_400.0 * 20_000
        Corrector(store).correct([image], confirm=["hat"])
        assert [row["seq"] for row in _rows(root)] == _logged(store)
    assert len(journal.files(folder)) == 3
    with open_store(root) as store:
        assert tags_of(store, image) == {"hat": "user"}
        assert [row["seq"] for row in _rows(root)] == _logged(store)
