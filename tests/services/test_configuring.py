"""Configuring: a change is one action, checked, journalled, undone, and followed at once."""

import os
import time

import pytest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.prediction import ModelKey, Thresholds
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.services.administering import TagAdministration
from anitag_desktop.services.configuring import Configuration
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.indexing import Indexer
from anitag_desktop.services.modelling import Models
from anitag_desktop.services.searching import Searcher
from anitag_desktop.services.tagging import TaggingQueue
from anitag_desktop.settings import DEFAULT_EXCLUDES, Settings
from anitag_desktop.storage import models
from anitag_desktop.storage.log import Doing
from anitag_desktop.worker.client import WorkerClient
from tests.helpers.images import write_drawings
from tests.helpers.libraries import MODEL, fill, open_store, predict, tags_of, use_model
from tests.helpers.models import write_package

_OTHER = ModelKey("own/other", "1")


@pytest.fixture
def configuration(store, tmp_path):
    return Configuration(store, Models(store, tmp_path / "models"))


def refused(code, change, *args, **values):
    with pytest.raises(AnitagError) as error:
        change(*args, **values)
    assert error.value.code == code


def test_a_change_is_kept_and_undone_as_a_whole(tmp_path):
    wanted = Settings(excludes=("raw/",), scan_interval=120.0)
    with open_store(tmp_path / "library") as store:
        configuration = Configuration(store, Models(store))
        assert configuration.settings() == Settings()
        done = configuration.change(excludes=["raw/"], scan_interval=120)
        assert done.id is not None
        assert "left out" in done.label
        assert configuration.settings() == wanted
        assert configuration.change(excludes=("raw/",)).id is None
    with open_store(tmp_path / "library") as again:
        assert Configuration(again, Models(again)).settings() == wanted
        Corrector(again).undo()
        assert Configuration(again, Models(again)).settings() == Settings()


def test_what_nobody_set_follows_the_defaults(configuration):
    configuration.change(excludes=["raw/"], follow_links=True)
    configuration.reset("excludes")
    assert configuration.settings() == Settings(follow_links=True)
    assert configuration.settings().excludes == DEFAULT_EXCLUDES


def test_nonsense_changes_nothing(configuration, store):
    fill(store, [{"hat": 0.6}])
    refused("bad_value", configuration.change, scan_interval=120, excludes=["*"])
    refused("bad_value", configuration.set_threshold, TagCategory.RATING, 0.5)
    refused("bad_value", configuration.set_tag_threshold, "hat", 0.0)
    refused("unknown_tag", configuration.set_tag_threshold, "hta", 0.5)
    refused("unknown_tag", configuration.change, tag_thresholds={"hta": 0.5})
    with pytest.raises(TypeError):
        configuration.change(colour="pink")
    assert configuration.settings() == Settings()
    refused("nothing_to_undo", Corrector(store).undo)


def test_thresholds_decide_at_once_what_pictures_have(configuration, store):
    one, two = fill(store, [{"hat": 0.6, "cat": 0.3}, {"hat": 0.9}])
    searcher = Searcher(store)
    assert searcher.count("hat") == 2
    configuration.set_threshold(TagCategory.GENERAL, 0.7)
    assert (tags_of(store, one), tags_of(store, two)) == ({}, {"hat": "model"})
    assert (searcher.count("hat"), searcher.count("cat")) == (1, 0)
    configuration.set_tag_threshold("Cat", 0.2)
    assert tags_of(store, one) == {"cat": "model"}
    assert (searcher.count("hat"), searcher.count("cat")) == (1, 1)
    Corrector(store).undo(2)
    assert tags_of(store, one) == {"hat": "model"}
    assert (searcher.count("hat"), searcher.count("cat")) == (2, 0)


def test_a_category_beats_what_a_model_says_of_its_tags_and_a_tag_beats_both(configuration, store):
    (image,) = fill(store, [{"hat": 0.6, "cat": 0.6}])
    use_model(store, thresholds=Thresholds({TagCategory.GENERAL: 0.5}, {"hat": 0.9, "cat": 0.1}))
    assert tags_of(store, image) == {"cat": "model"}
    configuration.set_threshold(TagCategory.GENERAL, 0.55)
    assert tags_of(store, image) == {"cat": "model", "hat": "model"}
    configuration.set_tag_threshold("cat", 0.8)
    assert tags_of(store, image) == {"hat": "model"}
    configuration.set_threshold(TagCategory.GENERAL, None)
    configuration.set_tag_threshold("cat", None)
    assert tags_of(store, image) == {"cat": "model"}


