"""Unknown characters: grouped, named, ignored, and no longer asked about."""

from collections.abc import Iterator

import numpy as np
import pytest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.image import Box
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.domain.region import Place
from anitag_desktop.services.clustering import Unknowns
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.outlining import Outliner
from anitag_desktop.services.refreshing import Refresher
from anitag_desktop.services.teaching import Teacher
from anitag_desktop.storage import models, predictions
from anitag_desktop.storage.log import Doing
from anitag_desktop.storage.predictions import ModelRun
from anitag_desktop.storage.region_finds import Find, Looks
from anitag_desktop.storage.store import Store
from tests.helpers.libraries import MODEL, add_image, facts_of, open_store, tags_of, use_model

DIM, CHARACTERS, EACH = 48, 5, 10
DETECTOR, EMBEDDER = ModelKey("detector", "1"), ModelKey("embedder", "1")


def likenesses() -> np.ndarray:
    draw = np.random.default_rng(0)
    centres = draw.standard_normal((CHARACTERS, 1, DIM))
    return (centres + 0.4 * draw.standard_normal((CHARACTERS, EACH, DIM))).reshape(-1, DIM)


@pytest.fixture
def store(tmp_path) -> Iterator[Store]:
    """A library with ten pictures of each of five characters, and thirty others."""
    others = np.random.default_rng(9).standard_normal((30, DIM))
    with open_store(tmp_path / "library") as store:
        use_model(store)
        runs = []
        for number, vector in enumerate(np.concatenate((likenesses(), others))):
            add_image(store, number)
            found = vector.astype("<f2").tobytes()
            runs.append(ModelRun(facts_of(number).sha256, MODEL, (), found))
        predictions.store_many(store, runs)
        yield store


@pytest.fixture
def unknowns(store) -> Unknowns:
    teacher = Teacher(store, Corrector(store), Refresher(store))
    return Unknowns(store, teacher, lambda: {EMBEDDER: 0.6})


def shown(cluster) -> set[int]:
    """Whom a cluster shows, by the numbers of the pictures."""
    return {(one.image_id - 1) // EACH for one in cluster.members}


def test_each_character_is_a_group_until_it_has_a_name(store, unknowns) -> None:
    found = unknowns.clusters()
    assert sorted(map(shown, found), key=min) == [{one} for one in range(CHARACTERS)]
    assert not found[0].is_of_regions
    first = unknowns.find(found[0].id)
    action = unknowns.name(first.members[:6], "Miku")
    assert action.label == "Teach miku"
    named = {one for one in range(1, 81) if "miku" in tags_of(store, one)}
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


def test_faces_are_grouped_and_named_as_regions(store, unknowns) -> None:
    def use(conn):
        models.use_for_regions(Doing(conn, None, 0.0), [DETECTOR, EMBEDDER])

    store.library.write(use)
    look = [face(number, likenesses()[number]) for number in range(EACH)]
    predictions.store_many(store, [], look)
    first = unknowns.clusters()[0]
    assert first.is_of_regions
    assert shown(first) == {0}
    action = unknowns.name(first.members, "Miku")
    assert action.label == f"Name {len(first.members)} regions miku"
    [region] = Outliner(store).regions(first.members[0].image_id)
    assert [one.tag.name for one in region.tags] == ["miku"]
    assert not any(one.is_of_regions for one in unknowns.clusters())
    Corrector(store).undo()
    assert unknowns.clusters()[0].is_of_regions


def face(number: int, vector: np.ndarray) -> Looks:
    content = vector.astype("<f2").tobytes()
    find = Find(Place("face", Box(0.2, 0.2, 0.4, 0.4)), 0.9, {EMBEDDER: content})
    return Looks(facts_of(number).sha256, {DETECTOR: [find]})


def test_an_empty_library_has_no_unknown(tmp_path) -> None:
    with open_store(tmp_path / "empty") as store:
        teacher = Teacher(store, Corrector(store), Refresher(store))
        assert Unknowns(store, teacher).clusters() == []
