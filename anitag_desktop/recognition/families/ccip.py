"""CCIP (character embeddings): vectors whose cosine tells whether two crops show one character.

The packages state a difference, which is (1 - cosine) / 2; the second network that computes it is
not needed.
"""

from anitag_desktop.recognition.foreign.description import Description, Family
from anitag_desktop.recognition.foreign.model_folder import ModelFolder
from anitag_desktop.recognition.foreign.steps import CLIP, planes, stretch

_WEIGHTS, _METRICS = "model_feat.onnx", "metrics.json"


def _describe(folder: ModelFolder) -> Description | None:
    if not {_WEIGHTS, _METRICS} <= folder.names:
        return None
    difference = folder.fields(_METRICS).fraction("threshold")
    return Description(
        weights=_WEIGHTS,
        kind="embedder",
        side=384,
        preprocess=[*stretch("bilinear"), *planes(CLIP)],
        outputs=[{"index": 0, "role": "embedding", "normalise": True}],
        decode={"same": 1 - 2 * difference},
        licence="OpenRAIL",
        papers=(_METRICS,),
    )


FAMILY = Family("ccip", 30, _describe)
