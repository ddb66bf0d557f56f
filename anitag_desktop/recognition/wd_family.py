"""The WD tagger family (v2, v3, with or without embedding): its files become a manifest.

The contract of the family: NHWC, BGR, 0 to 255, see-through parts over white, padded with white to
a square, bicubic; probabilities come out; labels stand in ``selected_tags.csv`` in output order.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anitag_desktop.recognition.fields import ManifestError
from anitag_desktop.recognition.model_files import sha256_of
from anitag_desktop.recognition.onnx_file import OnnxSignature, TensorInfo, read_signature

LABEL_FILES = ("selected_tags.csv", "tags-selected.csv")
WEIGHTS = "model.onnx"
_WHITE = [255, 255, 255]
_CUSTOMARY = {"general": 0.35, "character": 0.85}


@dataclass(frozen=True, slots=True)
class Published:
    """A published model of the family: ``balance`` is its threshold where precision = recall."""

    id: str
    revision: str
    title: str
    balance: float


PUBLISHED = {
    "35f23693620b668f4d53fd3c62bf65e40af739bc52c7eb0fbc49258b58d065b6": Published(
        "smilingwolf/wd-vit-tagger-v3",
        "7f6b584d0bd3f55c4531f14ba3d4761b2bccdc0f",
        "WD ViT v3",
        0.2614,
    ),
    "e6774bff34d43bd49f75a47db4ef217dce701c9847b546523eb85ff6dbba1db1": Published(
        "smilingwolf/wd-swinv2-tagger-v3",
        "627aef95638667ddcaa3ac8ae625e88ea5b02f51",
        "WD SwinV2 v3",
        0.2653,
    ),
}
"""By the sha256 of the weights; their licence is Apache-2.0."""


def find_labels(folder: Path) -> str | None:
    """Return the name of the family's label file if the folder looks like one of its models."""
    if not (folder / WEIGHTS).is_file():
        return None
    return next((name for name in LABEL_FILES if (folder / name).is_file()), None)


def describe(folder: Path, labels: str) -> dict[str, Any]:
    """Return the manifest of a folder with ``model.onnx`` and a label file of the family.

    Raises:
        ManifestError: the network's input or outputs are not those of the family.
    """
    signature = read_signature(folder / WEIGHTS)
    sha256 = sha256_of(folder / WEIGHTS)
    published = PUBLISHED.get(sha256)
    source = _single_input(signature)
    height, width = _picture_size(source)
    files = [("weights", WEIGHTS, sha256), ("labels", labels, sha256_of(folder / labels))]
    return {
        "schema": 1,
        **_identity(folder, sha256, published),
        "kind": "tagger",
        "family": "wd",
        "files": [
            {"role": role, "path": name, "size": (folder / name).stat().st_size, "sha256": sha}
            for role, name, sha in files
        ],
        "runtime": {"backend": "onnx", "fixed_batch": source.dims[0]},
        "input": {"name": source.name, "layout": "NHWC", "size": [width, height]},
        "preprocess": _preprocess(width, height),
        "outputs": _outputs(signature),
        "labels": {
            "type": "csv",
            "file": labels,
            "name_col": "name",
            "category_col": "category",
            "category_map": {"0": "general", "1": "artist", "3": "copyright"}
            | {"4": "character", "5": "meta", "9": "rating"},
        },
        "decode": _decode(published),
        "provenance": "detected",
    }


def _identity(folder: Path, sha256: str, published: Published | None) -> dict[str, Any]:
    if published is None:
        name = "".join(c if c.isalnum() or c in "-_." else "-" for c in folder.resolve().name)
        return {"id": f"local/{name.lower()}", "revision": sha256[:12], "title": folder.name}
    return {
        "id": published.id,
        "revision": published.revision,
        "title": published.title,
        "licence": {"spdx": "Apache-2.0"},
    }


def _single_input(signature: OnnxSignature) -> TensorInfo:
    if len(signature.inputs) != 1:
        raise ManifestError(f"the network has {len(signature.inputs)} inputs instead of one")
    return signature.inputs[0]


def _picture_size(source: TensorInfo) -> tuple[int, int]:
    """Return (height, width) of an NHWC input."""
    if len(source.dims) != 4 or source.dims[3] != 3:
        raise ManifestError(
            "its input is not laid out as batch x height x width x 3, as WD taggers have it; "
            "describe it with an anitag-model.json"
        )
    height, width = source.dims[1], source.dims[2]
    if height is None or width is None or height != width:
        raise ManifestError("its input has no fixed square size")
    return height, width


def _preprocess(width: int, height: int) -> list[dict[str, Any]]:
    return [
        {"op": "exif"},
        {"op": "flatten", "color": _WHITE},
        {"op": "pad_square", "color": _WHITE},
        {"op": "resize", "mode": "stretch", "size": [width, height], "kernel": "bicubic"},
        {"op": "float", "scale": 1.0},
        {"op": "channels", "order": "BGR"},
        {"op": "layout", "value": "NHWC"},
    ]


def _outputs(signature: OnnxSignature) -> list[dict[str, Any]]:
    """The first output is the scores; a second one, if any, is the embedding."""
    roles = ("scores", "embedding")
    found = signature.outputs[: len(roles)]
    if not found or any(not tensor.dims or tensor.dims[-1] is None for tensor in found):
        raise ManifestError("its outputs have no fixed width")
    return [
        {"name": tensor.name, "role": role, "width": tensor.dims[-1]}
        | ({"normalise": True} if role == "embedding" else {})
        for role, tensor in zip(roles, found, strict=False)
    ]


def _decode(published: Published | None) -> dict[str, Any]:
    presets: dict[str, Any] = {"customary": _CUSTOMARY}
    if published is None:
        return {"thresholds": _CUSTOMARY, "presets": presets}
    balanced = {"general": published.balance, "character": published.balance}
    return {"thresholds": balanced, "presets": {"balanced": balanced, **presets}}
