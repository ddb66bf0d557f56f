"""Checkpoints of other projects: the same answers under this project's names, no pickle run."""

import pickle
import re
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("timm")

from anitag_desktop.domain.error import AnitagError  # noqa: E402
from tests.helpers.animesion_look_alike import AnimesionLookAlike, AnimesionViltLookAlike  # noqa: E402
from tests.helpers.efficientnet_look_alike import EfficientNetLookAlike  # noqa: E402
from tests.helpers.toy_runs import VIT  # noqa: E402
from training.__main__ import main  # noqa: E402
from training.animesion.presets import BACKBONES  # noqa: E402
from training.config import NetworkConfig  # noqa: E402
from training.networks.classifier import ClassifierNetwork  # noqa: E402
from training.networks.foreign import read_tensors  # noqa: E402
from training.networks.loading import load_weights  # noqa: E402
from training.networks.renaming import renamed, with_own_names  # noqa: E402
from training.networks.vision_language import VisionLanguageNetwork  # noqa: E402
from training.starting import read_weights  # noqa: E402

pytestmark = pytest.mark.training


@pytest.mark.parametrize("head", ["linear", "ifa"])
def test_a_checkpoint_of_animesion_answers_as_it_did(head, tmp_path, capsys):
    torch.manual_seed(0)
    theirs = AnimesionLookAlike(2, 24, 5, ifa=head == "ifa").eval()
    torch.save(theirs.state_dict(), tmp_path / "their.ckpt")
    command = ["convert", str(tmp_path / "their.ckpt"), str(tmp_path / "own.safetensors")]
    assert main(command) == 0
    assert "backbone.blocks.1.attn.qkv.weight" in capsys.readouterr().out
    images = torch.randn(3, 3, 32, 32)
    for name in ("their.ckpt", "own.safetensors"):
        own = ClassifierNetwork(NetworkConfig(**VIT, head=head, dropout=0.0), 5).eval()
        report = load_weights(own, read_weights(tmp_path / name), "strict")
        assert (report.skipped, report.missing) == ((), ())
        assert torch.allclose(own(images)[0], theirs(images), atol=1e-5)


def test_a_resnet_of_animesion_is_taken_whole():
    own = ClassifierNetwork(NetworkConfig(backbone="resnet18", size=32, head="linear"), 4)
    theirs = {
        name.replace("backbone.", "model.").replace("head.logits.", "model.fc."): value.clone()
        for name, value in own.state_dict().items()
    }
    report = load_weights(own, with_own_names(theirs), "strict")
    assert (report.skipped, report.missing) == ((), ())


@pytest.mark.parametrize("head", ["fc", "class_head", "ifa"])
def test_a_vilt_of_animesion_gives_the_same_classes(head, tmp_path, capsys):
    torch.manual_seed(0)
    theirs = AnimesionViltLookAlike(2, 24, 5, head).eval()
    torch.save(theirs.state_dict(), tmp_path / "their.ckpt")
    command = ["convert", str(tmp_path / "their.ckpt"), str(tmp_path / "own.safetensors")]
    assert main(command) == 0
    said = capsys.readouterr().out
    assert re.search(r"^left out .* model\.text_embeddings\.position_ids$", said, re.M)
    assert re.search(r"^modality .* filled in$", said, re.M)
    network = NetworkConfig(**VIT, head="ifa" if head == "ifa" else "linear")
    own = VisionLanguageNetwork(network, 5, words=11, length=8).eval()
    report = load_weights(own, read_weights(tmp_path / "own.safetensors"), "strict")
    assert (report.skipped, report.missing) == ((), ())
    images, text = torch.randn(3, 3, 32, 32), torch.tensor([[2, 5, 9, 7, 6, 8, 10, 3]] * 3)
    assert torch.allclose(own(images, text).logits, theirs(images, text), atol=1e-5)


def test_the_shallow_network_of_animesion_is_taken_whole():
    own = ClassifierNetwork(NetworkConfig(backbone="shallow", size=32, head="linear"), 4)
    theirs = {}
    for name, value in own.state_dict().items():
        for place in (0, 1, 4, 5):
            name = name.replace(
                f"backbone.convolutions.{place}.", f"layer{1 + place // 4}.{place % 4}."
            )
        name = name.replace("backbone.features.1.", "fc.1.").replace("head.logits.", "fc.4.")
        theirs[name] = value.clone()
    report = load_weights(own, with_own_names(theirs), "strict")
    assert (report.skipped, report.missing) == ((), ())


