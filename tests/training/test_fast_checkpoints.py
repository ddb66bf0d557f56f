"""Fast copies of checkpoints: the same tensors, calculated in 16 bits where torch is."""

import importlib
import os
from pathlib import Path

import numpy as np
import pytest

from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.recognition.preprocessing import preprocess
from anitag_desktop.recognition.providers import open_model
from anitag_desktop.services.approximating import Approximator
from anitag_desktop.services.indexing import Indexer
from anitag_desktop.services.model_running import ModelRunner
from anitag_desktop.services.modelling import Models
from anitag_desktop.services.searching import Searcher
from anitag_desktop.services.showing import Showing
from anitag_desktop.services.tagging import TaggingQueue
from tests.helpers import images
from tests.helpers.checkpoints import write_random_checkpoint
from tests.helpers.libraries import open_store

pytest.importorskip("torch")

pytestmark = [pytest.mark.training, pytest.mark.integration]


@pytest.fixture
def store(tmp_path: Path):
    with open_store(tmp_path / "library") as opened:
        yield opened


def test_a_checkpoint_in_16_bits(tmp_path: Path, store, monkeypatch) -> None:
    torch = importlib.import_module("torch")
    model = write_random_checkpoint(tmp_path / "m")
    images.write_drawings(tmp_path / "art", 4)
    modelling, indexer = Models(store, tmp_path / "bundled"), Indexer(store, quiet=0.0)
    exact = modelling.add(tmp_path / "m")
    indexer.add_folder(os.fspath(tmp_path / "art"))
    indexer.scan()
    tagging = TaggingQueue(store, indexer, modelling)
    tagging.run_until_idle()
    tagging.stop()
    # No test goes by the clock: the copy is said to be twice as fast.
    paces = iter([2.0, 4.0] * 4)
    monkeypatch.setattr(ModelRunner, "pace", property(lambda _runner: next(paces)))
    done = Approximator(store, modelling, Searcher(store), Showing(store)).approximate(exact.id)
    assert done.agreement.pictures == 4
    assert done.agreement.largest_gap < 0.1
    assert done.view is not None
    assert done.view.id == f"{exact.id}-bf16"
    copy = modelling.package(done.view.id)
    assert isinstance(copy, ModelPackage)
    assert (copy.manifest.precision, copy.manifest.made_from) == ("bf16", exact.id)
    pixels = preprocess(images.drawing(1, 90, 60), copy.manifest.preprocess)
    [reading] = open_model(copy).recognizer.recognise(pixels[None])
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        wanted = torch.sigmoid(model(torch.from_numpy(pixels[None])).float())[0].numpy()
    assert np.abs(reading.scores - wanted).max() < 1e-3
