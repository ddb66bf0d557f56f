"""Teaching characters: found elsewhere, unknown others, one action, forgotten and merged."""

from collections.abc import Iterator

import numpy as np
import pytest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.portraying import Portrayer
from anitag_desktop.services.refreshing import Refresher
from anitag_desktop.services.teaching import Teacher
from anitag_desktop.storage import implications, predictions, tags
from anitag_desktop.storage.predictions import ModelRun
from anitag_desktop.storage.store import Store
from tests.helpers.libraries import (
    MODEL,
    add_image,
    facts_of,
    open_store,
    rejected_of,
    tags_of,
    use_model,
)

DIM, CHARACTERS, EACH = 48, 8, 12


@pytest.fixture
def store(tmp_path) -> Iterator[Store]:
    """A library with twelve pictures of each of eight characters, one after the other."""
    draw = np.random.default_rng(0)
    centres = draw.standard_normal((CHARACTERS, 1, DIM))
    vectors = (centres + 0.5 * draw.standard_normal((CHARACTERS, EACH, DIM))).reshape(-1, DIM)
    with open_store(tmp_path / "library") as store:
        use_model(store)
        for number in range(len(vectors)):
            add_image(store, number)
        runs = [
            ModelRun(facts_of(number).sha256, MODEL, (), vector.astype("<f2").tobytes())
            for number, vector in enumerate(vectors)
        ]
        predictions.store_many(store, runs)
        yield store


@pytest.fixture
def teacher(store) -> Teacher:
    return Teacher(store, Corrector(store), Refresher(store))


def ids_of(character: int, first: int = 0, last: int = EACH) -> list[int]:
    return [1 + character * EACH + place for place in range(first, last)]


def named(store: Store, name: str) -> set[int]:
    return {one for one in range(1, CHARACTERS * EACH + 1) if name in tags_of(store, one)}


def test_what_is_undone_while_it_is_learnt_stays_undone(store, teacher) -> None:
    done = teacher.teach("miku", ids_of(0, 0, 5), on_progress=lambda *_: Corrector(store).undo())
    assert (done.character.examples, done.found) == (0, 0)
    assert (named(store, "miku"), teacher.characters()) == (set(), [])
    Corrector(store).redo()
    assert [one.examples for one in teacher.characters()] == [5]


def test_a_character_is_found_in_the_library_and_others_stay_unknown(store, teacher) -> None:
    done = teacher.teach("Miku Oc", ids_of(0, 0, 5))
    found = named(store, "miku_oc")
    assert len(found & set(ids_of(0))) >= EACH - 1
    assert not found - set(ids_of(0))
    assert (done.found, done.without_vector) == (len(found) - 5, 0)
    assert (done.character.examples, done.character.pictures) == (5, len(found))
    with store.library.read() as conn:
        row = tags.by_name(conn, "miku_oc")
        assert row is not None
        assert row.tag.category is TagCategory.CHARACTER


def test_it_is_one_action_with_a_name(store, teacher) -> None:
    teacher.teach("miku", ids_of(0, 0, 5))
    found = named(store, "miku")
    [undone] = Corrector(store).undo()
    assert undone.label == "Teach miku"
    assert named(store, "miku") == set()
    assert teacher.characters() == []
    Corrector(store).redo()
    assert named(store, "miku") == found
    assert [one.tag.name for one in teacher.characters()] == ["miku"]


def test_more_examples_add_to_those_that_are_known(store, teacher) -> None:
    teacher.teach("miku", ids_of(0, 0, 3))
    done = teacher.teach("miku", ids_of(0, 3, 5), not_shown=ids_of(1, 0, 1))
    assert (done.character.examples, done.character.negatives) == (5, 1)


def test_a_rejected_name_stays_rejected_and_teaches(store, teacher) -> None:
    teacher.teach("miku", ids_of(0, 0, 5))
    wrong = ids_of(0)[-1]
    Corrector(store).correct([wrong], reject=["miku"])
    Refresher(store).refresh()
    assert wrong not in named(store, "miku")


