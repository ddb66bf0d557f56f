"""The closure of the implications is kept with every change, whatever changes them."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.services.administering import TagAdministration
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.storage import checks, closure, implications, tags
from anitag_desktop.storage.store import Store
from tests.helpers.libraries import open_store

NAMES = "abcdefg"
names = st.sampled_from(NAMES)
pairs = st.tuples(names, names)
changes = st.one_of(
    st.tuples(st.just("put"), pairs),
    st.tuples(st.just("drop"), pairs),
    st.tuples(st.sampled_from(["put_many", "drop_many"]), st.lists(pairs, max_size=6)),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(changes, max_size=15))
def test_it_follows_every_change(done: list[tuple[str, object]]) -> None:
    with TemporaryDirectory() as root, open_store(Path(root) / "library") as store:
        store.library.write(lambda conn: tags.make(conn, dict.fromkeys(NAMES, TagCategory.GENERAL)))
        for what, given_pairs in done:
            store.library.write(lambda conn, w=what, g=given_pairs: change(conn, w, g))
            with store.library.read() as conn:
                assert closure.differences(conn) == 0
                assert_steps_lead_there(conn)


def change(conn, what: str, given_pairs) -> None:
    ids = {name: row.tag_id for name, row in tags.named(conn, NAMES).items()}
    found = [given_pairs] if isinstance(given_pairs, tuple) else given_pairs
    numbers = list(dict.fromkeys((ids[a], ids[b]) for a, b in found if a != b))
    if what in ("put_many", "drop_many"):
        getattr(implications, what)(conn, numbers)
    for pair in numbers if what in ("put", "drop") else ():
        getattr(implications, what)(conn, *pair)


def assert_steps_lead_there(conn) -> None:
    """What is implied is what one reaches step by step; circles, if there were any, end."""
    every = implications.every(conn)
    for child in {child for child, _ in every}:
        found, waiting = set(), [child]
        while waiting:
            here = waiting.pop()
            more = {parent for own, parent in every if own == here} - found
            found |= more
            waiting.extend(more)
        assert implications.ancestors(conn, child) == found - {child}


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "library") as opened:
        yield opened


def consistent(store: Store) -> bool:
    with store.library.read() as conn:
        return closure.differences(conn) == 0


def test_merging_deleting_and_undoing_keep_it(store):
    admin, undo = TagAdministration(store), Corrector(store).undo
    for child, parent in ("ab", "bc", "cd", "xc", "yx"):
        admin.imply(child, parent)
    with pytest.raises(AnitagError, match="already"):
        admin.imply("d", "a")
    for step in (lambda: admin.merge("x", "b"), lambda: admin.delete("c"), undo, undo, undo):
        step()
        assert consistent(store)
    with store.library.read() as conn:
        ids = {name: row.tag_id for name, row in tags.named(conn, "abcdxy").items()}
        assert implications.descendants(conn, ids["d"]) == {ids[name] for name in "abcx"}


def test_check_tells_when_it_is_wrong(store):
    TagAdministration(store).imply("a", "b")
    store.library.write(lambda conn: conn.execute(closure.closure.delete()) and None)
    (sentence,) = checks.check(store.paths)
    assert "implied tags" in sentence
    store.library.write(closure.rebuild)
    assert checks.check(store.paths) == []
