"""Camie Tagger v1 and v2 with their metadata.json; v2 has two heads, of which the second is better.

Read the wrong head and there are no characters.
"""

from collections.abc import Mapping
from typing import Any

from anitag_desktop.recognition.foreign.categories import NAMES
from anitag_desktop.recognition.foreign.description import Description, Family, Step
from anitag_desktop.recognition.foreign.model_folder import ModelFolder
from anitag_desktop.recognition.foreign.steps import BLACK, IMAGENET, fit, planes

_MAPPING = "dataset_info/tag_mapping/"
_MEAN = (124, 116, 104)
_CATEGORIES = ("general", "character", "copyright", "artist", "meta")
_REFINED = "refined_predictions"


def _describe(folder: ModelFolder) -> Description | None:
    weights, metadata = folder.weights, folder.ending("metadata.json")
    if weights is None or metadata is None:
        return None
    place = _place(folder.json(metadata))
    if place is None:
        return None
    is_second = place == _MAPPING
    steps: list[Step] = [*fit("lanczos", _MEAN), *planes(IMAGENET)]
    names = {tensor.name for tensor in folder.network(weights).outputs}
    head = {"name": _REFINED} if _REFINED in names else {"index": 0}
    return Description(
        weights=weights,
        side=512,
        preprocess=steps if is_second else [*fit("lanczos", BLACK), *planes()],
        outputs=[{**head, "role": "scores", "activation": "sigmoid"}],
        labels={
            "type": "json_map",
            "file": metadata,
            "names": f"{place}idx_to_tag",
            "categories": f"{place}tag_to_category",
            "category_map": NAMES,
        },
        thresholds=dict.fromkeys(_CATEGORIES, 0.614286 if is_second else 0.325),
        presets={"macro": dict.fromkeys(_CATEGORIES, 0.491837)} if is_second else {},
        licence="GPL-3.0",
    )


def _place(document: Any) -> str | None:
    """Return where the labels stand in the metadata: of v2, of v1, or nowhere."""
    for place in (_MAPPING, ""):
        part: Any = document
        for step in filter(None, place.split("/")):
            part = part.get(step) if isinstance(part, Mapping) else None
        if isinstance(part, Mapping) and {"idx_to_tag", "tag_to_category"} <= set(part):
            return place
    return None


FAMILY = Family("camie", 70, _describe)