def test_who_is_forgotten_is_no_longer_found_but_what_was_said_stays(store, teacher) -> None:
    teacher.teach("miku", ids_of(0, 0, 6))
    teacher.teach("rin", ids_of(1, 0, 3))
    teacher.forget("miku")
    assert named(store, "miku") == set(ids_of(0, 0, 6))
    assert [one.tag.name for one in teacher.characters()] == ["rin"]
    assert len(named(store, "rin")) > 3
    teacher.forget("rin")  # the last one
    assert named(store, "rin") == set(ids_of(1, 0, 3))
    Corrector(store).undo()
    assert len(named(store, "rin")) > 3
    with pytest.raises(AnitagError, match="luka"):
        teacher.forget("luka")


def test_two_characters_become_one(store, teacher) -> None:
    teacher.teach("miku", ids_of(0, 0, 3))
    teacher.teach("hatsune_miku", ids_of(0, 3, 6))
    action = teacher.merge("miku", "hatsune_miku")
    [one] = teacher.characters()
    assert (one.tag.name, one.examples) == ("hatsune_miku", 6)
    assert len(named(store, "hatsune_miku")) >= EACH - 1
    assert action.id is not None
    Corrector(store).undo()
    assert [one.tag.name for one in teacher.characters()] == ["hatsune_miku", "miku"]


def test_pictures_that_no_model_looked_at_teach_nothing_and_are_counted(store, teacher) -> None:
    new = add_image(store, 5_000)
    done = teacher.teach("miku", [*ids_of(0, 0, 3), new])
    assert done.without_vector == 1
    assert new in {*ids_of(0, 0, 3), new}
    assert "miku" in tags_of(store, new)


def test_without_vectors_it_says_so_and_changes_nothing(tmp_path) -> None:
    with open_store(tmp_path / "empty") as store:
        image = add_image(store, 0)
        with pytest.raises(AnitagError, match="vector"):
            Teacher(store, Corrector(store), Refresher(store)).teach("miku", [image])
        assert tags_of(store, image) == {}


def test_one_character_becomes_two(store, teacher) -> None:
    teacher.teach("miku", [*ids_of(0, 0, 4), *ids_of(1, 0, 4)])
    action = teacher.split("miku", "Rin", ids_of(1, 0, 4))
    assert action.label == "Split rin from miku"
    assert {one.tag.name: one.examples for one in teacher.characters()} == {"miku": 4, "rin": 4}
    assert len(named(store, "rin") & set(ids_of(1))) >= EACH - 1
    assert not named(store, "miku") & set(ids_of(1))
    assert len(named(store, "miku") & set(ids_of(0))) >= EACH - 1
    Corrector(store).undo()
    assert [(one.tag.name, one.examples) for one in teacher.characters()] == [("miku", 8)]
    with pytest.raises(AnitagError, match="luka"):
        teacher.split("luka", "rin", ids_of(0, 0, 1))
    with pytest.raises(AnitagError, match="choose another name"):
        teacher.split("miku", "Miku", ids_of(0, 0, 1))


def test_references_are_taken_away(store, teacher) -> None:
    teacher.teach("miku", [*ids_of(0, 0, 4), *ids_of(1, 0, 1)])
    assert teacher.drop("miku", ids_of(1, 0, 1)).label == "Remove references of miku"
    assert [one.examples for one in teacher.characters()] == [4]
    assert not named(store, "miku") & set(ids_of(1))
    Corrector(store).undo()
    assert [one.examples for one in teacher.characters()] == [5]


def test_an_outfit_implies_who_wears_it(store, teacher) -> None:
    teacher.teach("miku", ids_of(0, 0, 4))
    done = teacher.teach("miku", ids_of(1, 0, 4), outfit="Swimsuit")
    assert done.character.tag.name == "miku_(swimsuit)"
    assert {one.tag.name: one.examples for one in teacher.characters()} == {
        "miku": 8,
        "miku_(swimsuit)": 4,
    }
    assert len(named(store, "miku_(swimsuit)") & set(ids_of(1))) >= EACH - 2
    assert not named(store, "miku_(swimsuit)") & set(ids_of(0))
    with store.library.read() as conn:
        child, parent = tags.by_name(conn, "miku_(swimsuit)"), tags.by_name(conn, "miku")
        assert child is not None
        assert parent is not None
        assert implications.parents(conn, child.tag_id) == {parent.tag_id}
    Corrector(store).undo()
    assert [one.tag.name for one in teacher.characters()] == ["miku"]


