"""Whom regions may show, by vectors of regions that the user named."""

import numpy as np
import pytest

from anitag_desktop.domain.image import Box
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.services.administering import TagAdministration
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.outlining import Outliner
from anitag_desktop.storage import actions, predictions, tags
from anitag_desktop.storage.predictions import ModelRun
from anitag_desktop.storage.region_finds import Look, Looks
from tests.helpers.libraries import facts_of, fill, open_store
from tests.helpers.seen_regions import EMBEDDER, use_for_regions

MIKU, RIN = "hatsune_miku", "kagamine_rin"
SAME = 0.643


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "library") as store:
        use_for_regions(store, EMBEDDER)
        yield store


@pytest.fixture
def images(store):
    return fill(store, [{}] * 8)


@pytest.fixture
def outliner(store):
    return Outliner(store, lambda: {EMBEDDER: SAME})


@pytest.fixture
def draw(store, outliner, images):
    """Draw a region in picture ``number`` that the embedder sees at an angle (in degrees)."""

    def make(number: int, angle: float, name: str = "", key: ModelKey = EMBEDDER) -> str:
        box = Box(0.1, 0.1, 0.2, 0.2)
        uid = outliner.draw(images[number], box, "face", f"char:{name}" if name else "").uid
        turn = np.deg2rad(angle)
        vector = (7 * np.array([np.cos(turn), np.sin(turn), 0.0, 0.0])).astype("<f2").tobytes()
        sha256 = facts_of(number).sha256
        looks = Looks(sha256, {}, [Look(uid, box, {key: vector})])
        predictions.store_many(store, [ModelRun(sha256, key, (), None)], [looks])
        return uid

    return make


@pytest.fixture
def proposed(outliner, images):
    def ask(number: int) -> list[tuple[str, float]]:
        (region,) = outliner.regions(images[number])
        return [(one.tag.name, round(one.score, 2)) for one in region.proposals]

    return ask


def test_the_nearest_named_region_is_proposed(draw, proposed, outliner, images):
    draw(0, 0, MIKU)
    draw(1, 79, RIN)
    draw(2, 30)
    assert proposed(2) == [(MIKU, 0.87), (RIN, 0.66)]
    (region,) = outliner.regions(images[2])
    assert (region.proposed.tag.name, region.proposed.model) == (MIKU, "test/ccip")
    assert (region.identity, region.tags) == (None, ()), "it counts for nothing by itself"


def test_what_is_not_near_enough_is_not(draw, proposed):
    draw(0, 0, MIKU)
    draw(1, 51)
    draw(2, 49)
    assert (proposed(1), proposed(2)) == ([], [(MIKU, 0.66)])


def test_the_mean_of_the_three_nearest_counts(draw, proposed):
    for number, angle in enumerate((0, 40, 40, 170)):
        draw(number, angle, MIKU)
    draw(4, 0)
    assert proposed(4) == [(MIKU, round((1 + 2 * np.cos(np.deg2rad(40))) / 3, 2))]


def test_who_is_named_gets_no_proposal_of_that_name(draw, proposed, outliner, images):
    draw(0, 0, MIKU)
    uid = draw(1, 5)
    outliner.name(uid, MIKU)
    assert proposed(1) == []
    (region,) = outliner.regions(images[1])
    assert region.proposed is None


def test_a_proposal_that_was_rejected_does_not_come_back_there_nor_nearer_to_it(
    draw, proposed, outliner
):
    draw(0, 0, MIKU)
    uid = draw(1, 30)
    outliner.correct(uid, reject=[MIKU])
    draw(2, 20)
    draw(3, 10)
    assert (proposed(1), proposed(2)) == ([], []), "10 degrees from the no, 20 from the yes"
    assert proposed(3) == [(MIKU, 0.98)]


def test_examples_that_were_taught_count_as_named(store, draw, proposed, outliner):
    known = draw(0, 90, MIKU)
    taught = draw(1, 0)
    denied = draw(2, 20)
    draw(3, 5)
    draw(4, 18)
    with store.library.read() as conn:
        tag = tags.by_name(conn, MIKU).tag
    for uid, is_positive in ((taught, True), (denied, False)):
        teach(store, tag, uid, is_positive)
    outliner.reject(known)
    assert proposed(3) == [(MIKU, 1.0)]
    assert proposed(4) == [], "nearer to what it is not"


def teach(store, tag, uid, is_positive):
    command = {
        "op": "character.example",
        "tag": {"uid": tag.uid, "name": tag.name, "category": tag.category.value},
        "subject": uid,
        "is_positive": is_positive,
    }
    store.library.write(lambda conn: actions.perform(conn, "Teach", [command]))


def test_undoing_a_name_takes_its_proposals_back(store, draw, proposed, outliner):
    uid = draw(0, 0)
    draw(1, 5)
    outliner.name(uid, f"char:{MIKU}")
    assert proposed(1) == [(MIKU, 1.0)]
    Corrector(store).undo()
    assert proposed(1) == []


def test_rejected_regions_and_other_tags_teach_nothing(draw, proposed, outliner):
    gone = draw(0, 0, MIKU)
    outliner.reject(gone)
    hat = draw(1, 0)
    outliner.correct(hat, confirm=["gen:hat"])
    draw(2, 0)
    assert proposed(2) == []


def test_a_renamed_character_is_proposed_by_its_name(store, draw, proposed):
    draw(0, 0, MIKU)
    draw(1, 0)
    TagAdministration(store).rename(MIKU, "miku")
    assert proposed(1) == [("miku", 1.0)]


def test_vectors_of_another_model_are_never_compared(store, draw, proposed):
    draw(0, 0, MIKU, ModelKey("test/ccip", "2"))
    draw(1, 0)
    assert proposed(1) == []


def test_nonsense_for_a_vector_is_passed_over(store, draw, proposed, outliner, images):
    draw(0, 0, MIKU)
    for number, values in ((1, [0, 0, 0, 0]), (2, [np.nan, 1, 0, 0]), (3, [np.inf, 1, 0, 0])):
        uid = draw(number, 0)
        sha256 = facts_of(number).sha256
        look = Look(uid, Box(0.1, 0.1, 0.2, 0.2), {EMBEDDER: np.array(values, "<f2").tobytes()})
        predictions.store_many(store, [], [Looks(sha256, {}, [look])])
        assert proposed(number) == []
