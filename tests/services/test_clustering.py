"""Unknown characters: grouped, named, ignored, and no longer asked about."""

from collections.abc import Iterable, Iterator

import numpy as np
import pytest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.image import Box
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.domain.region import Place
from anitag_desktop.services import clustering
from anitag_desktop.services.clustering import Unknowns
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.outlining import Outliner
from anitag_desktop.services.portraying import Portrayer
from anitag_desktop.services.refreshing import Refresher
from anitag_desktop.services.showing import Showing
from anitag_desktop.services.teaching import Teacher
from anitag_desktop.storage import (
    ignored_subjects,
    log,
    models,
    predictions,
    regions,
    taught_scores,
    unknown_subjects,
)
from anitag_desktop.storage.log import Doing
from anitag_desktop.storage.predictions import ModelRun
from anitag_desktop.storage.region_finds import Find, Looks
from anitag_desktop.storage.store import Store
from tests.helpers.libraries import MODEL, add_image, facts_of, open_store, tags_of, use_model

DIM, CHARACTERS, EACH, OTHERS = 48, 5, 10, 30
PICTURES = CHARACTERS * EACH + OTHERS
DETECTOR, EMBEDDER = ModelKey("detector", "1"), ModelKey("embedder", "1")


def likenesses() -> np.ndarray:
    draw = np.random.default_rng(0)
    centres = draw.standard_normal((CHARACTERS, 1, DIM))
    return (centres + 0.4 * draw.standard_normal((CHARACTERS, EACH, DIM))).reshape(-1, DIM)


def every_vector() -> np.ndarray:
    """Ten of each of five characters, and thirty others."""
    others = np.random.default_rng(9).standard_normal((OTHERS, DIM))
    return np.concatenate((likenesses(), others))


@pytest.fixture
def store(tmp_path) -> Iterator[Store]:
    """A library with ten pictures of each of five characters, and thirty others."""
    with open_store(tmp_path / "library") as store:
        use_model(store)
        runs = []
        for number, vector in enumerate(every_vector()):
            add_image(store, number)
            found = vector.astype("<f2").tobytes()
            runs.append(ModelRun(facts_of(number).sha256, MODEL, (), found))
        predictions.store_many(store, runs)
        yield store


@pytest.fixture
def unknowns(store) -> Unknowns:
    return Unknowns(store, a_teacher(store), same)


def same() -> dict[ModelKey, float]:
    return {EMBEDDER: 0.6}


def a_teacher(store: Store) -> Teacher:
    return Teacher(store, Corrector(store), Refresher(store, same))


