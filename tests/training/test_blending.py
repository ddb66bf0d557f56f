"""Blending a network with what it was before fine-tuning."""

import json

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("timm")

from tests.helpers.toy_layouts import write_class_folders  # noqa: E402
from tests.helpers.toy_runs import VIT, start_run, toy_config  # noqa: E402
from training.__main__ import main  # noqa: E402
from training.blending import blend  # noqa: E402
from training.config import NetworkConfig  # noqa: E402
from training.networks.classifier import ClassifierNetwork  # noqa: E402
from training.networks.lora import is_lora  # noqa: E402
from training.starting import read_weights  # noqa: E402

pytestmark = pytest.mark.training


def test_a_blend_is_the_straight_line_between_both():
    before = {"a": torch.tensor([0.0, 2.0]), "head": torch.zeros(3), "n": torch.tensor(4)}
    after = {"a": torch.tensor([1.0, 4.0]), "head": torch.ones(2), "n": torch.tensor(8)}
    found = blend(before, after, 0.25)
    assert found["a"].tolist() == [0.25, 2.5]
    assert found["head"].tolist() == [1, 1]  # another shape: the fine-tuned one's
    assert found["n"] == 8
    assert torch.equal(blend(before, after, 1.0)["a"], after["a"])
    assert torch.equal(blend(before, after, 0.0)["a"], before["a"])


def test_a_blend_with_low_rank_parts_begins_at_what_was_before():
    torch.manual_seed(0)
    sizes = {**VIT, "head": "linear", "dropout": 0.0}
    plain = ClassifierNetwork(NetworkConfig(**sizes), 3).eval()
    tuned = ClassifierNetwork(NetworkConfig(**sizes, lora_rank=2), 3).eval()
    tuned.load_state_dict(plain.state_dict(), strict=False)
    with torch.no_grad():
        for name, value in tuned.named_parameters():
            if is_lora(name):
                value.normal_()
    images, before = torch.randn(2, 3, 32, 32), plain.state_dict()
    after = {name: value.clone() for name, value in tuned.state_dict().items()}
    answers = {}
    for share in (0.0, 0.5, 1.0):
        tuned.load_state_dict(blend(before, after, share))
        answers[share] = tuned(images)[0]
    assert torch.allclose(answers[0.0], plain(images)[0], atol=1e-6)
    tuned.load_state_dict(after)
    assert torch.equal(answers[1.0], tuned(images)[0])
    assert not torch.allclose(answers[0.5], answers[0.0], atol=1e-4)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    root = write_class_folders(folder / "set", 60)
    every = {"validate_every": 1.0}
    start_run(toy_config(root, "folders", run={**every, "steps": 8}), folder / "old")[0].train()
    tuned = toy_config(
        root,
        "folders",
        run={**every, "steps": 8, "seed": 5},
        network={"checkpoint": str(folder / "old"), "load": "strict"},
    )
    start_run(tuned, folder / "new")[0].train()
    return folder


def test_the_best_share_becomes_a_run_like_any_other(runs, capsys):
    new, old, out = (str(runs / name) for name in ("new", "old", "out"))
    shares = ["--share", "0", "--share", "0.5", "--share", "1"]
    assert main(["blend", new, old, out, *shares, "--json"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    measured = {e["share"]: e["valid_loss"] for e in told if e["event"] == "share"}
    chosen = told[-1]["share"]
    assert set(measured) == {0.0, 0.5, 1.0}
    assert measured[chosen] == min(measured.values())
    ends = [read_weights(runs / name) for name in ("old", "new")]
    expected, found = blend(*ends, chosen), read_weights(runs / "out")
    assert all(torch.equal(found[name], value) for name, value in expected.items())
    assert main(["measure", out]) == 0


@pytest.fixture(scope="module")
def exported(runs):
    """Export a blend once; torch's exporter leaves a thread behind that lasts."""
    words = [str(runs / name) for name in ("new", "old", "exported")]
    assert main(["blend", *words, "--share", "0.5"]) == 0
    assert main(["export", words[-1]]) == 0
    return runs / "exported"


def test_a_blend_is_exported_like_any_other_run(exported):
    assert (exported / "model.onnx").stat().st_size > 1000
    assert json.loads((exported / "parity.json").read_text("utf-8"))["pictures"] > 0


def test_weights_of_another_network_are_refused(runs, tmp_path, capsys):
    from safetensors.torch import save_file

    save_file({"else": torch.zeros(2)}, tmp_path / "else.safetensors")
    words = ["blend", str(runs / "new"), str(tmp_path / "else.safetensors"), str(tmp_path / "o")]
    assert main(words) == 1
    assert "no tensor fits" in capsys.readouterr().err
    assert not (tmp_path / "o").exists()
