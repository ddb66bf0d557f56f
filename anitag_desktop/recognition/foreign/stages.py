"""Reading the ``preprocess.json`` that many packages carry: a list of stages, each with a type.

Its vocabulary is that of torchvision as imgutils runs it with Pillow. What is not in it here is
refused by name: a stage that is left out would change every score a little.
"""

from collections.abc import Callable
from typing import Any

from anitag_desktop.recognition.fields import Fields, ManifestError
from anitag_desktop.recognition.foreign.description import Step
from anitag_desktop.recognition.foreign.steps import WHITE

_COLOURS = {"white": [255, 255, 255], "black": [0, 0, 0], "gray": [128, 128, 128]}
_COLOURS["grey"] = _COLOURS["gray"]


def read_stages(stages: Any, layout: str = "NCHW") -> list[Step]:
    """Return the steps of a manifest for the stages of a ``preprocess.json``.

    Raises:
        ManifestError: a stage is unknown, or asks for something that is.
    """
    if not isinstance(stages, list):
        raise ManifestError("its preprocess.json is not a list of stages")
    steps: list[Step] = [{"op": "exif"}, {"op": "flatten", "color": list(WHITE)}]
    for stage in stages:
        fields = Fields(stage, "a stage of its preprocess.json")
        name = fields.text("type")
        if name not in _READERS:
            raise ManifestError(f'the stage "{name:.50}" of its preprocess.json is unknown')
        steps += _READERS[name](fields)
    return [*steps, {"op": "layout", "value": layout}]


def stages_for_use(found: Fields) -> Any:
    """Return the only stages of a ``preprocess.json``, or of several lists the one for tests."""
    return found.raw.get("stages") or found.raw.get("test")


def _resize(fields: Fields) -> list[Step]:
    if fields.raw.get("max_size") is not None or fields.raw.get("antialias") is False:
        raise ManifestError('a "resize" of its preprocess.json has max_size, or no antialias')
    kernel = fields.text("interpolation", "bilinear").lower()
    height, width, is_exact = _lengths(fields)
    mode = "stretch" if is_exact else "shorter"
    return [{"op": "resize", "mode": mode, "size": [width, height], "kernel": kernel}]


def _pad_to_size(fields: Fields) -> list[Step]:
    first, second, _ = _lengths(fields)
    kernel = fields.text("interpolation", "bilinear").lower()
    size = [first, second]  # unlike the other stages, this one has the width first
    resize = {"op": "resize", "mode": "fit", "size": size, "kernel": kernel, "rounds": True}
    return [resize, {"op": "pad_to", "size": size, "color": _colour(fields)}]


def _center_crop(fields: Fields) -> list[Step]:
    height, width, _ = _lengths(fields)
    return [{"op": "center_crop", "size": [width, height]}]


def _to_tensor(fields: Fields) -> list[Step]:
    del fields
    return [{"op": "float", "scale": 1 / 255}]


def _normalize(fields: Fields) -> list[Step]:
    mean, std = fields.raw.get("mean"), fields.raw.get("std")
    return [{"op": "norm", "mean": _thrice(mean), "std": _thrice(std)}]


def _nothing(fields: Fields) -> list[Step]:
    """Pictures are RGB on white from the beginning, so that later grounds show nowhere."""
    del fields
    return []


_READERS: dict[str, Callable[[Fields], list[Step]]] = {
    "resize": _resize,
    "pad_to_size": _pad_to_size,
    "center_crop": _center_crop,
    "to_tensor": _to_tensor,
    "maybe_to_tensor": _to_tensor,
    "normalize": _normalize,
    "convert_rgb": _nothing,
}


def _lengths(fields: Fields) -> tuple[int, int, bool]:
    """Return the two lengths of "size", and whether both were said."""
    size = fields.raw.get("size")
    lengths: list[Any] = size if isinstance(size, list) else [size]
    if len(lengths) not in (1, 2) or not all(type(length) is int for length in lengths):
        raise ManifestError('a "size" of its preprocess.json is not one or two whole numbers')
    return lengths[0], lengths[-1], len(lengths) == 2


def _thrice(value: Any) -> Any:
    return [value] * 3 if isinstance(value, int | float) else value


def _colour(fields: Fields) -> Any:
    found = fields.raw.get("background_color", "white")
    if isinstance(found, str):
        if found.lower() not in _COLOURS:
            raise ManifestError(f'the colour "{found:.30}" of its preprocess.json is unknown')
        return _COLOURS[found.lower()]
    return [found] * 3 if isinstance(found, int) else found
