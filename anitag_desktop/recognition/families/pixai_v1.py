"""PixAI v1.0 as others exported it to ONNX: RGB from -1 to 1, fitted into 1008 pixels on black.

Nothing but the size of its input tells it from other networks beside a table of tags; no other
tagger has that one.
"""

from anitag_desktop.recognition.foreign.categories import DANBOORU, table_labels
from anitag_desktop.recognition.foreign.description import Description, Family
from anitag_desktop.recognition.foreign.model_folder import ModelFolder
from anitag_desktop.recognition.foreign.steps import BLACK, HALF, fit, planes

_TABLE, _STAGES = "selected_tags.csv", "preprocess.json"
_SIDE = 1008
_THRESHOLDS = {"general": 0.17, "artist": 0.15, "copyright": 0.24, "character": 0.27, "meta": 0.17}
"""Those of the model's card; what it calls styles are artists."""


def _describe(folder: ModelFolder) -> Description | None:
    weights = folder.weights
    if weights is None or _TABLE not in folder.names or _STAGES in folder.names:
        return None
    inputs = folder.network(weights).inputs
    if len(inputs) != 1 or inputs[0].dims[1:] != (3, _SIDE, _SIDE):
        return None
    return Description(
        weights=weights,
        preprocess=[*fit("bilinear", BLACK), *planes(HALF)],
        outputs=[{"index": 0, "role": "scores", "activation": "sigmoid"}],
        labels=table_labels(folder, _TABLE, DANBOORU),
        thresholds=_THRESHOLDS,
    )


FAMILY = Family("pixai_v1", 112, _describe)
