"""timm checkpoints: a config, a table of tags, tensors as safetensors has them."""

import importlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from tests.helpers.look_alikes import HALF, document, table
from tests.helpers.models import LABELS

SIDE = 32
TINY = {
    "architecture": "vit_tiny_patch16_224",
    "num_classes": len(LABELS),
    "model_args": {
        "img_size": SIDE,
        "patch_size": 8,
        "embed_dim": 24,
        "depth": 1,
        "num_heads": 3,
        "class_token": False,
        "global_pool": "avg",
        "fc_norm": False,
    },
    "pretrained_cfg": {
        "input_size": [3, SIDE, SIDE],
        "interpolation": "bicubic",
        "crop_pct": 1.0,
        "mean": HALF[0],
        "std": HALF[1],
    },
}
"""A transformer of a few thousand weights."""


def write_checkpoint(
    folder: Path, tensors: dict[str, np.ndarray] | None = None, **changes: Any
) -> Path:
    """Write a checkpoint of ``TINY`` with changes to its config; without tensors only a head."""
    folder.mkdir(parents=True, exist_ok=True)
    given = tensors or {"head.weight": np.zeros((len(LABELS), 24), np.float32)}
    write_tensors(folder / "model.safetensors", given)
    document(folder, "config.json", {**TINY, **changes})
    table(folder)
    return folder


def write_random_checkpoint(folder: Path, **changes: Any) -> Any:
    """Write a checkpoint with random weights; return timm's model of them. It needs torch."""
    torch, timm = importlib.import_module("torch"), importlib.import_module("timm")
    config = {**TINY, **changes}
    torch.manual_seed(0)
    model = timm.create_model(
        config["architecture"], num_classes=config["num_classes"], **config["model_args"]
    ).eval()
    tensors = {name: value.numpy() for name, value in model.state_dict().items()}
    tensors["head.fc.weight" if "head.fc.weight" in tensors else "head.weight"] *= 100
    write_checkpoint(folder, tensors, **changes)
    model.load_state_dict({n: torch.from_numpy(np.array(v)) for n, v in tensors.items()})
    return model


def write_tensors(path: Path, tensors: dict[str, np.ndarray]) -> None:
    """Write float32 tensors."""
    header: dict[str, Any] = {}
    end = 0
    for name, value in tensors.items():
        offsets = [end, end := end + value.astype("<f4").nbytes]
        header[name] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": offsets}
    text = json.dumps(header).encode()
    parts = [value.astype("<f4").tobytes() for value in tensors.values()]
    path.write_bytes(len(text).to_bytes(8, "little") + text + b"".join(parts))
