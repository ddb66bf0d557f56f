"""ML-Danbooru: pictures of any proportions, the shorter side 448 pixels; logits."""

from anitag_desktop.recognition.foreign.description import Description, Family
from anitag_desktop.recognition.foreign.model_folder import ModelFolder
from anitag_desktop.recognition.foreign.steps import planes, shorter

_LABELS = "classes.json"


def _describe(folder: ModelFolder) -> Description | None:
    weights = folder.weights
    if weights is None or _LABELS not in folder.names:
        return None
    if not isinstance(folder.json(_LABELS), list):
        return None
    return Description(
        weights=weights,
        side=448,
        preprocess=[*shorter("bilinear", multiple=4), *planes()],
        outputs=[{"index": 0, "role": "scores", "activation": "sigmoid"}],
        labels={"type": "json_list", "file": _LABELS},
        thresholds={"general": 0.7},
        licence="MIT",
    )


FAMILY = Family("ml_danbooru", 100, _describe)
