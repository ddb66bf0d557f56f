"""cl_tagger v1: BGR from -1 to 1, logits, and labels as objects with a tag and a category."""

from anitag_desktop.recognition.foreign.categories import NAMES
from anitag_desktop.recognition.foreign.description import Description, Family
from anitag_desktop.recognition.foreign.model_folder import ModelFolder
from anitag_desktop.recognition.foreign.steps import HALF, planes, square

_LABELS = "tag_mapping.json"


def _describe(folder: ModelFolder) -> Description | None:
    weights = folder.weights
    if weights is None or _LABELS not in folder.names:
        return None
    return Description(
        weights=weights,
        side=448,
        preprocess=[*square("bicubic"), *planes(HALF, order="BGR")],
        outputs=[{"index": 0, "role": "scores", "activation": "sigmoid"}],
        labels={
            "type": "json_objects",
            "file": _LABELS,
            "name_col": "tag",
            "category_col": "category",
            "category_map": NAMES,
        },
        thresholds=dict.fromkeys(("general", "character", "copyright", "artist", "meta"), 0.55),
        licence="Apache-2.0",
    )


FAMILY = Family("cl_tagger", 80, _describe)