def test_a_tag_keeps_its_threshold_under_another_name(configuration, store):
    (image,) = fill(store, [{"hat": 0.6}])
    configuration.set_tag_threshold("hat", 0.7)
    TagAdministration(store).rename("hat", "bonnet")
    assert tags_of(store, image) == {}
    use_model(store, thresholds=Thresholds(default=0.4))  # everything is derived anew
    assert tags_of(store, image) == {}
    assert configuration.settings().tag_thresholds == {"bonnet": 0.7}
    configuration.set_tag_threshold("hat", 0.5)
    assert tags_of(store, image) == {"bonnet": "model"}
    assert configuration.settings().tag_thresholds == {"bonnet": 0.5}


def test_a_threshold_that_a_crash_left_undone_is_followed_at_the_next_opening(
    tmp_path, monkeypatch
):
    with open_store(tmp_path / "library") as store:
        (image,) = fill(store, [{"hat": 0.6}])
        monkeypatch.setattr(store, "_derive", lambda stale: frozenset())
        monkeypatch.setattr("anitag_desktop.storage.store.mark_caught_up", lambda *_: None)
        Configuration(store, Models(store)).set_tag_threshold("hat", 0.7)
        assert tags_of(store, image) == {"hat": "model"}
    with open_store(tmp_path / "library") as again:
        assert tags_of(again, image) == {}


def test_leaving_out_a_folder_adds_its_path(configuration):
    configuration.leave_out("/pictures/[new] caf\udce9/raw")
    assert configuration.settings().excludes == (
        *DEFAULT_EXCLUDES,
        "/pictures/[[]new] caf?/raw/",
    )


def test_own_thresholds_are_those_of_the_active_model(configuration, tmp_path):
    assert configuration.own_thresholds() == {}
    package = write_package(tmp_path / "models" / "one")
    found = configuration.own_thresholds()
    assert TagCategory.RATING not in found
    assert package.exists()
    for low, high in found.values():
        assert 0 < low <= high <= 1
    assert TagCategory.GENERAL in found


@pytest.mark.integration
def test_the_recogniser_follows_its_number_of_threads(store, tmp_path, monkeypatch):
    asked = []
    make = WorkerClient.__init__

    def noting(self, *args, threads=None, **options):
        asked.append(threads)
        make(self, *args, threads=threads, **options)

    monkeypatch.setattr(WorkerClient, "__init__", noting)
    indexer = Indexer(store, quiet=0.0)
    models = Models(store, tmp_path / "models")
    configuration = Configuration(store, models)
    tagging = TaggingQueue(store, indexer, models)
    write_drawings(tmp_path / "art", 3)
    indexer.add_folder(os.fspath(tmp_path / "art"))
    indexer.scan()
    tagging.start()
    try:
        wait_for(lambda: 0 in asked)
        configuration.change(recogniser_threads=1)
        wait_for(lambda: asked[-1] == 1)
        configuration.change(scan_interval=60)
        assert tagging.run_until_idle().images == 3
        assert asked[-1] == 1
        assert asked.count(1) == 1
    finally:
        tagging.stop()


