"""timm checkpoints where torch is: the scores and vectors of timm's own way to run them."""

import importlib
from pathlib import Path

import numpy as np
import pytest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.prediction import SCORE_FLOOR
from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.recognition.preprocessing import preprocess
from anitag_desktop.recognition.providers import open_model
from anitag_desktop.recognition.verification import verify
from anitag_desktop.worker.messages import Recognised, VerifyJob
from tests.helpers import images
from tests.helpers.checkpoints import TINY, write_checkpoint, write_random_checkpoint
from tests.helpers.look_alikes import square
from tests.helpers.workers import worker

pytest.importorskip("torch")

pytestmark = pytest.mark.training

SWIN = {
    "architecture": "swinv2_tiny_window8_256",
    "model_args": {
        "img_size": 32,
        "embed_dim": 12,
        "depths": [1, 1],
        "num_heads": [2, 2],
        "window_size": 4,
    },
}


@pytest.mark.parametrize("changes", [{}, SWIN], ids=["vit", "swin"])
def test_scores_are_those_of_timm(tmp_path: Path, changes) -> None:
    torch = importlib.import_module("torch")
    model = write_random_checkpoint(tmp_path / "m", **changes)
    package = ModelPackage.load(tmp_path / "m")
    chosen = open_model(package)
    assert [check for check in verify(chosen.recognizer) if not check.ok] == []
    pictures = [images.drawing(n, 90, 60) for n in range(3)]
    arrays = [preprocess(picture, package.manifest.preprocess) for picture in pictures]
    readings = chosen.recognizer.recognise(np.stack(arrays))
    for picture, reading in zip(pictures, readings, strict=True):
        pixels = np.asarray(square(picture, 32), np.float32)[..., ::-1] / 255
        batch = torch.from_numpy(((pixels - 0.5) / 0.5).transpose(2, 0, 1)[None].copy())
        with torch.no_grad():
            wanted = torch.sigmoid(model(batch))[0].numpy()
            vector = model.forward_head(model.forward_features(batch), pre_logits=True)[0].numpy()
        limit = 1e-4 if chosen.provider.startswith("CPU") else 1e-2
        assert np.abs(reading.scores - wanted).max() < limit
        assert float(reading.embedding @ (vector / np.linalg.norm(vector))) > 1 - 1e-3


@pytest.mark.integration
def test_a_checkpoint_in_a_worker_process(tmp_path: Path) -> None:
    """Torch is loaded behind the same limits as everything else that meets pictures."""
    write_random_checkpoint(tmp_path / "m")
    picture = images.drawing(1, 90, 60)
    picture.save(tmp_path / "a.png")
    package = ModelPackage.load(tmp_path / "m")
    [alone] = open_model(package).recognizer.recognise(
        preprocess(picture, package.manifest.preprocess)[None]
    )
    with worker(tmp_path / "thumbnails", [tmp_path / "m"]) as started:
        [answer] = started.recognise([tmp_path / "a.png"])
        [verified] = started.ask(VerifyJob(started.client.new_job_id()))
    assert isinstance(answer, Recognised), answer
    found = dict(answer.models[0].scores)
    assert all(abs(alone.scores[place] - score) < 1e-3 for place, score in found.items())
    assert len(found) == int((alone.scores >= SCORE_FLOOR).sum())
    assert answer.models[0].embedding is not None
    assert [f for f in verified.findings if not f.ok] == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"architecture": "vit_of_nobody"}, 'no architecture "vit_of_nobody"'),
        ({"model_args": {**TINY["model_args"], "depth": 2}}, "blocks.1"),
    ],
)
def test_tensors_have_to_fill_the_architecture(tmp_path: Path, changes, words: str) -> None:
    write_random_checkpoint(tmp_path / "m")
    tensors = write_checkpoint(tmp_path / "n", **changes)
    (tensors / "model.safetensors").write_bytes((tmp_path / "m/model.safetensors").read_bytes())
    with pytest.raises(AnitagError) as caught:
        open_model(ModelPackage.load(tmp_path / "n"))
    assert words in str(caught.value)
