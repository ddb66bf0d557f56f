"""Correcting: the user's word stands, is logged with what was seen, and can be taken back."""

import json

import pytest
from sqlalchemy import select, text

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.storage import actions, log, tags, verdicts
from anitag_desktop.storage.schema import log as log_table
from anitag_desktop.storage.tag_commands import plan_alias, plan_delete, plan_merge, plan_rename
from tests.helpers.libraries import (
    add_image,
    fill,
    open_store,
    predict,
    rejected_of,
    rows_of,
    tags_of,
    use_model,
)


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "library") as store:
        yield store


@pytest.fixture
def corrector(store):
    return Corrector(store)


def test_confirmed_added_and_rejected_tags_stand(store, corrector):
    (image,) = fill(store, [{"hat": 0.9, "cat": 0.8, "scarf": 0.2}])
    corrector.correct([image], confirm=["scarf"], reject=["cat"], add=["New Tag"])
    assert tags_of(store, image) == {"hat": "model", "scarf": "user", "new_tag": "user"}
    assert rejected_of(store, image) == {"cat"}


def test_a_confirmed_tag_keeps_the_score_of_the_model(store, corrector):
    (image,) = fill(store, [{"scarf": 0.2}])
    corrector.correct([image], confirm=["scarf"])
    assert rows_of(store, image) == {"scarf": ("user", 2000)}


def test_the_log_names_the_model_and_the_score_that_were_seen(store, corrector):
    (image,) = fill(store, [{"hat": 0.9}])
    corrector.correct([image], reject=["hat"], add=["unseen"])
    with store.library.read() as conn:
        lines = {line.tag_id: line for line in log.history(conn, [image])}
        hat, unseen = (tags.by_name(conn, name).tag_id for name in ("hat", "unseen"))
    assert (lines[hat].model_id, lines[hat].revision, lines[hat].score) == ("test/model", "1", 0.9)
    assert lines[unseen].score is None


def test_a_score_that_is_no_longer_there_is_not_logged(store, corrector):
    (image,) = fill(store, [{"hat": 0.9, "cat": 0.3}])
    predict(store, 0, {"hat": 0.9})
    corrector.correct([image], confirm=["cat"])
    with store.library.read() as conn:
        (line,) = log.history(conn, [image])
    assert (line.model_id, line.score) == ("test/model", None)


def test_the_word_of_the_user_beats_a_later_model(store, corrector):
    (image,) = fill(store, [{"hat": 0.9, "cat": 0.1}])
    corrector.correct([image], confirm=["cat"], reject=["hat"])
    newer = use_model(store, ModelKey("test/newer", "7"))
    predict(store, 0, {"hat": 0.99, "cat": 0.05, "dog": 0.7}, newer)
    assert tags_of(store, image) == {"cat": "user", "dog": "model"}
    predict(store, 0, {"hat": 0.999}, newer)
    assert tags_of(store, image) == {"cat": "user"}


def test_undo_takes_back_exactly_one_action_and_redo_does_it_again(store, corrector):
    first, second = fill(store, [{"hat": 0.9}, {"hat": 0.8}])
    before = [rows_of(store, image) for image in (first, second)]
    corrector.correct([first, second], reject=["hat"], add=["cat"])
    after = [rows_of(store, image) for image in (first, second)]
    (undone,) = corrector.undo()
    assert undone.is_undone
    assert [rows_of(store, image) for image in (first, second)] == before
    assert rejected_of(store, first) == set()
    corrector.redo()
    assert [rows_of(store, image) for image in (first, second)] == after
    assert rejected_of(store, second) == {"hat"}


def test_undo_goes_back_step_by_step_and_says_when_nothing_is_left(store, corrector):
    (image,) = fill(store, [{"hat": 0.9}])
    corrector.correct([image], reject=["hat"])
    corrector.correct([image], confirm=["hat"])
    corrector.correct([image], add=["cat"])
    assert [action.label for action in corrector.undo(2)] == ["Add cat", "Confirm hat"]
    assert rejected_of(store, image) == {"hat"}
    assert len(corrector.undo(5)) == 1
    with pytest.raises(AnitagError) as error:
        corrector.undo()
    assert error.value.code == "nothing_to_undo"


