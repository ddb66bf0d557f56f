"""JoyTag: a list of tags without categories, logits; good on photographs, too."""

from anitag_desktop.recognition.foreign.description import Description, Family
from anitag_desktop.recognition.foreign.model_folder import ModelFolder
from anitag_desktop.recognition.foreign.steps import CLIP, planes, square

_LABELS = "top_tags.txt"


def _describe(folder: ModelFolder) -> Description | None:
    weights = folder.weights
    if weights is None or _LABELS not in folder.names:
        return None
    return Description(
        weights=weights,
        side=448,
        preprocess=[*square("bicubic"), *planes(CLIP)],
        outputs=[{"index": 0, "role": "scores", "activation": "sigmoid"}],
        labels={"type": "lines", "file": _LABELS},
        thresholds={"general": 0.4},
        licence="Apache-2.0",
    )


FAMILY = Family("joytag", 90, _describe)
