"""Forgetting what a model said: it goes, the user's word and the other models' stay."""

import random
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.prediction import Label, ModelKey, Score, Thresholds
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.forgetting import Forgetter
from anitag_desktop.services.modelling import Models
from anitag_desktop.services.searching import Searcher
from anitag_desktop.storage import images, models, predictions, remembered_models, schema
from anitag_desktop.storage.bitmap_search_index import BitmapSearchIndex
from anitag_desktop.storage.fault_points import FaultError
from anitag_desktop.storage.log import Doing
from tests.helpers.libraries import (
    MODEL,
    add_image,
    facts_of,
    fill,
    open_store,
    predict,
    rejected_of,
    rows_of,
    tags_of,
)

OTHER = ModelKey("test/other", "7")
SAID = (schema.runs, schema.predictions, schema.embeddings)


@pytest.fixture
def forgetter(store, tmp_path: Path) -> Forgetter:
    return Forgetter(store, Models(store, tmp_path / "bundled"))


def activate(store, *keys: ModelKey) -> None:
    def step(conn):
        for key in keys:
            models.register(conn, key, Thresholds())
        models.activate(Doing(conn, None, time.time()), keys)

    store.library.write(step)


def kept(store, key: ModelKey) -> list[int]:
    """How many runs, predictions and vectors of a model there are."""
    number = select(schema.idx_models.c.id).where(schema.idx_models.c.model_id == key.model_id)
    number = number.where(schema.idx_models.c.revision == key.revision).scalar_subquery()
    with store.library.read() as conn:
        counts = (select(func.count()).where(table.c.model_id == number) for table in SAID)
        return [conn.execute(query).scalar_one() for query in counts]


def embed(store, number: int, key: ModelKey) -> None:
    hat = Score(Label("hat", TagCategory.GENERAL), 0.9)
    predictions.store(store, facts_of(number).sha256, key, [hat], b"\0\0" * 4)


def test_all_that_a_model_said_goes_and_what_the_user_said_stays(store, forgetter):
    first, second = fill(store, [{"hat": 0.9, "scarf": 0.8}, {"hat": 0.9, "cat": 0.3}])
    embed(store, 1, MODEL)
    Corrector(store).correct([first], confirm=["hat"], reject=["scarf"])
    assert kept(store, MODEL) == [2, 3, 1]
    seen = []
    store.changes.subscribe(seen.append)
    done = forgetter.forget(MODEL.model_id)
    assert (done.pictures, done.is_complete) == (2, True)
    assert kept(store, MODEL) == [0, 0, 0]
    assert rows_of(store, first) == {"hat": ("user", None)}
    assert rejected_of(store, first) == {"scarf"}
    assert tags_of(store, second) == {}
    assert frozenset({first, second}) in {change.images for change in seen}
    assert seen[-1].models
    with store.library.read() as conn:
        assert models.active(conn) == (MODEL,)
        assert images.count_without_run(conn, [MODEL]) == 2
    assert forgetter.memories() == []


def test_a_model_that_looks_again_brings_it_back(store, forgetter):
    (image,) = fill(store, [{"hat": 0.9}])
    forgetter.forget(MODEL.model_id)
    predict(store, 0, {"hat": 0.9})
    assert tags_of(store, image) == {"hat": "model"}


def test_a_model_that_is_not_in_use_takes_no_tags_along(store, forgetter):
    (image,) = fill(store, [{"hat": 0.9}])
    predict(store, 0, {"hat": 0.9, "cat": 0.9}, OTHER)
    preview = forgetter.preview("other")
    assert [(m.id, m.is_here, m.is_active) for m in preview.models] == [
        ("test/other", False, False)
    ]
    assert (preview.pictures, preview.changed, preview.lost) == (1, 0, 0)
    forgetter.forget("other")
    assert kept(store, OTHER) == [0, 0, 0]
    assert kept(store, MODEL) == [1, 1, 0]
    assert tags_of(store, image) == {"hat": "model"}


def test_searches_do_not_find_it_any_more(store, forgetter):
    fill(store, [{"hat": 0.9}, {"hat": 0.9}, {}])
    index = BitmapSearchIndex(store)
    index.load()
    searcher = Searcher(store, index)
    assert (searcher.count("hat"), searcher.count("model:test/model")) == (2, 3)
    forgetter.forget(MODEL.model_id)
    assert (searcher.count("hat"), searcher.count("model:test/model")) == (0, 0)


@pytest.mark.parametrize("seed", range(6))
def test_the_preview_says_what_will_happen(store, forgetter, seed):
    draw = random.Random(seed)
    names = ["hat", "scarf", "cat", "dog", "1girl"]

    def scores():
        return {name: draw.random() for name in draw.sample(names, draw.randint(0, 4))}

    ids = fill(store, [scores() for _ in range(9)])
    activate(store, MODEL, OTHER)
    for number in draw.sample(range(9), 6):
        predict(store, number, scores(), OTHER)
    Corrector(store).correct(ids[:3], confirm=["hat"], reject=["dog"])
    before = [set(tags_of(store, image)) for image in ids]
    preview = forgetter.preview(OTHER.model_id)
    assert (preview.pictures, preview.is_estimate) == (6, False)
    forgetter.forget(OTHER.model_id)
    pairs = list(zip(before, (set(tags_of(store, image)) for image in ids), strict=True))
    assert preview.changed == sum(old != new for old, new in pairs)
    assert preview.lost == sum(len(old - new) for old, new in pairs)
    assert preview.gained == sum(len(new - old) for old, new in pairs)


