"""DeepDanbooru: pictures pixel by pixel from 0 to 1; three ratings stand among the tags.

The original and most ports go on with the picture's edges where it does not fill the square; the
port of imgutils (with its own table of tags) fills with black.
"""

from collections.abc import Mapping
from typing import Any

from anitag_desktop.recognition.foreign.categories import DANBOORU, NAMES, table_labels
from anitag_desktop.recognition.foreign.description import Description, Family
from anitag_desktop.recognition.foreign.model_folder import ModelFolder
from anitag_desktop.recognition.foreign.steps import BLACK, fit, pixels

_TABLE, _LINES, _STARTS, _METADATA = (
    "deepdanbooru_tags.csv",
    "tags.txt",
    "categories.json",
    "tags",
)


def _describe(folder: ModelFolder) -> Description | None:
    weights = folder.weights
    if weights is None:
        return None
    labels = _labels(folder, weights)
    if labels is None or folder.network(weights).inputs[0].dims[3:] != (3,):
        return None
    is_port = labels["file"] == _TABLE
    return Description(
        weights=weights,
        layout="NHWC",
        side=512,
        preprocess=[*(fit("bicubic", BLACK) if is_port else fit("box", "edge")), *pixels(1 / 255)],
        outputs=[{"index": 0, "role": "scores"}],
        labels=labels,
        thresholds=dict.fromkeys(("general", "character", "meta"), 0.5),
        licence="MIT",
    )


def _labels(folder: ModelFolder, weights: str) -> Mapping[str, Any] | None:
    """Return where its labels stand; of several places the one that knows categories."""
    if _TABLE in folder.names:
        return table_labels(folder, _TABLE, DANBOORU)
    if _LINES in folder.names:
        starts = _STARTS if _STARTS in folder.names else None
        return {"type": "lines", "file": _LINES, "starts_file": starts, "category_map": NAMES}
    if _METADATA in folder.network(weights).metadata:
        return {"type": "onnx_metadata", "file": weights, "names": _METADATA}
    return None


FAMILY = Family("deepdanbooru", 120, _describe)
