"""Healing: what was taught speaks again once another model has looked at the pictures."""

from collections.abc import Iterator

import numpy as np
import pytest

from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.healing import Healer, Waiting
from anitag_desktop.services.refreshing import Refresher
from anitag_desktop.services.teaching import Teacher
from anitag_desktop.storage import predictions
from anitag_desktop.storage.predictions import ModelRun
from anitag_desktop.storage.store import Store
from tests.helpers.libraries import MODEL, add_image, facts_of, open_store, tags_of, use_model

DIM, CHARACTERS, EACH = 48, 8, 10
PICTURES = CHARACTERS * EACH
OTHER = ModelKey("test/other", "1")


def looked(store: Store, model: ModelKey, numbers, seed: int) -> None:
    """Let a model look at pictures: ten of each character, one after the other."""
    draw = np.random.default_rng(seed)
    centres = draw.standard_normal((CHARACTERS, 1, DIM))
    vectors = (centres + 0.4 * draw.standard_normal((CHARACTERS, EACH, DIM))).reshape(-1, DIM)
    runs = [
        ModelRun(facts_of(n).sha256, model, (), vectors[n].astype("<f2").tobytes()) for n in numbers
    ]
    predictions.store_many(store, runs)


@pytest.fixture
def store(tmp_path) -> Iterator[Store]:
    with open_store(tmp_path / "library") as store:
        use_model(store)
        for number in range(PICTURES):
            add_image(store, number)
        looked(store, MODEL, range(PICTURES), 0)
        yield store


@pytest.fixture
def teacher(store) -> Teacher:
    return Teacher(store, Corrector(store), Refresher(store))


@pytest.fixture
def healer(store) -> Healer:
    return Healer(store, Refresher(store), lambda: [OTHER])


def named(store: Store) -> set[int]:
    return {one for one in range(1, PICTURES + 1) if "miku" in tags_of(store, one)}


def test_a_new_model_is_learnt_on_once_it_has_looked_at_the_pictures(
    store, teacher, healer
) -> None:
    teacher.teach("miku", range(1, 6))
    found = named(store)
    assert len(found) > 7
    assert (healer.waiting(), healer.heal()) == (None, False)
    use_model(store, OTHER)
    assert named(store) == {1, 2, 3, 4, 5}
    assert healer.heal() is False  # there is nothing yet to learn on
    assert healer.waiting() == Waiting(0, PICTURES, is_in_vain=False)
    looked(store, OTHER, range(30), 1)
    assert healer.waiting() == Waiting(30, PICTURES, is_in_vain=False)
    looked(store, OTHER, range(30, PICTURES), 1)
    assert healer.heal() is True
    assert len(named(store)) > 7
    assert (healer.waiting(), healer.heal()) == (None, False)


def test_where_no_model_gives_vectors_it_says_that_waiting_is_in_vain(store, teacher) -> None:
    teacher.teach("miku", range(1, 6))
    use_model(store, OTHER)
    waiting = Healer(store, Refresher(store), list).waiting()
    assert waiting == Waiting(0, PICTURES, is_in_vain=True)


def test_an_example_counts_as_soon_as_it_was_looked_at(store, teacher, healer) -> None:
    late = add_image(store, PICTURES)
    done = teacher.teach("miku", [1, 2, late])
    assert done.without_vector == 1
    assert healer.heal() is False
    vector = np.random.default_rng(7).standard_normal(DIM).astype("<f2").tobytes()
    predictions.store_many(store, [ModelRun(facts_of(PICTURES).sha256, MODEL, (), vector)])
    assert healer.heal() is True
    assert healer.heal() is False
    Corrector(store).correct([1], reject=["miku"])  # an example no more, and not one too few
    Refresher(store).refresh()
    assert healer.heal() is False


def test_a_lost_head_is_learnt_again_and_giving_up_changes_nothing(store, teacher, healer) -> None:
    teacher.teach("miku", range(1, 6))
    for path in store.paths.heads.iterdir():
        path.unlink()
    use_model(store, OTHER)
    looked(store, OTHER, range(PICTURES), 1)
    assert healer.heal(lambda: True) is False
    assert named(store) == {1, 2, 3, 4, 5}
    assert healer.heal() is True
    assert len(named(store)) > 7


def test_nothing_taught_nothing_to_heal(store, healer) -> None:
    assert (healer.waiting(), healer.heal()) == (None, False)
