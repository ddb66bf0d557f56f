"""A library rebuilt from its journal can undo and redo what the lost one could."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from anitag_desktop.domain.correction import Source, Verdict
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.paths import LibraryPaths
from anitag_desktop.services.administering import TagAdministration
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.keeping import Keeper
from anitag_desktop.storage import actions as actions_of
from anitag_desktop.storage import commands
from anitag_desktop.storage import tags as tag_rows
from anitag_desktop.storage import verdicts as verdict_rows
from anitag_desktop.storage.log import Doing
from anitag_desktop.storage.schema import actions, aliases, subjects, tags, verdicts
from anitag_desktop.storage.store import Store
from anitag_desktop.storage.subjects import picture_ids
from anitag_desktop.storage.verdicts import Decision
from tests.helpers.libraries import fill, open_store, rejected_of, tags_of

PICTURES = [{"hat": 0.9}, {"hat": 0.8, "cap": 0.9}, {}]

STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(["confirm", "reject", "add"]),
            st.sets(st.integers(0, 2), min_size=1),
            st.sampled_from(["hat", "cap", "new", "rating:general", "rating:explicit"]),
        ),
        st.tuples(st.sampled_from(["undo", "redo"]), st.integers(1, 3)),
        st.tuples(st.just("alias"), st.sampled_from("abc"), st.sampled_from(["hat", "cap"])),
        st.tuples(st.just("rename"), st.sampled_from("xyz")),
    ),
    max_size=12,
)


def act(store, ids, step):
    what, *rest = step
    try:
        if what in ("undo", "redo"):
            getattr(Corrector(store), what)(*rest)
        elif what == "alias":
            TagAdministration(store).alias(*rest)
        elif what == "rename":
            TagAdministration(store).rename("hat", *rest)
        else:
            numbers, tag = rest
            Corrector(store).correct([ids[n] for n in sorted(numbers)], **{what: [tag]})
    except AnitagError:
        return


def said(store):
    """What stands: verdicts and names, by what means the same in any library."""
    standing = select(subjects.c.uid, tags.c.uid, verdicts.c.source, verdicts.c.verdict)
    standing = standing.select_from(verdicts).join(subjects).join(tags)
    names = select(tags.c.uid, tags.c.name, tags.c.category)
    other_names = select(aliases.c.name, tags.c.uid).join(tags)
    with store.library.read() as conn:
        assert verdict_rows.differences_from_log(conn) == []
        return [set(conn.execute(query).all()) for query in (standing, names, other_names)]


def undoable(store):
    with store.library.read() as conn:
        return conn.execute(select(actions).order_by(actions.c.id)).all()


def every_state(store):
    """What stands after each undo, down to the first action, and after each redo."""
    states = [said(store)]
    for turn in (Corrector(store).undo, Corrector(store).redo):
        while True:
            try:
                turn()
            except AnitagError:
                break
            states.append(said(store))
    return states


@settings(max_examples=20, deadline=None)
@given(STEPS)
def test_undo_works_in_a_library_that_was_rebuilt_from_its_journal(steps):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "library"
        with open_store(root) as store:
            ids = fill(store, PICTURES)
            for step in steps:
                act(store, ids, step)
            there = undoable(store)
        for name in ("library.db", "index.db"):
            (root / name).rename(root / f"{name}.lost")
        with Store.open(LibraryPaths(root)) as rebuilt:
            assert undoable(rebuilt) == there
            states = every_state(rebuilt)
        (root / "library.db.lost").replace(root / "library.db")
        (root / "index.db").unlink()
        for path in (root / "journal").iterdir():
            path.unlink()
        with Store.open(LibraryPaths(root)) as store:
            assert [state[0] for state in every_state(store)] == [state[0] for state in states]


def test_what_came_after_a_backup_can_be_undone_after_going_back_to_it(tmp_path):
    with open_store(tmp_path / "library") as store:
        (image,) = fill(store, [{"hat": 0.9}])
        corrector, keeper = Corrector(store), Keeper(store)
        corrector.correct([image], add=["before"])
        keeper.backup()
        corrector.correct([image], reject=["hat"])
        corrector.correct([image], add=["later"])
        corrector.undo()
        before = undoable(store)
        keeper.restore()
        assert undoable(store) == before
        assert [(view.label, view.is_undone) for view in corrector.history(10)] == [
            ("Add later", True), ("Reject hat", False), ("Add before", False),
        ]  # fmt: skip
        corrector.redo()
        assert tags_of(store, image) == {"before": "user", "later": "user"}
        corrector.undo(2)
        assert rejected_of(store, image) == set()
        assert tags_of(store, image) == {"before": "user", "hat": "model"}
        assert keeper.check().ok


def test_what_was_done_later_in_the_name_of_an_action_is_undone_with_it(tmp_path):
    root = tmp_path / "library"
    with open_store(root) as store:
        ids = fill(store, [{"hat": 0.9}, {"hat": 0.9}])
        done = Corrector(store).correct(ids[:1], reject=["hat"])

        def extend(conn):
            doing = Doing(conn, done.id, 2.0)
            picture = picture_ids(conn, ids)[ids[1]]
            decision = Decision(picture, tag_rows.by_name(conn, "hat").tag_id, Verdict.REJECTED)
            said = verdict_rows.decide(doing, [decision], Source.USER)
            actions_of.extend(doing, commands.revert_command(said))
            actions_of.extend(Doing(conn, 77, 2.0), commands.revert_command(said))

        store.library.write(extend)
        before = undoable(store)
        assert len(said(store)[0]) == 2
    (root / "library.db").unlink()
    with Store.open(LibraryPaths(root)) as store:
        assert undoable(store) == before
        Corrector(store).undo()
        assert said(store)[0] == set()


def test_new_actions_after_a_rebuild_take_new_numbers(tmp_path):
    root = tmp_path / "library"
    with open_store(root) as store:
        (image,) = fill(store, [{"hat": 0.9}])
        Corrector(store).correct([image], add=["first"])
    (root / "library.db").unlink()
    with Store.open(LibraryPaths(root)) as store:
        done = TagAdministration(store).alias("b", "first")
        with store.library.read() as conn:
            assert conn.execute(select(func.count(), func.max(actions.c.id))).one() == (2, done.id)
