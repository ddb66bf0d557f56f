"""The Joint Tagger Project's PILOT and PILOT2: tags of e621 in torch, the second with a gate.

What is see-through lies over grey, and so does what is added around the picture. Its own script
lays it over 127.5 after it has scaled it; here it is 128, and before.
"""

from anitag_desktop.recognition.checkpoint import CONFIG, EMBEDDING, LOGITS
from anitag_desktop.recognition.foreign.description import Description, Family
from anitag_desktop.recognition.foreign.model_folder import ModelFolder
from anitag_desktop.recognition.foreign.steps import HALF, planes
from anitag_desktop.recognition.jtp_file import GATED_HEAD, TAGS, is_named
from anitag_desktop.recognition.safetensors_file import read_tensors

_GREY = [128, 128, 128]


def _describe(folder: ModelFolder) -> Description | None:
    weights = folder.ending(".safetensors")
    if weights is None or not is_named(weights) or TAGS not in folder.names:
        return None
    if CONFIG in folder.names:
        return None
    is_gated = GATED_HEAD in read_tensors(folder.path / weights)
    activation = "none" if is_gated else "sigmoid"
    return Description(
        weights=weights,
        preprocess=[
            {"op": "exif"},
            {"op": "flatten", "color": _GREY},
            {"op": "resize", "mode": "fit", "kernel": "lanczos", "rounds": True},
            {"op": "pad_to", "color": _GREY},
            *planes(HALF),
        ],
        outputs=[
            {"name": LOGITS, "role": "scores", "activation": activation},
            {"name": EMBEDDING, "role": "embedding", "normalise": True},
        ],
        labels={"type": "json_numbers", "file": TAGS},
        thresholds={"general": 0.2},
    )


FAMILY = Family("jtp", 138, _describe)