def wait_for(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def two_models(store):
    """Two models look at one picture; only one of them is sure of the cat."""
    (image,) = fill(store, [{"hat": 0.9, "cat": 0.9, "rating:general": 0.9}])
    predict(store, 0, {"hat": 0.7, "cat": 0.1, "rating:sensitive": 0.6}, _OTHER)

    def step(conn):
        models.register(conn, _OTHER, Thresholds())
        models.activate(Doing(conn, None, time.time()), [MODEL, _OTHER])

    store.library.write(step)
    return image


def test_whose_word_counts_among_several_models(configuration, store, tmp_path):
    image = two_models(store)
    everything = {"hat": "model", "cat": "model", "rating:general": "model"}
    assert tags_of(store, image) == everything
    configuration.set_merging(TagCategory.GENERAL, "agreement")
    assert tags_of(store, image) == {"hat": "model", "rating:general": "model"}
    assert Searcher(store).count("cat") == 0
    write_package(tmp_path / "models" / "other", id=_OTHER.model_id)
    configuration.set_merging(TagCategory.RATING, "other")
    assert tags_of(store, image) == {"hat": "model", "rating:sensitive": "model"}
    refused("bad_value", configuration.set_merging, TagCategory.META, "nobody")
    Corrector(store).undo(2)
    assert tags_of(store, image) == everything


def test_whose_word_counts_is_followed_at_the_next_opening_after_a_crash(tmp_path, monkeypatch):
    with open_store(tmp_path / "library") as store:
        image = two_models(store)
        monkeypatch.setattr(store, "_derive", lambda stale: frozenset())
        monkeypatch.setattr("anitag_desktop.storage.store.mark_caught_up", lambda *_: None)
        Configuration(store, Models(store)).set_merging(TagCategory.GENERAL, "agreement")
        assert "cat" in tags_of(store, image)
    with open_store(tmp_path / "library") as again:
        assert "cat" not in tags_of(again, image)


def test_each_picture_has_a_threshold_of_its_own(configuration, store):
    few, many = fill(
        store,
        [{"hat": 0.9, "cat": 0.6, "sky": 0.55}, {"hat": 0.44, "cat": 0.42, "sky": 0.1}],
    )
    assert set(tags_of(store, few)) == {"hat", "cat", "sky"}
    assert tags_of(store, many) == {}
    configuration.set_mcut(TagCategory.GENERAL, is_on=True)
    assert set(tags_of(store, few)) == {"hat", "cat", "sky"}, "the widest gap is the one to nothing"
    assert set(tags_of(store, many)) == {"hat", "cat"}
    assert Searcher(store).count("cat") == 2
    configuration.set_threshold(TagCategory.GENERAL, 0.58)
    assert set(tags_of(store, few)) == {"hat", "cat"}, "no cut is lower than what is set"
    assert tags_of(store, many) == {}
    configuration.set_tag_threshold("sky", 0.05)
    assert set(tags_of(store, many)) == {"sky"}, "what was set for a tag holds"
    TagAdministration(store).silence("hat")
    assert set(tags_of(store, few)) == {"cat", "sky"}
    configuration.set_mcut(TagCategory.GENERAL, is_on=False)
    Corrector(store).undo(5)
    assert set(tags_of(store, few)) == {"hat", "cat", "sky"}
    assert tags_of(store, many) == {}


def test_a_cut_is_made_for_each_model_and_when_something_is_said(configuration, store):
    (image,) = fill(store, [{"hat": 0.9, "cat": 0.3}])
    predict(store, 0, {"sky": 0.3, "cat": 0.28, "bow": 0.06}, _OTHER)
    configuration.set_mcut(TagCategory.GENERAL, is_on=True)
    assert tags_of(store, image) == {"hat": "model"}

    def step(conn):
        models.register(conn, _OTHER, Thresholds())
        models.activate(Doing(conn, None, time.time()), [MODEL, _OTHER])

    store.library.write(step)
    assert set(tags_of(store, image)) == {"hat", "cat", "sky"}
    corrector = Corrector(store)
    corrector.correct([image], reject=["sky"], add=["bow"])
    assert tags_of(store, image) == {"hat": "model", "cat": "model", "bow": "user"}


def test_a_cut_is_followed_at_the_next_opening_after_a_crash(tmp_path, monkeypatch):
    with open_store(tmp_path / "library") as store:
        (image,) = fill(store, [{"hat": 0.44, "cat": 0.1}])
        monkeypatch.setattr(store, "_derive", lambda stale: frozenset())
        monkeypatch.setattr("anitag_desktop.storage.store.mark_caught_up", lambda *_: None)
        Configuration(store, Models(store)).set_mcut(TagCategory.GENERAL, is_on=True)
        assert tags_of(store, image) == {}
    with open_store(tmp_path / "library") as again:
        assert tags_of(again, image) == {"hat": "model"}


def test_most_tags_of_a_category(configuration, store):
    (image,) = fill(store, [{"hat": 0.9, "cat": 0.8, "sky": 0.7, "rating:general": 0.9}])
    configuration.set_most_tags(TagCategory.GENERAL, 2)
    rest = {"rating:general": "model"}
    assert tags_of(store, image) == rest | {"hat": "model", "cat": "model"}
    assert Searcher(store).count("sky") == 0
    # Each of these asks for one tag only, and yet others come and go with it.
    corrector = Corrector(store)
    corrector.correct([image], reject=["hat"])
    assert tags_of(store, image) == rest | {"cat": "model", "sky": "model"}
    corrector.correct([image], confirm=["cat"])
    assert tags_of(store, image) == rest | {"cat": "user", "sky": "model"}
    configuration.set_tag_threshold("sky", 0.75)
    assert tags_of(store, image) == rest | {"cat": "user"}
    configuration.set_most_tags(TagCategory.GENERAL, None)
    corrector.undo(5)
    assert tags_of(store, image) == rest | {"hat": "model", "cat": "model", "sky": "model"}
