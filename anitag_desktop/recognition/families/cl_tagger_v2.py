"""cl_tagger v2: RGB from -1 to 1, stretched, logits, and a vocabulary of names and categories.

Its weights lie in a second file.
"""

from anitag_desktop.recognition.foreign.categories import NAMES
from anitag_desktop.recognition.foreign.description import Description, Family
from anitag_desktop.recognition.foreign.model_folder import ModelFolder
from anitag_desktop.recognition.foreign.steps import HALF, planes, stretch

_LABELS = "model_vocabulary.json"


def _describe(folder: ModelFolder) -> Description | None:
    weights = folder.weights
    if weights is None or _LABELS not in folder.names:
        return None
    return Description(
        weights=weights,
        side=384,
        preprocess=[*stretch("bicubic"), *planes(HALF)],
        outputs=[{"name": "logits", "role": "scores", "activation": "sigmoid"}],
        labels={
            "type": "json_map",
            "file": _LABELS,
            "names": "idx_to_tag",
            "categories": "tag_to_category",
            "category_map": NAMES,
        },
        thresholds=dict.fromkeys(("general", "character", "copyright", "artist", "meta"), 0.55),
        licence="LicenseRef-CL-Tagger-v2",
    )


# Before Camie, of which any file of metadata that has labels is taken.
FAMILY = Family("cl_tagger_v2", 65, _describe)
