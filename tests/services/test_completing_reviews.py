"""Full reviews: what a picture says of which every tag was looked at."""

import pytest

from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.domain.question import FULLY_REVIEWED
from anitag_desktop.services.administering import TagAdministration
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.storage import log, tags, told_evidence
from tests.helpers.libraries import add_image, fill, predict, rejected_of, tags_of, use_model


@pytest.fixture
def corrector(store):
    return Corrector(store)


def _told(store):
    """What the user said, by tag name: places of pictures with and without it."""
    with store.library.read() as conn:
        return {
            tag.name: list(own.values()) for tag, own in told_evidence.with_denials(conn).items()
        }


def test_what_is_there_is_confirmed_and_what_was_suggested_is_rejected(store, corrector):
    (image,) = fill(store, [{"hat": 0.9, "scarf": 0.3, "rating:general": 0.9}])
    corrector.complete([image])
    assert tags_of(store, image) == {
        "hat": "user",
        FULLY_REVIEWED: "user",
        "rating:general": "model",
    }
    assert rejected_of(store, image) == {"scarf"}


def test_the_log_has_the_model_and_the_scores_that_were_seen(store, corrector):
    (image,) = fill(store, [{"hat": 0.9, "scarf": 0.3}])
    corrector.complete([image])
    with store.library.read() as conn:
        names = {tags.by_name(conn, name).tag_id: name for name in ("hat", "scarf")}
        lines = [one for one in log.history(conn, [image]) if one.tag_id in names]
    seen = {names[one.tag_id]: (one.model_id, one.score) for one in lines}
    assert seen == {"hat": ("test/model", 0.9), "scarf": ("test/model", 0.3)}


def test_it_is_one_action_that_undo_takes_back(store, corrector):
    images = fill(store, [{"hat": 0.9, "scarf": 0.3}, {"cat": 0.8}])
    before = [tags_of(store, image) for image in images]
    action = corrector.complete(images)
    assert action.label == "Review 2 pictures fully"
    corrector.undo()
    assert [tags_of(store, image) for image in images] == before
    assert not any(rejected_of(store, image) for image in images)
    assert corrector.complete(images).id is not None
    assert corrector.complete(images).id is None


def test_it_can_be_part_of_a_correction(store, corrector):
    (image,) = fill(store, [{"hat": 0.9}])
    action = corrector.complete([image], corrector.correct([image], add=["cat"]))
    assert action.label == "Add cat"
    corrector.undo()
    assert tags_of(store, image) == {"hat": "model"}


def test_the_word_of_the_user_on_single_tags_stays(store, corrector):
    (image,) = fill(store, [{"hat": 0.9, "scarf": 0.3, "cat": 0.8}])
    corrector.correct([image], confirm=["scarf"], reject=["cat"])
    corrector.complete([image])
    assert tags_of(store, image).keys() == {"hat", "scarf", FULLY_REVIEWED}
    assert rejected_of(store, image) == {"cat"}


def test_what_a_tag_implies_is_not_rejected(store, corrector):
    (image,) = fill(store, [{"witch_hat": 0.9, "hat": 0.3}])
    TagAdministration(store).imply("witch_hat", "hat")
    corrector.complete([image])
    assert rejected_of(store, image) == set()
    corrector.correct([add_image(store, 1)], confirm=["hat"])
    assert _told(store)["hat"] == [True]


def test_a_tag_of_a_later_model_is_not_the_user_s(store, corrector):
    (image,) = fill(store, [{"hat": 0.9}])
    corrector.complete([image])
    predict(store, 0, {"hat": 0.1, "dog": 0.9}, use_model(store, ModelKey("test/newer", "7")))
    assert tags_of(store, image) == {"hat": "user", "dog": "model", FULLY_REVIEWED: "user"}


def test_a_reviewed_picture_lacks_a_tag_that_was_known_by_then_and_no_other(store, corrector):
    first, second, third = fill(store, [{}, {}, {}])
    corrector.correct([first], add=["mine"])
    corrector.complete([second])
    corrector.correct([third], add=["later"])
    assert _told(store) == {"mine": [True, False], "later": [True]}


def test_what_is_spoken_of_with_it_for_the_first_time_is_known_of_all_the_pictures(
    store, corrector
):
    images = fill(store, [{"hat": 0.9}, {}])
    corrector.complete(images)
    assert _told(store) == {"hat": [True, False]}


def test_a_picture_that_is_not_reviewed_any_longer_says_nothing_more(store, corrector):
    first, second = fill(store, [{}, {}])
    corrector.correct([first], add=["mine"])
    corrector.complete([second])
    corrector.clear([second], [FULLY_REVIEWED])
    assert _told(store) == {"mine": [True]}