def test_a_new_action_ends_redoing(store, corrector):
    (image,) = fill(store, [{"hat": 0.9}])
    corrector.correct([image], reject=["hat"])
    corrector.undo()
    corrector.correct([image], add=["cat"])
    with pytest.raises(AnitagError) as error:
        corrector.redo()
    assert error.value.code == "nothing_to_redo"
    assert [action.label for action in corrector.undo(9)] == ["Add cat"]


def test_undo_survives_a_restart(tmp_path):
    with open_store(tmp_path / "library") as store:
        (image,) = fill(store, [{"hat": 0.9}])
        Corrector(store).correct([image], reject=["hat"])
    with open_store(tmp_path / "library") as store:
        assert rejected_of(store, image) == {"hat"}
        Corrector(store).undo()
        assert tags_of(store, image) == {"hat": "model"}


def test_saying_the_same_again_is_no_action(store, corrector):
    (image,) = fill(store, [{"hat": 0.9}])
    assert corrector.correct([image], confirm=["hat"]).id is not None
    again = corrector.correct([image], confirm=["hat"])
    assert again.id is None
    assert len(corrector.history(10)) == 1


def test_clear_lets_the_models_decide_again(store, corrector):
    (image,) = fill(store, [{"hat": 0.9, "cat": 0.2}])
    corrector.correct([image], reject=["hat"], confirm=["cat"])
    corrector.clear([image], ["hat", "cat", "never_said"])
    assert tags_of(store, image) == {"hat": "model"}
    corrector.undo()
    assert tags_of(store, image) == {"cat": "user"}


def test_a_prefix_sets_the_category_of_a_new_tag(store, corrector):
    (image,) = fill(store, [{"hat": 0.9}])
    corrector.correct([image], add=["char:Hatsune Miku", "artist:someone", "re:zero"])
    with store.library.read() as conn:
        found = {r.tag.name: r.tag.category for r in tags.every(conn)}
    assert found["hatsune_miku"] is TagCategory.CHARACTER
    assert found["someone"] is TagCategory.ARTIST
    assert found["re:zero"] is TagCategory.GENERAL


def _category(store, name):
    with store.library.read() as conn:
        return tags.by_name(conn, name).tag.category


def test_a_prefix_sets_the_category_of_a_known_tag_everywhere(store, corrector):
    first, second = fill(store, [{"miku": 0.9}, {"miku": 0.9}])
    corrector.correct([first], add=["char:miku"])
    assert _category(store, "miku") is TagCategory.CHARACTER
    corrector.correct([second], reject=["copy:miku"])
    assert _category(store, "miku") is TagCategory.CHARACTER
    corrector.undo(2)
    assert _category(store, "miku") is TagCategory.GENERAL
    assert tags_of(store, first) == {"miku": "model"}
    corrector.redo(2)
    assert _category(store, "miku") is TagCategory.CHARACTER


def test_a_prefix_before_an_alias_changes_no_category(store, corrector):
    (image,) = fill(store, [{"moge": 0.9}])
    with store.library.read() as conn:
        moge = tags.by_name(conn, "moge")
    store.library.write(lambda conn: actions.perform(conn, "alias", plan_alias(conn, "hoge", moge)))
    corrector.correct([image], add=["char:hoge"])
    assert tags_of(store, image) == {"moge": "user"}
    assert _category(store, "moge") is TagCategory.GENERAL


@pytest.mark.parametrize("name", ["", "  ", "-hat", "~hat", "a*b", "a,b", "bell\x07", "rating:odd"])
def test_names_that_mean_something_else_are_refused(store, corrector, name):
    (image,) = fill(store, [{"hat": 0.9}])
    with pytest.raises(AnitagError) as error:
        corrector.correct([image], confirm=["hat"], add=[name])
    assert error.value.code == "bad_tag_name"
    assert tags_of(store, image) == {"hat": "model"}
    assert corrector.history(5) == []


def test_a_tag_cannot_be_right_and_wrong(store, corrector):
    (image,) = fill(store, [{"hat": 0.9}])
    with pytest.raises(AnitagError) as error:
        corrector.correct([image], confirm=["Hat"], reject=["hat"])
    assert error.value.code == "bad_value"


