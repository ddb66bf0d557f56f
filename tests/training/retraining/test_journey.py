"""The whole loop on a small library: tag, correct, refresh, train, compare, accept, go back."""

import sys

import pytest

pytest.importorskip("torch")
pytest.importorskip("timm")

from anitag_desktop.domain.retraining import RetrainingState
from anitag_desktop.services import planning
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.refreshing import Refresher
from anitag_desktop.services.retraining import Retrainer
from tests.helpers.toy_libraries import FIRST_SEED, open_toy_library

pytestmark = [pytest.mark.training, pytest.mark.integration]

PICTURES, CORRECTED, STEPS = 90, 60, 10


def test_the_whole_loop(base, tmp_path, monkeypatch):
    monkeypatch.setenv("ANITAG_TRAINING_PYTHON", sys.executable)
    monkeypatch.setattr(planning, "steps_for", lambda _pictures: STEPS)
    with open_toy_library(base, tmp_path, PICTURES) as library:
        store, modelling, before = library.store, library.modelling, library.tags

        told = list(enumerate(library.ids[:CORRECTED], FIRST_SEED))
        scarlet = [image_id for seed, image_id in told if seed % 3 == 0]
        others = [image_id for seed, image_id in told if seed % 3]
        corrector = Corrector(store)
        corrector.correct(scarlet, add=["scarlet"])
        corrector.correct(others, reject=["scarlet"])

        assert Refresher(store).refresh().action.id is not None

        retrainer, said = Retrainer(store, modelling), []
        found = retrainer.train(on_event=said.append)
        assert {"prepared", "step", "share", "compared"} <= {event["event"] for event in said}
        assert found.state is RetrainingState.JUDGED
        assert found.report["held_out"] > 0
        assert library.active == ["anitag/toy"]

        view = retrainer.accept(anyway=True)
        assert library.active == [view.id] == ["personal/toy-retrained-1"]
        assert view.labels == len(modelling.package("anitag/toy").labels) + 1
        library.tag()
        for image_id, own in zip(library.ids, library.tags, strict=True):
            assert (own.get("scarlet") == "user") == (image_id in scarlet)
            assert image_id not in others or "scarlet" not in own

        retrainer.roll_back()
        assert library.active == ["anitag/toy"]
        corrector.undo(3)
        assert library.tags == before