def test_an_efficientnet_of_animesion_answers_as_it_did(tmp_path, capsys):
    torch.manual_seed(0)
    theirs = EfficientNetLookAlike(4).eval()
    torch.save(theirs.state_dict(), tmp_path / "their.ckpt")
    command = ["convert", str(tmp_path / "their.ckpt"), str(tmp_path / "own.safetensors")]
    assert main(command) == 0
    assert re.search(
        r"^backbone.blocks.1.1.conv_pwl.weight .* model._blocks.2._project_conv.weight$",
        capsys.readouterr().out,
        re.M,
    )
    backbone = BACKBONES["efficientnetb0"]
    own = ClassifierNetwork(NetworkConfig(backbone=backbone, size=64, head="linear"), 4).eval()
    report = load_weights(own, read_weights(tmp_path / "own.safetensors"), "strict")
    assert (report.skipped, report.missing) == ((), ())
    images = torch.randn(2, 3, 64, 64)
    assert torch.allclose(own(images)[0], theirs(images), atol=1e-4)


def test_each_tensor_says_where_it_came_from():
    theirs = AnimesionLookAlike(1, 24, 5, ifa=True).state_dict()
    own = renamed(theirs)
    assert own.dropped(theirs) == []
    assert own.origins["backbone.blocks.0.attn.qkv.bias"] == tuple(
        f"model.transformer.blocks.0.attn.proj_{part}.bias" for part in "qkv"
    )
    assert set(own.origins) == set(own.tensors)


def as_transformers_writes(name, value):
    """Return the names and tensors that transformers has for one of timm's BEiT."""
    block = name.split(".")[1] if name.startswith("blocks.") else ""
    layer = f"beit.encoder.layer.{block}."
    rest = name.partition(f"blocks.{block}.")[2]
    simple = {
        "attn.q_bias": "attention.attention.query.bias",
        "attn.v_bias": "attention.attention.value.bias",
        "attn.proj.weight": "attention.output.dense.weight",
        "attn.proj.bias": "attention.output.dense.bias",
        "attn.relative_position_bias_table": (
            "attention.attention.relative_position_bias.relative_position_bias_table"
        ),
        "gamma_1": "lambda_1",
        "gamma_2": "lambda_2",
    }
    if rest == "attn.qkv.weight":
        names = (f"{layer}attention.attention.{part}.weight" for part in ("query", "key", "value"))
        return dict(zip(names, value.chunk(3), strict=True))
    if rest in simple:
        return {layer + simple[rest]: value}
    if rest:
        for own, other in (
            ("mlp.fc1", "intermediate.dense"),
            ("mlp.fc2", "output.dense"),
            ("norm1", "layernorm_before"),
            ("norm2", "layernorm_after"),
        ):
            rest = rest.replace(own, other)
        return {layer + rest: value}
    outer = {
        "cls_token": "beit.embeddings.cls_token",
        "patch_embed.proj.weight": "beit.embeddings.patch_embeddings.projection.weight",
        "patch_embed.proj.bias": "beit.embeddings.patch_embeddings.projection.bias",
        "fc_norm.weight": "beit.pooler.layernorm.weight",
        "fc_norm.bias": "beit.pooler.layernorm.bias",
    }
    return {outer[name]: value}


def test_a_beit_of_transformers_is_taken_whole(tmp_path, capsys):
    config = NetworkConfig(**{**VIT, "backbone": "beit_base_patch16_224"}, head="linear")
    own = ClassifierNetwork(config, 4)
    with torch.no_grad():
        for parameter in own.parameters():
            parameter.normal_()
    before = {n: v.clone() for n, v in own.named_parameters()}
    theirs = {"classifier.weight": own.head.logits.weight, "classifier.bias": own.head.logits.bias}
    for name, value in own.backbone.named_parameters():
        theirs |= as_transformers_writes(name, value)
    torch.save({n: v.detach().clone() for n, v in theirs.items()}, tmp_path / "pytorch_model.bin")
    target = tmp_path / "own.safetensors"
    assert main(["convert", str(tmp_path / "pytorch_model.bin"), str(target)]) == 0
    assert f"{len(theirs)} tensors read, {len(before)} written" in capsys.readouterr().out
    found = read_weights(target)
    assert set(found) == set(before)
    assert all(torch.equal(found[n], before[n]) for n in before)


def test_a_pickle_that_does_more_than_tensors_is_refused_and_not_run(tmp_path):
    class Trap:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "sprung",))

    (tmp_path / "evil.ckpt").write_bytes(pickle.dumps({"model.fc.weight": Trap()}))
    torch.save({"a": Trap()}, tmp_path / "new.pth")
    (tmp_path / "empty.pt").write_bytes(b"")
    torch.save({"epoch": 3}, tmp_path / "none.pt")
    for name in ("evil.ckpt", "new.pth", "empty.pt", "none.pt"):
        with pytest.raises(AnitagError, match="not a sound checkpoint"):
            read_tensors(tmp_path / name)
    assert not (tmp_path / "sprung").exists()
