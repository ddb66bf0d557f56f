"""What is done again when it would come out otherwise, and what is not."""

import os
from pathlib import Path

import pytest

from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.services import reading, retrying
from anitag_desktop.services.configuring import Configuration
from anitag_desktop.services.indexing import Indexer
from anitag_desktop.services.modelling import Models
from anitag_desktop.services.tagging import TaggingQueue
from anitag_desktop.storage import problems
from anitag_desktop.worker.client import WorkerClient
from tests.helpers.images import drawing
from tests.helpers.models import own_manifest, write_manifest, write_package

pytestmark = pytest.mark.integration


class Desk:
    """A library on real parts, which remembers what is given to the workers."""

    def __init__(self, store, root, models, given):
        self.store, self.root, self.models, self.given = store, root, models, given
        Indexer(store, quiet=0.0).add_folder(root)

    def work(self):
        """Look and read until nothing waits; return the names of the files that were read."""
        self.given.clear()
        indexing = Indexer(self.store, quiet=0.0)
        tagging = TaggingQueue(self.store, indexing, Models(self.store, self.models))
        indexing.scan()
        tagging.run_until_idle()
        return [Path(os.fsdecode(path)).name for path in self.given]

    def tags(self):
        with self.store.library.read() as conn:
            rows = conn.exec_driver_sql("SELECT count(*) FROM idx.image_tags")
            return rows.scalar_one()

    def problems(self):
        with self.store.library.read() as conn:
            return [problem.code for problem in problems.every(conn)]


@pytest.fixture
def desk(store, root, tmp_path, monkeypatch):
    given = []
    submit = WorkerClient.submit

    def noting(self, job, **options):
        given.append(job.path)
        return submit(self, job, **options)

    monkeypatch.setattr(WorkerClient, "submit", noting)
    write_package(tmp_path / "models" / "test")
    for number in range(3):
        path = root / f"{number}.png"
        drawing(number).save(path)
        os.utime(path, (1_000_000 + number, 1_000_000 + number))
    return Desk(store, root, tmp_path / "models", given)


def change_manifest(desk, **changes):
    folder = desk.models / "test"
    write_manifest(folder, {**own_manifest(folder, 32), **changes})


def test_nothing_is_done_again_without_a_change(desk):
    assert desk.work() == ["2.png", "1.png", "0.png"]
    assert desk.work() == []


def test_pictures_are_seen_again_when_they_are_prepared_otherwise(desk):
    desk.work()
    before = desk.tags()
    steps = own_manifest(desk.models / "test", 32)["preprocess"]
    steps[3] = {**steps[3], "kernel": "bicubic"}
    change_manifest(desk, preprocess=steps)
    assert sorted(desk.work()) == ["0.png", "1.png", "2.png"]
    assert desk.tags() == before
    assert desk.work() == []


def test_other_words_for_the_same_preparation_change_nothing(desk):
    desk.work()
    steps = own_manifest(desk.models / "test", 32)["preprocess"]
    steps[3] = {**steps[3], "rounds": False, "multiple": 1}
    change_manifest(desk, preprocess=steps, title="Another title")
    assert desk.work() == []


def test_pictures_are_seen_again_by_another_revision_last_come_first(desk, monkeypatch):
    desk.work()
    drawing(9).save(desk.root / "late.png")
    desk.work()
    monkeypatch.setattr(reading, "IN_FLIGHT", 1)
    change_manifest(desk, revision="2")
    seen = desk.work()
    assert (seen[0], sorted(seen)) == ("late.png", ["0.png", "1.png", "2.png", "late.png"])
    assert desk.work() == []


def test_thresholds_are_applied_to_what_is_known(desk):
    desk.work()
    Configuration(desk.store, Models(desk.store, desk.models)).change(
        thresholds={TagCategory.GENERAL: 0.99}
    )
    assert desk.work() == []
    change_manifest(desk, decode={"thresholds": {"general": 0.2}})
    assert desk.work() == []


def test_what_could_not_be_decoded_is_tried_with_other_decoders(desk, monkeypatch):
    (desk.root / "broken.png").write_bytes(b"nothing")
    (desk.root / "film.mp4").write_bytes(b"frames")
    assert "broken.png" in desk.work()
    assert desk.work() == []
    monkeypatch.setattr(retrying, "_DECODERS", ("pillow", "another"))
    assert desk.work() == ["broken.png"]
    assert sorted(desk.problems()) == ["picture_unknown", "picture_unsupported"]
    assert desk.work() == []
