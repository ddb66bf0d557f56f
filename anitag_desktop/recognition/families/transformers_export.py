"""Classifiers of transformers, such as BEiT and ViT fine-tuned on DAF:re.

Their export to ONNX is run, and of ViT and BEiT the checkpoint, where torch is. ``config.json``
has the classes, ``preprocessor_config.json`` what happens to pictures; logits.
"""

from typing import Any

from anitag_desktop.recognition.checkpoint import LOGITS
from anitag_desktop.recognition.fields import Fields, ManifestError
from anitag_desktop.recognition.foreign.description import Description, Family, Step
from anitag_desktop.recognition.foreign.model_folder import ModelFolder
from anitag_desktop.recognition.foreign.steps import WHITE
from anitag_desktop.recognition.transformers_file import is_read

_WEIGHTS = "model.safetensors"
_CONFIG, _PROCESSOR = "config.json", "preprocessor_config.json"
_KERNELS = ("nearest", "lanczos", "bilinear", "bicubic", "box", "hamming")
"""By the number that Pillow gives them."""


def _describe(folder: ModelFolder) -> Description | None:
    if not {_CONFIG, _PROCESSOR} <= folder.names:
        return None
    if not isinstance(folder.fields(_CONFIG).raw.get("id2label"), dict):
        return None
    weights = folder.weights or _checkpoint(folder)
    return Description(
        weights=weights,
        kind="classifier",
        side=224,
        preprocess=_steps(folder.fields(_PROCESSOR)),
        outputs=[{"name": LOGITS, "role": "scores", "activation": "softmax"}],
        labels={"type": "json_map", "file": _CONFIG, "names": "id2label"},
        papers=(_PROCESSOR,),
    )


def _checkpoint(folder: ModelFolder) -> str:
    if _WEIGHTS in folder.names and is_read(folder.fields(_CONFIG)):
        return _WEIGHTS
    raise ManifestError(
        f"it is a checkpoint of transformers, of which anitag runs ViT and BEiT in {_WEIGHTS}, and "
        "the export to ONNX of all: make one with "
        "optimum-cli export onnx --model FOLDER --task image-classification OUT"
    )


def _steps(found: Fields) -> list[Step]:
    """Return what the processor does, in its fixed order."""
    steps: list[Step] = [{"op": "exif"}, {"op": "flatten", "color": list(WHITE)}]
    if _does(found, "resize"):
        steps.append(_resize(found))
    if _does(found, "center_crop", default=False):
        width, height, _ = _size(found.raw.get("crop_size"))
        steps.append({"op": "center_crop", "size": [width, height]})
    is_scaled = _does(found, "rescale") and found.raw.get("rescale_factor") is not None
    factor = found.number("rescale_factor") if is_scaled else 1 / 255
    steps.append({"op": "float", "scale": factor if _does(found, "rescale") else 1.0})
    if _does(found, "normalize"):
        mean, std = found.raw.get("image_mean"), found.raw.get("image_std")
        steps.append({"op": "norm", "mean": mean, "std": std})
    return [*steps, {"op": "layout", "value": "NCHW"}]


def _does(found: Fields, what: str, *, default: bool = True) -> bool:
    value = found.raw.get(f"do_{what}")
    return default if value is None else bool(value)


def _resize(found: Fields) -> Step:
    width, height, is_shorter = _size(found.raw.get("size"))
    kernel = found.integer("resample", 2)
    if kernel >= len(_KERNELS):
        raise ManifestError(f"{_PROCESSOR} has the unknown resample {kernel}")
    mode = "shorter" if is_shorter else "stretch"
    return {"op": "resize", "mode": mode, "size": [width, height], "kernel": _KERNELS[kernel]}


def _size(found: Any) -> tuple[int, int, bool]:
    """Return width, height, and whether only the shorter side is meant."""
    if isinstance(found, int):
        return found, found, False
    fields = Fields(found, f"a size of {_PROCESSOR}")
    if "shortest_edge" in fields.raw:
        side = fields.integer("shortest_edge")
        return side, side, True
    return fields.integer("width"), fields.integer("height"), False


FAMILY = Family("transformers_export", 130, _describe)