def shown(cluster) -> set[int]:
    """Whom a cluster shows, by the numbers of the pictures."""
    return {(one.image_id - 1) // EACH for one in cluster.members}


def test_each_character_is_a_group_until_it_has_a_name(store, unknowns) -> None:
    found = unknowns.clusters()
    assert sorted(map(shown, found), key=min) == [{one} for one in range(CHARACTERS)]
    assert not found[0].is_of_regions
    first = unknowns.find(found[0].id)
    action = unknowns.name(first.members[:6], "Miku").action
    assert action.label == "Teach miku"
    named = {one for one in range(1, PICTURES + 1) if "miku" in tags_of(store, one)}
    assert {one.image_id for one in first.members[:6]} <= named
    assert shown(first) not in [shown(one) for one in unknowns.clusters() if len(one.members) > 4]
    Corrector(store).undo()
    assert [one.id for one in unknowns.clusters()] == [one.id for one in found]


def test_what_is_no_character_is_not_asked_about_again(store, unknowns) -> None:
    first, *others = unknowns.clusters()
    unknowns.ignore(first.members)
    assert {one.id for one in unknowns.clusters()} == {one.id for one in others}
    with pytest.raises(AnitagError, match=first.id):
        unknowns.find(first.id)
    Corrector(store).undo()
    assert unknowns.find(first.id) == first


def test_ignoring_more_says_nothing_of_what_was_ignored_before(store, unknowns) -> None:
    first, second, *_ = unknowns.clusters()
    assert unknowns.ignore(first.members).id
    assert unknowns.ignore(first.members).id is None
    unknowns.ignore([*first.members[:2], *second.members])
    with store.library.read() as conn:
        told = log.commands_after(conn, 0, ignored_subjects.OPERATION)
        done = log.commands_after(conn, 0, "action.done")
    assert [len(one["subjects"]) for one in told] == [len(first.members), len(second.members) + 2]
    assert done[-1]["inverse"][0]["subjects"] == sorted(one.uid for one in second.members)
    Corrector(store).undo()
    found = {one.id for one in unknowns.clusters()}
    assert second.id in found
    assert first.id not in found


def test_a_face_that_is_nobody_keeps_its_place(store, unknowns) -> None:
    look_at_faces(store, range(PICTURES))
    first = next(one for one in unknowns.clusters() if shown(one) == {0})
    unknowns.ignore(first.members)
    assert not [one for one in unknowns.clusters() if one.is_of_regions and shown(one) == {0}]
    assert boxes_said(store) == {one.uid: one.box for one in first.members}
    Corrector(store).undo()
    assert boxes_said(store) == {}
    assert unknowns.find(first.id) == first


def boxes_said(store: Store) -> dict[str, Box | None]:
    with store.library.read() as conn:
        found = regions.said_of(conn, range(1, PICTURES + 1))
    return {uid: said.box for uid, (_, said) in found.items() if said.box is not None}


def look_at_faces(store: Store, numbers: Iterable[int]) -> None:
    def use(conn):
        models.use_for_regions(Doing(conn, None, 0.0), [DETECTOR, EMBEDDER])

    store.library.write(use)
    looks = [face(number, every_vector()[number]) for number in numbers]
    predictions.store_many(store, [], looks)


def named(store: Store, name: str) -> set[int]:
    return {one for one in range(1, PICTURES + 1) if name in tags_of(store, one)}


def test_a_group_of_faces_teaches_and_is_found_on_other_faces(store, unknowns) -> None:
    look_at_faces(store, range(PICTURES))
    first = next(one for one in unknowns.clusters() if shown(one) == {0})
    assert first.is_of_regions
    done = unknowns.name(first.members[:4], "Miku")
    assert done.action.label == "Name 4 regions miku"
    assert (done.character.examples, done.character.parts, done.without_vector) == (4, 4, 0)
    [region] = Outliner(store).regions(first.members[0].image_id)
    assert [one.tag.name for one in region.tags] == ["miku"]
    found = named(store, "miku")
    assert done.found == len(found) - 4
    assert len(found) >= EACH - 1
    assert found <= set(range(1, EACH + 1))
    assert not [one for one in unknowns.clusters() if one.is_of_regions and shown(one) == {0}]
    Corrector(store).undo()
    assert named(store, "miku") == set()
    assert a_teacher(store).characters() == []
    assert [one for one in unknowns.clusters() if one.is_of_regions and shown(one) == {0}]
    Corrector(store).redo()
    assert named(store, "miku") == found


def test_a_face_that_comes_later_is_named_as_it_comes(store, unknowns) -> None:
    look_at_faces(store, range(3, PICTURES))
    first = next(one for one in unknowns.clusters() if one.is_of_regions and shown(one) == {0})
    unknowns.name(first.members[:5], "Miku")
    assert not named(store, "miku") & {1, 2, 3}
    look_at_faces(store, range(3))
    assert {1, 2, 3} <= named(store, "miku")


def test_faces_that_nobody_looked_at_have_their_name_and_teach_nothing_yet(store) -> None:
    drawn = [Outliner(store).draw(one, Box(0.1, 0.1, 0.5, 0.5)).uid for one in (1, 2, 3)]
    done = a_teacher(store).teach_parts("miku", drawn)
    assert (done.without_vector, done.found, done.are_parts) == (3, 0, True)
    assert named(store, "miku") == {1, 2, 3}
    with pytest.raises(AnitagError, match="region"):
        a_teacher(store).teach_parts("miku", ["0" * 64 + "#0"])


def test_who_is_named_by_hand_is_known_once_it_is_learnt(store) -> None:
    look_at_faces(store, range(PICTURES))
    outliner = Outliner(store)
    uids = {one: outliner.regions(one)[0].uid for one in range(1, 6)}
    for one in (1, 2):
        outliner.name(uids[one], "miku")
    Refresher(store, same).refresh()
    assert named(store, "miku") == {1, 2}  # of two nobody can be sure
    outliner.name(uids[3], "miku")
    Refresher(store, same).refresh()
    assert len(named(store, "miku")) >= EACH - 1
    [known] = a_teacher(store).characters()
    assert (known.examples, known.parts) == (3, 3)
    outliner.name(uids[3], "rin")
    assert {one.tag.name: one.examples for one in a_teacher(store).characters()} == {
        "miku": 2,
        "rin": 1,
    }
    outliner.reject(uids[3])
    assert [one.tag.name for one in a_teacher(store).characters()] == ["miku"]


def test_references_that_are_faces_are_shown_split_dropped_and_forgotten(store) -> None:
    look_at_faces(store, range(PICTURES))
    outliner, teacher = Outliner(store), a_teacher(store)
    uids = [outliner.regions(one)[0].uid for one in (1, 2, 3, 11, 12, 13)]
    teacher.teach_parts("miku", uids)
    portrait = Portrayer(store).portrait("miku")
    assert set(portrait.references) == {1, 2, 3, 11, 12, 13}
    assert portrait.known_alone is not None
    assert portrait.best
    assert not {*portrait.best, *portrait.references} & {*portrait.doubtful}
    teacher.split("miku", "rin", [11, 12, 13])
    assert {one.tag.name: one.parts for one in teacher.characters()} == {"miku": 3, "rin": 3}
    assert not named(store, "miku") & set(range(11, 21))
    assert len(named(store, "rin") & set(range(11, 21))) >= EACH - 1
    assert [one.tag.name for one in Portrayer(store).portrait("miku").look_alikes] == ["rin"]
    teacher.drop("rin", [11])
    assert {one.tag.name: one.parts for one in teacher.characters()} == {"miku": 3, "rin": 2}
    Corrector(store).undo(2)
    assert [(one.tag.name, one.parts) for one in teacher.characters()] == [("miku", 6)]
    teacher.forget("miku")
    assert teacher.characters() == []
    assert named(store, "miku") == {1, 2, 3, 11, 12, 13}


def test_a_picture_without_a_character_speaks_against_its_faces(store) -> None:
    look_at_faces(store, range(PICTURES))
    teacher = a_teacher(store)
    teacher.teach_parts("miku", [Outliner(store).regions(one)[0].uid for one in (1, 2, 3)])
    wrong = max(named(store, "miku") - {1, 2, 3})
    shown_before = len(named(store, "miku"))
    Corrector(store).correct([wrong], reject=["miku"])
    Refresher(store, same).refresh()
    assert wrong not in named(store, "miku")
    assert len(named(store, "miku")) <= shown_before - 1
    [known] = teacher.characters()
    assert known.examples == 3


def test_the_best_score_of_a_character_known_by_faces_is_told(store) -> None:
    look_at_faces(store, range(PICTURES))
    uids = [Outliner(store).regions(one)[0].uid for one in (1, 2, 3)]
    a_teacher(store).teach_parts("miku", uids)
    details = Showing(store).details([1 + EACH])
    with store.library.read() as conn:
        [known] = taught_scores.suggest(conn, store.paths.heads, details)
    assert "miku" in [one.tag.name for one in known.suggestions]


def face(number: int, vector: np.ndarray) -> Looks:
    content = vector.astype("<f2").tobytes()
    find = Find(Place("face", Box(0.2, 0.2, 0.4, 0.4)), 0.9, {EMBEDDER: content})
    return Looks(facts_of(number).sha256, {DETECTOR: [find]})


def test_an_empty_library_has_no_unknown(tmp_path) -> None:
    with open_store(tmp_path / "empty") as store:
        teacher = Teacher(store, Corrector(store), Refresher(store))
        assert Unknowns(store, teacher).clusters() == []


def test_of_more_than_can_be_compared_those_that_came_last_are(
    store, unknowns, monkeypatch
) -> None:
    monkeypatch.setattr(unknown_subjects, "BLOCK", 16)
    whole = {one.id for one in unknowns.clusters()}
    assert len(whole) == CHARACTERS
    monkeypatch.setattr(clustering, "MOST", OTHERS + 2 * EACH)
    found = unknowns.clusters()
    assert {one.id for one in found} < whole
    assert sorted(map(shown, found), key=min) == [{3}, {4}]
