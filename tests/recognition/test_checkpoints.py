"""timm checkpoints as far as they are looked at without torch."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.recognition.providers import open_model
from tests.helpers.checkpoints import TINY, write_checkpoint, write_tensors


def refusal(folder: Path) -> str:
    with pytest.raises(AnitagError) as caught:
        ModelPackage.load(folder).check_hashes()
    assert caught.value.code == "model_refused"
    return str(caught.value.params["reason"])


def test_a_checkpoint_is_known_by_its_files(tmp_path: Path) -> None:
    package = ModelPackage.load(write_checkpoint(tmp_path / "m"))
    package.check_hashes()
    manifest = package.manifest
    assert (manifest.family, manifest.backend, manifest.input.size) == ("timm", "torch", (32, 32))
    assert (package.scores.width, package.embedding.width) == (14, 24)
    assert package.labels[12].category is TagCategory.CHARACTER
    (tmp_path / "m" / "anitag-model.json").write_text(package.manifest_json)
    assert ModelPackage.load(tmp_path / "m").manifest == manifest


@pytest.mark.skipif(find_spec("torch") is not None, reason="torch is there")
def test_without_torch_it_says_what_is_missing(tmp_path: Path) -> None:
    package = ModelPackage.load(write_checkpoint(tmp_path / "m"))
    with pytest.raises(AnitagError, match="needs torch and timm, which are not installed"):
        open_model(package)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"architecture": "hf-hub:evil/model"}, "not the name of an architecture"),
        ({"architecture": "local-dir:/etc"}, "not the name of an architecture"),
        ({"model_args": {"checkpoint_path": "x.pth"}}, '"checkpoint_path"'),
        ({"model_args": {"act_layer": "os.system"}}, '"act_layer"'),
        ({"model_args": {"depth": {"a": 1}}}, '"depth"'),
        ({"num_classes": 15}, "no last layer of 15 classes"),
        ({"pretrained_cfg": {**TINY["pretrained_cfg"], "crop_pct": 0.9}}, "for a crop"),
        ({"pretrained_cfg": {**TINY["pretrained_cfg"], "std": [0, 1, 1]}}, '"std" is 0'),
        ({"pretrained_cfg": {**TINY["pretrained_cfg"], "interpolation": "x"}}, '"kernel"'),
    ],
)
def test_configs_that_are_refused(tmp_path: Path, changes, words: str) -> None:
    assert words in refusal(write_checkpoint(tmp_path / "m", **changes))


def test_tensors_that_are_refused(tmp_path: Path) -> None:
    folder = write_checkpoint(tmp_path / "m")
    weights = folder / "model.safetensors"
    whole = weights.read_bytes()
    for content, words in (
        (whole[:-4], "cut off"),
        (whole[:20], "damaged"),
        (b"\xff" * 64, "damaged"),
        (b"\x80\x04pickle", "may run code"),
        ((2).to_bytes(8, "little") + b"[]", "not a JSON object"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS pointer"),
    ):
        weights.write_bytes(content)
        assert words in refusal(folder)
    write_tensors(weights, {"body": np.zeros(3, np.float32)})
    assert "no last layer" in refusal(folder)


def test_a_checkpoint_without_labels(tmp_path: Path) -> None:
    folder = write_checkpoint(tmp_path / "m")
    (folder / "selected_tags.csv").unlink()
    assert "selected_tags.csv is missing" in refusal(folder)
