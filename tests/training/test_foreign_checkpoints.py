"""Checkpoints of transformers and of the Joint Tagger Project, where torch is."""

import importlib
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.recognition.preprocessing import preprocess
from anitag_desktop.recognition.torch_session import open_checkpoint
from anitag_desktop.recognition.verification import verify
from tests.helpers import images
from tests.helpers.checkpoints import write_tensors
from tests.helpers.look_alikes import document

pytest.importorskip("torch")

pytestmark = pytest.mark.training

CLASSES = 5
SIZES = {"img_size": 32, "patch_size": 8, "embed_dim": 24, "depth": 11, "num_heads": 3}
CONFIG = {
    "image_size": 32,
    "patch_size": 8,
    "hidden_size": 24,
    "num_hidden_layers": 11,
    "num_attention_heads": 3,
    "intermediate_size": 48,
    "layer_norm_eps": 1e-6,
    "id2label": {str(number): f"person {number}" for number in range(CLASSES)},
}
BEIT = {"use_relative_position_bias": True, "use_mean_pooling": True}

# From timm's names to those of transformers, the other way round than anitag goes.
NAMES = (
    (r"^cls_token$", "embeddings.cls_token"),
    (r"^pos_embed$", "embeddings.position_embeddings"),
    (r"^patch_embed\.proj\.", "embeddings.patch_embeddings.projection."),
    (r"^blocks\.", "encoder.layer."),
    (r"\.attn\.relative", ".attention.attention.relative_position_bias.relative"),
    (r"\.attn\.proj\.", ".attention.output.dense."),
    (r"\.attn\.(query|key|value)\.", r".attention.attention.\1."),
    (r"\.mlp\.fc1\.", ".intermediate.dense."),
    (r"\.mlp\.fc2\.", ".output.dense."),
    (r"\.norm1\.", ".layernorm_before."),
    (r"\.norm2\.", ".layernorm_after."),
    (r"\.gamma_", ".lambda_"),
    (r"^norm\.", "layernorm."),
    (r"^fc_norm\.", "pooler.layernorm."),
)


def random_model(architecture: str, **arguments: Any) -> Any:
    torch, timm = importlib.import_module("torch"), importlib.import_module("timm")
    torch.manual_seed(0)
    model = timm.create_model(architecture, **arguments).eval()
    with torch.no_grad():
        for weights in model.parameters():
            weights.add_(torch.randn_like(weights) * 0.15)
    return model


def arrays(model: Any) -> dict[str, np.ndarray]:
    return {name: tensor.numpy() for name, tensor in model.state_dict().items()}


def as_transformers(tensors: dict[str, np.ndarray], kind: str) -> dict[str, np.ndarray]:
    named: dict[str, np.ndarray] = {}
    for name, value in tensors.items():
        parts = {name: value}
        if ".qkv." in name:
            kinds = ("query", "key", "value")
            thirds = zip(kinds, np.split(value, 3), strict=True)
            parts = {name.replace("qkv", kind): third for kind, third in thirds}
        elif name.endswith(("q_bias", "v_bias")):
            word = "query" if "q_bias" in name else "value"
            parts = {name.replace(f"{name[-6]}_bias", f"{word}.bias"): value}
        for part, numbers in parts.items():
            for pattern, own in NAMES:
                part = re.sub(pattern, own, part)
            head = part.replace("head.", "classifier.")
            named[head if head != part else f"{kind}.{part}"] = numbers
    return named


@pytest.mark.parametrize(("kind", "more"), [("vit", {}), ("beit", BEIT)])
def test_a_checkpoint_of_transformers_says_what_timm_says(
    tmp_path: Path, kind: str, more: dict[str, Any]
) -> None:
    torch = importlib.import_module("torch")
    model = random_model(f"{kind}_base_patch16_224", num_classes=CLASSES, mlp_ratio=2.0, **SIZES)
    tensors = as_transformers(arrays(model), kind)
    write_tensors(tmp_path / "model.safetensors", tensors)
    document(tmp_path, "config.json", {"model_type": kind, **CONFIG, **more})
    processor = {"size": 32, "resample": 2, "image_mean": [0.5] * 3, "image_std": [0.5] * 3}
    document(tmp_path, "preprocessor_config.json", processor)
    package = ModelPackage.load(tmp_path)
    assert (package.manifest.family, package.manifest.backend) == ("transformers_export", "torch")
    assert [label.name for label in package.labels][:2] == ["person_0", "person_1"]
    recognizer = open_checkpoint(package)
    pixels = preprocess(images.drawing(1, 90, 60), package.manifest.preprocess)[None]
    [reading] = recognizer.recognise(pixels)
    with torch.no_grad():
        wanted = model(torch.from_numpy(pixels)).softmax(1)[0].numpy()
    assert np.abs(reading.scores - wanted).max() < 1e-5
    assert np.ptp(wanted) > 0.05


@pytest.mark.parametrize("is_gated", [False, True])
def test_tags_of_the_joint_tagger_project(tmp_path: Path, is_gated: bool) -> None:
    torch = importlib.import_module("torch")
    model = random_model("vit_tiny_patch16_224", num_classes=CLASSES * (1 + is_gated), depth=12)
    tensors = arrays(model)
    if is_gated:
        tensors |= {f"head.linear.{k}": tensors.pop(f"head.{k}") for k in ("weight", "bias")}
    write_tensors(tmp_path / "JTP_PILOT2-e3-vit_tiny_patch16_224.safetensors", tensors)
    numbers = [3, 0, 4, 1, 2]
    (tmp_path / "tags.json").write_text(json.dumps({f"tag {n}": n for n in numbers}))
    package = ModelPackage.load(tmp_path)
    assert package.manifest.family == "jtp"
    assert [label.name for label in package.labels] == [f"tag_{n}" for n in range(CLASSES)]
    recognizer = open_checkpoint(package)
    pixels = preprocess(images.drawing(1, 90, 60), package.manifest.preprocess)[None]
    assert np.abs(pixels[0, :, :30]).max() < 0.004  # grey above and below
    [reading] = recognizer.recognise(pixels)
    with torch.no_grad():
        wanted = torch.sigmoid(model(torch.from_numpy(pixels)))[0].numpy()
    if is_gated:
        wanted = wanted[:CLASSES] * wanted[CLASSES:]
    assert np.abs(reading.scores - wanted).max() < 1e-5
    assert abs(float(np.linalg.norm(reading.embedding)) - 1) < 1e-5
    assert all(check.ok for check in verify(recognizer) if "over" not in check.name)
