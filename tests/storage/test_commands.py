"""Commands: each does what it says, is logged, and is taken back exactly."""

import random

import pytest
from sqlalchemy import text

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.storage import (
    actions,
    characters,
    implications,
    log,
    saved_searches,
    settings,
    tags,
)
from anitag_desktop.storage.tag_commands import (
    plan_alias,
    plan_category,
    plan_delete,
    plan_imply,
    plan_merge,
    plan_rename,
)
from tests.helpers.libraries import (
    add_image,
    facts_of,
    fill,
    open_store,
    rejected_of,
    rows_of,
)

_TABLES = {
    "tags": "SELECT name, category, merged_into, deleted_at IS NOT NULL FROM tags ORDER BY id",
    "aliases": "SELECT name, tag_id FROM aliases ORDER BY name",
    "implications": "SELECT child_id, parent_id FROM implications ORDER BY 1, 2",
    "verdicts": "SELECT subject_id, tag_id, source, verdict FROM verdicts ORDER BY 1, 2, 3",
    "settings": "SELECT name, value FROM settings ORDER BY 1",
    "favourites": "SELECT image_id, at FROM favourites",
    "stars": "SELECT image_id, stars FROM stars",
    "examples": "SELECT * FROM character_examples ORDER BY 1, 2",
    "ignored": "SELECT uid FROM ignored_subjects i JOIN subjects s ON s.id = i.subject_id "
    "ORDER BY 1",
    "searches": "SELECT name, query FROM saved_searches ORDER BY 1",
}


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "library") as store:
        yield store


def _state(store, ids=()):
    """Everything that an action may change, and what search sees of the pictures."""
    with store.library.read() as conn:
        found = {name: conn.execute(text(sql)).all() for name, sql in _TABLES.items()}
    shown = [(rows_of(store, i), rejected_of(store, i)) for i in ids]
    return found, shown


def _plan(store, plan, *names):
    def step(conn):
        rows = [tags.by_name(conn, name) for name in names]
        return actions.perform(conn, "test", plan(conn, *rows))

    return store.library.write(step)


def _perform(store, *commands):
    return store.library.write(lambda conn: actions.perform(conn, "test", commands))


def _undo(store):
    return store.library.write(actions.undo)


def _name(store, name):
    with store.library.read() as conn:
        row = tags.by_name(conn, name)
    return row and row.tag.name


def test_other_things_than_tags_are_commands_too(store):
    add_image(store, 1)
    sha = facts_of(1).sha256
    plain = {"uid": "u1", "name": "miku", "category": "character"}
    commands = [
        {"op": "setting.put", "name": "theme", "value": "dark"},
        {"op": "image.favourite", "images": [sha], "value": 5.0},
        {"op": "image.stars", "images": [sha], "value": 4},
        {"op": "search.save", "name": "mine", "query": "hat"},
        {"op": "character.example", "tag": plain, "subject": sha, "is_positive": True},
        {"op": "subject.ignore", "subjects": [sha, f"{sha}#1"], "is_ignored": True},
    ]
    empty, _ = _state(store)
    for command in commands:
        assert _perform(store, command) is not None
        assert _perform(store, command) is None
    done, _ = _state(store)
    with store.library.read() as conn:
        assert saved_searches.every(conn) == [("mine", "hat")]
        (example,) = characters.examples(conn, tags.by_name(conn, "miku").tag_id)
        assert (example.subject_uid, example.is_positive) == (sha, True)
        logged = [command["op"] for command in log.commands_after(conn, 0)]
    assert logged == [op for command in commands for op in (command["op"], "action.done")]
    for _ in commands:
        _undo(store)
    undone, _ = _state(store)
    assert {k: v for k, v in undone.items() if k not in ("tags", "settings")} == {
        k: v for k, v in empty.items() if k not in ("tags", "settings")
    }
    with store.library.read() as conn:
        assert settings.get(conn, "theme", "system") == "system"
    store.library.write(lambda conn: actions.redo_last(conn, 9))
    assert _state(store)[0] == done


def test_every_operation_of_tags_is_undone_exactly(store):
    ids = fill(store, [{"hat": 0.9, "cap": 0.2}, {"cap": 0.9, "scarf": 0.9}])
    Corrector(store).correct(ids[:1], confirm=["cap"], reject=["hat"])
    plans = [
        (lambda conn, hat: plan_rename(conn, hat, "bonnet"), "hat"),
        (lambda conn, hat: plan_alias(conn, "tall_hat", hat), "hat"),
        (plan_imply, "hat", "scarf"),
        (plan_merge, "cap", "hat"),
        (lambda conn, hat: plan_alias(conn, "scarf", hat), "hat"),
        (plan_delete, "hat"),
        (lambda conn, scarf: plan_category(scarf, TagCategory.CHARACTER), "scarf"),
    ]
    for plan in plans:
        before = _state(store, ids)
        assert _plan(store, *plan) is not None
        after = _state(store, ids)
        assert after != before
        _undo(store)
        assert _state(store, ids) == before
        store.library.write(actions.redo)
        assert _state(store, ids) == after
        _undo(store)


