"""YOLO and RT-DETR detectors, as exported by Ultralytics: faces, heads, persons and others.

The names of what they find stand in the network's own metadata. Pictures are stretched.
"""

from anitag_desktop.recognition.foreign.description import Description, Family
from anitag_desktop.recognition.foreign.model_folder import ModelFolder
from anitag_desktop.recognition.foreign.steps import planes, stretch
from anitag_desktop.recognition.onnx_file import OnnxSignature

_SURE = 0.25
_PAPERS = ("threshold.json", "model_type.json")


def _describe(folder: ModelFolder) -> Description | None:
    weights = folder.weights
    if weights is None or not _is_detector(folder.network(weights)):
        return None
    papers = tuple(name for name in _PAPERS if name in folder.names)
    sure = _SURE
    if "threshold.json" in papers:
        sure = folder.fields("threshold.json").fraction("threshold")
    return Description(
        weights=weights,
        kind="detector",
        side=640,
        preprocess=[*stretch("bicubic"), *planes()],
        outputs=[{"index": 0, "role": "boxes", "form": _form(folder, weights)}],
        labels={"type": "onnx_metadata", "file": weights, "names": "names"},
        decode={"sure": sure, "overlap": 0.7},
        papers=papers,
    )


def _is_detector(network: OnnxSignature) -> bool:
    if len(network.inputs) != 1 or not network.outputs or len(network.outputs[0].dims) != 3:
        return False
    named = "names" in network.metadata
    return named or (network.inputs[0].name, network.outputs[0].name) == ("images", "output0")


def _form(folder: ModelFolder, weights: str) -> str:
    """Return how the boxes are written: fully decided, as fractions, or still to be thinned out."""
    if "model_type.json" in folder.names:
        kind = folder.fields("model_type.json").choice("model_type", ("yolo", "rtdetr"))
        if kind == "rtdetr":
            return "fractions"
    _, rows, columns = folder.network(weights).outputs[0].dims
    return "corners" if columns == 6 and rows is not None and rows <= 300 else "centres"


FAMILY = Family("yolo", 40, _describe)
