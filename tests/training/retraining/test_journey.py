"""The whole loop on a small library: tag, correct, refresh, train, compare, accept, go back."""

import os
import shutil
import sys

import pytest

pytest.importorskip("torch")
pytest.importorskip("timm")

from anitag_desktop.domain.retraining import RetrainingState
from anitag_desktop.services import planning
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.indexing import Indexer
from anitag_desktop.services.modelling import Models
from anitag_desktop.services.refreshing import Refresher
from anitag_desktop.services.retraining import Retrainer
from anitag_desktop.services.tagging import TaggingQueue
from anitag_desktop.storage import models
from tests.helpers.libraries import open_store, tags_of
from tests.helpers.toy_sets import toy_picture

pytestmark = [pytest.mark.training, pytest.mark.integration]

PICTURES, CORRECTED, STEPS = 90, 60, 10


def tags(store):
    return [tags_of(store, number) for number in range(1, PICTURES + 1)]


def active(store):
    with store.library.read() as conn:
        return [key.model_id for key in models.active(conn)]


def test_the_whole_loop(base, tmp_path, monkeypatch):
    monkeypatch.setenv("ANITAG_TRAINING_PYTHON", sys.executable)
    monkeypatch.setattr(planning, "steps_for", lambda _pictures: STEPS)
    shutil.copytree(base, tmp_path / "bundled" / "toy")
    (tmp_path / "art").mkdir()
    for seed in range(PICTURES):
        toy_picture(900 + seed)[0].save(tmp_path / "art" / f"{seed:03}.png")
    with open_store(tmp_path / "library") as store:
        modelling, indexer = Models(store, tmp_path / "bundled"), Indexer(store, quiet=0.0)
        indexer.add_folder(os.fspath(tmp_path / "art"))
        indexer.scan()

        def tag():
            queue = TaggingQueue(store, indexer, modelling)
            queue.run_until_idle()
            queue.stop()

        tag()
        before = tags(store)

        with store.library.read() as conn:
            sql = "SELECT image_id, path FROM files ORDER BY path"
            ids = [image_id for image_id, _ in conn.exec_driver_sql(sql)]
        scarlet = [ids[seed] for seed in range(CORRECTED) if (900 + seed) % 3 == 0]
        others = [ids[seed] for seed in range(CORRECTED) if (900 + seed) % 3]
        corrector = Corrector(store)
        corrector.correct(scarlet, add=["scarlet"])
        corrector.correct(others, reject=["scarlet"])

        assert Refresher(store).refresh().action.id is not None

        retrainer, said = Retrainer(store, modelling), []
        found = retrainer.train(on_event=said.append)
        assert {"prepared", "step", "share", "compared"} <= {event["event"] for event in said}
        assert found.state is RetrainingState.JUDGED
        assert found.report["held_out"] > 0
        assert active(store) == ["anitag/toy"]

        view = retrainer.accept(anyway=True)
        assert active(store) == [view.id] == ["personal/toy-retrained-1"]
        assert view.labels == len(modelling.package("anitag/toy").labels) + 1
        tag()
        for number, own in enumerate(tags(store), 1):
            assert (own.get("scarlet") == "user") == (number in scarlet)
            assert number not in others or "scarlet" not in own

        retrainer.roll_back()
        assert active(store) == ["anitag/toy"]
        corrector.undo(3)
        assert tags(store) == before