def test_of_ratings_the_last_confirmed_stands(store, corrector):
    (image,) = fill(store, [{"rating:general": 0.7, "rating:explicit": 0.2}])
    assert tags_of(store, image) == {"rating:general": "model"}
    corrector.correct([image], confirm=["rating:explicit"])
    assert tags_of(store, image) == {"rating:explicit": "user"}
    corrector.correct([image], add=["rating:sensitive"])
    assert tags_of(store, image) == {"rating:sensitive": "user"}
    corrector.undo()
    assert tags_of(store, image) == {"rating:explicit": "user"}
    corrector.undo()
    assert tags_of(store, image) == {"rating:general": "model"}


def test_an_alias_names_its_tag(store, corrector):
    (image,) = fill(store, [{"hat": 0.9}])

    def rename(conn):
        return actions.perform(conn, "rename", plan_rename(conn, tags.by_name(conn, "hat"), "cap"))

    store.library.write(rename)
    assert tags_of(store, image) == {"cap": "model"}
    corrector.correct([image], reject=["hat"])
    assert rejected_of(store, image) == {"cap"}


def test_a_merged_tag_counts_as_the_other_and_undo_parts_them(store, corrector):
    first, second = fill(store, [{"hat": 0.9}, {"cap": 0.9}])
    corrector.correct([second], reject=["cap"])

    def merge(conn):
        hat, cap = tags.by_name(conn, "hat"), tags.by_name(conn, "cap")
        return actions.perform(conn, "merge", plan_merge(conn, hat, cap))

    store.library.write(merge)
    assert tags_of(store, first) == {"cap": "model"}
    corrector.correct([first], reject=["hat"])
    assert rejected_of(store, first) == {"cap"}
    predict(store, 0, {"hat": 0.95})
    assert tags_of(store, first) == {}
    corrector.undo(2)
    assert tags_of(store, first) == {"hat": "model"}
    assert rejected_of(store, second) == {"cap"}


def test_a_deleted_tag_stays_away_until_the_user_adds_it(store, corrector):
    first, second = fill(store, [{"hat": 0.9}, {"hat": 0.4}])
    corrector.correct([second], confirm=["hat"])

    def delete(conn):
        return actions.perform(conn, "delete", plan_delete(conn, tags.by_name(conn, "hat")))

    store.library.write(delete)
    predict(store, 0, {"hat": 0.99})
    assert tags_of(store, first) == tags_of(store, second) == {}
    corrector.correct([first], add=["hat"])
    assert tags_of(store, first) == {"hat": "user"}
    assert tags_of(store, second) == {}
    corrector.undo()
    assert tags_of(store, first) == {}
    corrector.undo()
    assert tags_of(store, first) == {"hat": "model"}
    assert tags_of(store, second) == {"hat": "user"}


def test_changes_are_published_after_the_commit_and_never_after_a_rollback(store, corrector):
    (image,) = fill(store, [{"hat": 0.9}])
    heard = []

    def listen(change):
        heard.append((change, tags_of(store, image)))

    store.changes.subscribe(listen)
    corrector.correct([image], reject=["hat"])
    assert [(sorted(change.images), found) for change, found in heard] == [([image], {})]
    heard.clear()
    with pytest.raises(AnitagError):
        corrector.correct([image], add=["-bad"])
    assert heard == []


def test_many_pictures_are_one_small_action(store, corrector):
    use_model(store)
    ids = [add_image(store, number) for number in range(40)]
    action = corrector.correct(ids, add=["bulk"])
    with store.library.read() as conn:
        inverse = conn.execute(
            text("SELECT inverse FROM actions WHERE id = :id"), {"id": action.id}
        ).scalar_one()
        logged = conn.execute(select(log_table.c.seq).where(log_table.c.op == "verdict")).all()
    assert (len(json.loads(inverse)), len(logged)) == (1, len(ids))
    corrector.undo()
    assert all(tags_of(store, image) == {} for image in ids)


def test_verdicts_are_what_the_log_says(store, corrector):
    ids = fill(store, [{"hat": 0.9}, {"hat": 0.1}])
    corrector.correct(ids, confirm=["hat"])
    corrector.correct(ids[:1], reject=["hat"])
    corrector.undo()
    corrector.clear(ids[1:], ["hat"])
    with store.library.read() as conn:
        assert verdicts.differences_from_log(conn) == []