def test_names_lead_through_renames_merges_and_aliases(store):
    fill(store, [{"hat": 0.9, "cap": 0.9, "scarf": 0.9}])
    _plan(store, lambda conn, hat: plan_rename(conn, hat, "bonnet"), "hat")
    _plan(store, lambda conn, bonnet: plan_alias(conn, "headwear", bonnet), "bonnet")
    _plan(store, plan_merge, "bonnet", "cap")
    assert [_name(store, n) for n in ("hat", "bonnet", "headwear", "CAP")] == ["cap"] * 4
    _plan(store, lambda conn, cap: plan_rename(conn, cap, "hat"), "cap")
    assert [_name(store, n) for n in ("hat", "bonnet", "headwear", "cap")] == ["hat"] * 4


def test_a_name_in_use_is_refused(store):
    fill(store, [{"hat": 0.9, "cap": 0.9}])
    with pytest.raises(AnitagError) as error:
        _plan(store, lambda conn, hat: plan_rename(conn, hat, "cap"), "hat")
    assert error.value.code == "tag_exists"


def test_the_name_of_a_deleted_tag_is_free(store):
    ids = fill(store, [{"hat": 0.9, "cap": 0.9}])
    _plan(store, plan_delete, "cap")
    _plan(store, lambda conn, hat: plan_rename(conn, hat, "cap"), "hat")
    assert set(rows_of(store, ids[0])) == {"cap"}
    _undo(store)
    _undo(store)
    assert set(rows_of(store, ids[0])) == {"hat", "cap"}


def test_implications_never_go_in_circles(store):
    fill(store, [{"a": 0.9, "b": 0.9, "c": 0.9}])
    _plan(store, plan_imply, "a", "b")
    _plan(store, plan_imply, "b", "c")
    assert _plan(store, plan_imply, "a", "b") is None
    for child, parent in (("c", "a"), ("b", "a"), ("a", "a")):
        with pytest.raises(AnitagError) as error:
            _plan(store, plan_imply, child, parent)
        assert error.value.code == "implication_cycle"
    _plan(store, plan_merge, "c", "a")
    with store.library.read() as conn:
        a = tags.by_name(conn, "a").tag_id
        assert a not in implications.ancestors(conn, a)


def test_merging_what_is_merged_makes_no_circle(store):
    fill(store, [{"a": 0.9, "b": 0.9}])
    _plan(store, plan_merge, "a", "b")
    assert _plan(store, plan_merge, "b", "a") is None
    assert _name(store, "a") == "b"


@pytest.mark.parametrize("seed", range(4))
def test_any_sequence_of_actions_is_undone_step_by_step(store, seed):
    rng = random.Random(seed)
    names = ["hat", "cap", "scarf", "cat", "rating:general", "rating:explicit"]
    ids = fill(store, [{name: rng.random() for name in names} for _ in range(3)])
    corrector = Corrector(store)
    states = []
    for _ in range(12):
        before = _state(store, ids)
        if _random_action(rng, store, corrector, ids, names):
            states.append(before)
    final = _state(store, ids)
    for before in reversed(states):
        _undo(store)
        assert _state(store, ids) == before
    for _ in states:
        store.library.write(actions.redo)
    assert _state(store, ids) == final


def _random_action(rng, store, corrector, ids, names):
    some = rng.sample(ids, rng.randint(1, 3))
    name, other = rng.sample(names[:4], 2)
    kind = rng.choice(["confirm", "reject", "rate", "clear", "merge", "rename", "imply"])
    if kind == "rate":
        return corrector.correct(some, confirm=[rng.choice(names[4:])]).id
    if kind == "clear":
        return corrector.clear(some, [name]).id
    if kind in ("confirm", "reject"):
        return corrector.correct(some, **{kind: [name]}).id
    with store.library.read() as conn:
        one, two = tags.by_name(conn, name), tags.by_name(conn, other)
    try:
        if kind == "merge":
            return store.library.write(
                lambda conn: actions.perform(conn, kind, plan_merge(conn, one, two))
            )
        if kind == "rename":
            new = f"{name}_{rng.randint(0, 9)}"
            return store.library.write(
                lambda conn: actions.perform(conn, kind, plan_rename(conn, one, new))
            )
        return store.library.write(
            lambda conn: actions.perform(conn, kind, plan_imply(conn, one, two))
        )
    except AnitagError:
        return None
