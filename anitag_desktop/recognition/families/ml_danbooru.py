"""ML-Danbooru: pictures of any proportions, the shorter side 448 pixels; logits."""

from collections.abc import Mapping
from typing import Any

from anitag_desktop.recognition.foreign.categories import DANBOORU, table_labels
from anitag_desktop.recognition.foreign.description import Description, Family
from anitag_desktop.recognition.foreign.model_folder import ModelFolder
from anitag_desktop.recognition.foreign.steps import planes, shorter

_LIST, _TABLES = "classes.json", ("tags.csv", "mldanbooru_tags.csv")


def _describe(folder: ModelFolder) -> Description | None:
    weights = folder.weights
    labels = _labels(folder)
    if weights is None or labels is None:
        return None
    source = folder.network(weights).inputs[0]
    if source.dims[2:] != (None, None):
        return None
    return Description(
        weights=weights,
        side=448,
        preprocess=[*shorter("bilinear", multiple=4), *planes()],
        outputs=[{"index": 0, "role": "scores", "activation": "sigmoid"}],
        labels=labels,
        thresholds={"general": 0.7},
        licence="MIT",
    )


def _labels(folder: ModelFolder) -> Mapping[str, Any] | None:
    if _LIST in folder.names and isinstance(folder.json(_LIST), list):
        return {"type": "json_list", "file": _LIST}
    table = folder.first(*_TABLES)
    return None if table is None else table_labels(folder, table, DANBOORU)


FAMILY = Family("ml_danbooru", 100, _describe)