def test_of_many_pictures_the_preview_is_an_estimate(store, forgetter, monkeypatch):
    monkeypatch.setattr("anitag_desktop.services.forgetting._SAMPLE", 2)
    fill(store, [{"hat": 0.9, "cat": 0.9}] * 6)
    preview = forgetter.preview(MODEL.model_id)
    assert (preview.pictures, preview.changed, preview.lost) == (6, 6, 12)
    assert preview.is_estimate


def test_whoever_gives_up_goes_on_with_the_rest(store, forgetter, monkeypatch):
    monkeypatch.setattr(remembered_models, "_PORTION", 2)
    ids = fill(store, [{"hat": 0.9}] * 5)
    told = []
    done = forgetter.forget(
        MODEL.model_id, "", lambda *counts: told.append(counts), lambda: len(told) == 2
    )
    assert (done.pictures, done.is_complete) == (4, False)
    assert told == [(2, 5), (4, 5)]
    assert [tags_of(store, image) for image in ids] == [{}] * 4 + [{"hat": "model"}]
    assert forgetter.preview(MODEL.model_id).pictures == 1
    assert forgetter.forget(MODEL.model_id).is_complete
    assert tags_of(store, ids[-1]) == {}


def test_a_failure_leaves_a_part_that_fits_together(tmp_path, monkeypatch):
    monkeypatch.setattr(remembered_models, "_PORTION", 2)
    with open_store(tmp_path / "library") as store:
        ids = fill(store, [{"hat": 0.9}] * 5)
        forgetter = Forgetter(store, Models(store, tmp_path / "bundled"))

        def fail_next(_done: int, _total: int) -> None:
            monkeypatch.setenv("ANITAG_FAULT", "index.before_commit:raise")

        with pytest.raises(FaultError):
            forgetter.forget(MODEL.model_id, "", fail_next)
        monkeypatch.delenv("ANITAG_FAULT")
    with open_store(tmp_path / "library") as store:
        assert [tags_of(store, image) for image in ids] == [{}, {}] + [{"hat": "model"}] * 3
        assert kept(store, MODEL) == [3, 3, 0]
        Forgetter(store, Models(store, tmp_path / "bundled")).forget(MODEL.model_id)
        assert kept(store, MODEL) == [0, 0, 0]


def test_what_a_model_says_meanwhile_is_not_forgotten(store, forgetter, monkeypatch):
    monkeypatch.setattr(remembered_models, "_PORTION", 1)
    ids = fill(store, [{"hat": 0.9}] * 3)

    def look_again(done: int, _total: int) -> None:
        if done == 1:
            predict(store, 2, {"cat": 0.9})

    forgetter.forget(MODEL.model_id, "", look_again)
    assert [tags_of(store, image) for image in ids] == [{}, {}, {"cat": "model"}]
    assert kept(store, MODEL) == [1, 1, 0]


def test_one_revision_alone(store, forgetter):
    fill(store, [{"hat": 0.9}])
    older = ModelKey(MODEL.model_id, "0")
    predict(store, 0, {"hat": 0.9}, older)
    assert [one.revision for one in forgetter.memories()] == ["0", "1"]
    forgetter.forget("model", "0")
    assert (kept(store, older), kept(store, MODEL)) == ([0, 0, 0], [1, 1, 0])


def test_what_is_not_remembered_is_said(store, forgetter):
    with pytest.raises(AnitagError, match=r"Something is kept of: no model\."):
        forgetter.preview("test/model")
    fill(store, [{"hat": 0.9}])
    for call in (forgetter.preview, forgetter.forget):
        with pytest.raises(AnitagError) as error:
            call("wd")
        assert (error.value.code, error.value.params["known"]) == (
            "nothing_remembered",
            "test/model",
        )


def test_regions_that_only_it_found_go_too(store, forgetter):
    add_image(store, 0)
    sha256 = facts_of(0).sha256
    detector, vectors = ModelKey("a/detector", "1"), ModelKey("a/vectors", "1")
    predict(store, 0, {}, detector)
    find(store, f"{sha256}#1", detector, 9000)
    for uid in ("1", "2"):
        find(store, f"{sha256}#{uid}", vectors, None)
    find(store, f"{sha256}#2", OTHER, 8000)
    forgetter.forget("detector")
    with store.library.read() as conn:
        left = conn.execute(
            select(schema.idx_subjects.c.uid, schema.idx_models.c.model_id)
            .join(schema.regions, schema.regions.c.subject_id == schema.idx_subjects.c.id)
            .join(schema.idx_models, schema.idx_models.c.id == schema.regions.c.model_id)
        ).all()
    assert sorted(left) == [(f"{sha256}#2", "a/vectors"), (f"{sha256}#2", "test/other")]


def find(store, uid: str, key: ModelKey, score: int | None) -> None:
    from anitag_desktop.storage import index_ids

    def step(index):
        [image] = index_ids.image_ids(index, [uid[:64]]).values()
        row = {"uid": uid, "image_id": image}
        index.execute(schema.idx_subjects.insert().prefix_with("OR IGNORE"), row)
        query = select(schema.idx_subjects.c.id).where(schema.idx_subjects.c.uid == uid)
        box = dict.fromkeys(("left", "top", "width", "height"), 0.25)
        said = {"subject_id": index.execute(query).scalar_one(), "score": score, "label": "face"}
        said["model_id"] = index_ids.model_id(index, key)
        index.execute(schema.regions.insert(), said | box)

    store.index.write(step)
