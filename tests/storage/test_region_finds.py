"""What detectors find is kept by its place, and what nobody finds any more goes."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from anitag_desktop.domain.image import Box
from anitag_desktop.domain.prediction import Label, ModelKey, Score
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.storage import images, predictions, waiting_regions
from anitag_desktop.storage.predictions import ModelRun
from anitag_desktop.storage.schema import embeddings, idx_subjects, regions, runs
from tests.helpers.libraries import MODEL, add_image, fill, open_store, tags_of
from tests.helpers.seen_regions import (
    DETECTOR,
    EMBEDDER,
    FACE,
    OTHER,
    boxes_of,
    find,
    look,
    shown,
    use_for_regions,
)

NEWER = ModelKey("test/faces", "2")
PERSONS = ModelKey("test/persons", "1")
MOVED = replace(FACE, left=0.12, width=0.21)


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "library") as store:
        yield store


@pytest.fixture
def image(store):
    use_for_regions(store, DETECTOR, EMBEDDER)
    return add_image(store, 1)


def count(store, table):
    with store.index.read() as conn:
        return conn.execute(select(func.count()).select_from(table)).scalar_one()


def waiting(store, image, *keys):
    with store.library.read() as conn:
        found = waiting_regions.of_images(conn, [image], keys or (EMBEDDER,))
        models = keys or (DETECTOR, EMBEDDER)
        lacking = images.without_run(conn, models, 9, embedders=keys or (EMBEDDER,))
    return sorted((r.place.box for r in found.get(image, ())), key=lambda b: b.left), bool(lacking)


def test_what_a_detector_in_use_found_is_shown(store, image):
    find(store, 1, [OTHER, FACE], score=0.75)
    first, second = shown(store, image)
    assert (first.place.box, first.place.label) == (FACE, "face")
    assert (first.score, first.model, first.is_given) == (0.75, "test/faces", False)
    assert second.place.box == OTHER
    use_for_regions(store, PERSONS)
    assert shown(store, image) == ()


def test_a_thing_keeps_its_uid_when_it_is_found_again(store, image):
    find(store, 1, [FACE, OTHER])
    before = shown(store, image)
    find(store, 1, [OTHER, MOVED])
    after = shown(store, image)
    assert [region.uid for region in after] == [region.uid for region in before]
    assert after[0].place.box == MOVED


def test_what_is_not_found_again_goes_with_all_that_was_made_of_it(store, image):
    find(store, 1, [FACE, OTHER], embedders=[EMBEDDER])
    assert (count(store, embeddings), count(store, regions)) == (2, 4)
    find(store, 1, [OTHER], embedders=[EMBEDDER])
    assert boxes_of(store, image) == [OTHER]
    assert (count(store, embeddings), count(store, regions)) == (1, 2)
    find(store, 1, [])
    assert boxes_of(store, image) == []
    assert (count(store, embeddings), count(store, regions)) == (0, 0)
    assert count(store, runs) == 2, "that they looked at the picture is still known"


def test_a_newer_detector_takes_the_place_of_the_one_that_is_no_longer_used(store, image):
    find(store, 1, [FACE, OTHER])
    uid = shown(store, image)[0].uid
    use_for_regions(store, NEWER)
    find(store, 1, [MOVED], NEWER)
    (region,) = shown(store, image)
    assert (region.uid, region.place.box) == (uid, MOVED)
    assert count(store, regions) == 1


def test_two_detectors_name_one_thing_once_and_the_surer_one_says_where(store, image):
    use_for_regions(store, DETECTOR, NEWER, PERSONS)
    find(store, 1, [FACE], score=0.6)
    find(store, 1, [MOVED], NEWER, score=0.8)
    find(store, 1, [FACE], PERSONS, label="person")
    face, person = sorted(shown(store, image), key=lambda region: region.place.label)
    assert (face.place.box, face.score) == (MOVED, 0.8)
    assert person.place.label == "person"
    find(store, 1, [], NEWER)
    assert boxes_of(store, image) == [FACE, FACE]


def test_regions_wait_for_an_embedder_that_has_not_seen_them(store, image):
    find(store, 1, [FACE, OTHER])
    assert waiting(store, image) == ([FACE, OTHER], True)
    look(store, 1, *shown(store, image))
    assert waiting(store, image) == ([], False)
    newer = ModelKey("test/ccip", "2")
    assert waiting(store, image, newer) == ([FACE, OTHER], True)
    find(store, 1, [FACE], embedders=[newer])
    assert waiting(store, image, newer) == ([], False)


def test_what_was_left_out_is_not_asked_for_again(store, image):
    find(store, 1, [FACE])
    sha256 = shown(store, image)[0].uid[:64]
    left_out = predictions.Looks(
        sha256,
        {},
        [predictions.region_finds.Look(shown(store, image)[0].uid, FACE, {EMBEDDER: None})],
    )
    predictions.store_many(store, [ModelRun(sha256, EMBEDDER, (), None)], [left_out])
    assert waiting(store, image) == ([], False)
    assert count(store, embeddings) == 0


def test_what_a_model_says_of_a_region_is_said_of_the_picture(store):
    (image,) = fill(store, [{"hat": 0.9}])
    use_for_regions(store, DETECTOR)
    find(store, 0, [FACE])
    (region,) = shown(store, image)
    miku = Score(Label("hatsune_miku", TagCategory.CHARACTER), 0.7)
    safe = Score(Label("rating:general", TagCategory.RATING), 0.7)
    predictions.store_many(store, [ModelRun(region.uid, MODEL, [miku, safe])])
    assert tags_of(store, image) == {"hat": "model", "hatsune_miku": "model"}
    (region,) = shown(store, image)
    assert region.identity.tag.name == "hatsune_miku"
    assert region.identity.score == 0.7
    find(store, 0, [])
    assert tags_of(store, image) == {"hat": "model"}


def test_a_region_is_a_subject_in_the_index(store, image):
    find(store, 1, [FACE])
    with store.index.read() as conn:
        uids = set(conn.execute(select(idx_subjects.c.uid)).scalars())
    assert len(uids) == 2
    assert {uid[:64] for uid in uids} == {shown(store, image)[0].uid[:64]}


def test_the_region_of_a_picture_that_the_library_does_not_know(store):
    find(store, 7, [FACE])
    use_for_regions(store, DETECTOR)
    assert boxes_of(store, add_image(store, 7)) == [FACE]


def test_boxes_of_any_shape(store, image):
    find(store, 1, [Box(0.0, 0.0, 1.0, 1.0), Box(0.999, 0.0, 0.001, 1.0)])
    assert len(boxes_of(store, image)) == 2