def test_an_outfit_of_an_outfit_silences_neither(store, teacher) -> None:
    teacher.teach("miku", ids_of(0, 0, 4))
    teacher.teach("miku", ids_of(0, 4, 8), outfit="swimsuit")
    before = {name: named(store, name) for name in ("miku", "miku_(swimsuit)")}
    teacher.teach("miku_(swimsuit)", ids_of(0, 8, 11), outfit="hat")
    assert all(before[name] <= named(store, name) for name in before)
    assert set(ids_of(0, 8, 11)) <= named(store, "miku_(swimsuit)_(hat)")
    dressed = Portrayer(store).portrait("miku_(swimsuit)_(hat)")
    assert dressed.wearer is not None
    assert (dressed.wearer.name, dressed.look_alikes) == ("miku_(swimsuit)", ())
    assert Portrayer(store).portrait("miku").look_alikes == ()


def test_a_portrait_says_how_sure_it_is_and_who_looks_alike(store, teacher) -> None:
    teacher.teach("miku", ids_of(0, 0, 5), not_shown=ids_of(2, 0, 1))
    teacher.teach("rin", ids_of(1, 0, 2))
    teacher.teach("miku", ids_of(0, 5, 8), outfit="swimsuit")
    portrait = Portrayer(store).portrait("Miku")
    assert set(portrait.references) == set(ids_of(0, 0, 8))
    assert portrait.rejected == tuple(ids_of(2, 0, 1))
    assert portrait.known_alone is not None
    assert portrait.known_alone >= 7
    assert set(portrait.best) <= set(ids_of(0, 8))
    assert portrait.best
    assert [one.tag.name for one in portrait.look_alikes] == ["rin"]
    assert 0 < portrait.look_alikes[0].distance < 2
    assert [one.name for one in portrait.outfits] == ["miku_(swimsuit)"]
    dressed = Portrayer(store).portrait("miku_(swimsuit)")
    assert dressed.wearer == portrait.tag
    assert Portrayer(store).portrait("rin").known_alone is None
    with pytest.raises(AnitagError, match="luka"):
        Portrayer(store).portrait("luka")


def test_what_teaching_changed_is_kept(store, teacher) -> None:
    assert Refresher(store).changes() is None
    done = teacher.teach("miku", ids_of(0, 0, 5))
    changes = Refresher(store).changes()
    assert changes is not None
    assert changes.action.label == "Teach miku"
    [changed] = changes.tags
    assert (changed.tag.name, changed.appeared, changed.disappeared) == ("miku", done.found, 0)
    assert set(changed.on) == named(store, "miku") - set(ids_of(0, 0, 5))
    teacher.forget("miku")
    changes = Refresher(store).changes()
    assert changes is not None
    assert changes.action.label == "Forget miku"
    assert [(one.tag.name, one.disappeared) for one in changes.tags] == [("miku", done.found)]


def test_what_cannot_be_learnt_is_not_recorded_either(store, teacher) -> None:
    teacher.teach("miku", ids_of(0, 0, 4))
    teacher.teach("rin", ids_of(1, 0, 4))
    use_model(store, ModelKey("gives/no-vectors", "1"))
    done = Corrector(store).history(9)
    for what in (
        lambda: teacher.teach("luka", ids_of(2, 0, 3)),
        lambda: teacher.split("miku", "luka", ids_of(0, 0, 2)),
        lambda: teacher.drop("miku", ids_of(0, 0, 2)),
        lambda: teacher.merge("miku", "rin"),
        lambda: teacher.forget("miku"),
    ):
        with pytest.raises(AnitagError, match="vector"):
            what()
    assert Corrector(store).history(9) == done
    assert {one.tag.name: one.examples for one in teacher.characters()} == {"miku": 4, "rin": 4}


def test_whoever_is_not_on_a_fully_reviewed_picture_is_not_taught_by_it(store, teacher) -> None:
    teacher.teach("miku", ids_of(0, 0, 4))
    before = named(store, "miku")
    others = [*ids_of(1), *ids_of(2)]
    Corrector(store).complete(others)
    refresher = Refresher(store)
    [examples] = refresher._told().lesson.characters.values()
    denied = {facts_of(one - 1).sha256 for one in others if "miku" in rejected_of(store, one)}
    assert set(examples.negative) == denied
    assert len(denied) < len(others)
    refresher.refresh()
    assert named(store, "miku") == before
