"""The network that counts colours comes back out of its ONNX file as it went in."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("timm")

from anitag_desktop.domain.error import AnitagError  # noqa: E402
from tests.helpers.toy_sets import toy_picture  # noqa: E402
from training.config import NetworkConfig  # noqa: E402
from training.exporting import export  # noqa: E402
from training.networks.making import make_network  # noqa: E402
from training.networks.packaged import PackagedNetwork  # noqa: E402
from training.preprocessing import read_input  # noqa: E402
from training.retraining.base_network import read_base, with_labels  # noqa: E402

pytestmark = pytest.mark.training

CONFIG = NetworkConfig(
    backbone="residual", head="colours", width=4, embedding=32, size=32, dropout=0.1,
    colour_words=20, colour_grid=2, colour_maps=3,
)  # fmt: skip
LABELS = 5


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("base")
    paths = [folder / f"{i}.png" for i in range(12)]
    for i, path in enumerate(paths):
        toy_picture(i)[0].save(path)
    pictures = np.stack([read_input(path, CONFIG.size) for path in paths])
    torch.manual_seed(3)
    network = make_network(CONFIG, LABELS).train()
    for _ in range(3):
        network(torch.from_numpy(pictures))
    export(PackagedNetwork(network.eval()), CONFIG.size, folder / "model.onnx", paths)
    return folder / "model.onnx", pictures, network


def package(weights: Path, family="anitag"):
    manifest = SimpleNamespace(family=family, input=SimpleNamespace(size=(CONFIG.size,) * 2))
    return SimpleNamespace(
        weights=weights,
        manifest=manifest,
        manifest_json=json.dumps({"backbone": "residual"}),
        labels=tuple(range(LABELS)),
        key=SimpleNamespace(model_id="a/b"),
    )


def test_what_was_exported_comes_back(exported):
    weights, pictures, network = exported
    config, found = read_base(package(weights), pictures)
    told = ("head", "width", "embedding", "colour_words", "colour_grid", "colour_maps")
    assert all(getattr(config, name) == getattr(CONFIG, name) for name in told)
    with torch.no_grad():
        wanted, got = (one(torch.from_numpy(pictures)) for one in (network, found))
    for one, other in zip(wanted, got, strict=True):
        assert torch.allclose(one, other, atol=1e-3)
    words = [one.neck.placed.colours.words for one in (network, found)]
    assert torch.allclose(*words, atol=1e-4)


def test_new_labels_begin_at_their_shares(exported):
    weights, pictures, _ = exported
    config, found = read_base(package(weights), pictures)
    larger = with_labels(found, config, [0.25])
    with torch.no_grad():
        logits = larger(torch.from_numpy(pictures))[0]
    assert torch.allclose(torch.sigmoid(logits[:, LABELS]), torch.tensor(0.25), atol=1e-5)


def test_a_model_of_others_is_refused(exported):
    weights, pictures, _ = exported
    with pytest.raises(AnitagError, match="only models that this project trained"):
        read_base(package(weights, "wd"), pictures)
