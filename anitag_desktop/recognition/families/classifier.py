"""deepghs classifiers: rating, drawn or real, aesthetic, style and others; one class wins."""

from anitag_desktop.recognition.foreign.description import Description, Family
from anitag_desktop.recognition.foreign.model_folder import ModelFolder
from anitag_desktop.recognition.foreign.stages import read_stages
from anitag_desktop.recognition.foreign.steps import HALF, planes, stretch

_META, _STAGES = "meta.json", "preprocess.json"


def _describe(folder: ModelFolder) -> Description | None:
    weights = folder.weights
    if weights is None or _META not in folder.names or not _has_labels(folder):
        return None
    own = _STAGES in folder.names
    stages = read_stages(folder.fields(_STAGES).raw.get("stages")) if own else None
    output = "output" if _has_output(folder, weights) else None
    return Description(
        weights=weights,
        kind="classifier",
        side=384,
        preprocess=stages or [*stretch("bilinear"), *planes(HALF)],
        outputs=[{"name": output, "role": "scores"} if output else {"index": 0, "role": "scores"}],
        labels={"type": "json_list", "file": _META, "names": "labels"},
        papers=(_STAGES,) if own else (),
    )


def _has_labels(folder: ModelFolder) -> bool:
    meta = folder.json(_META)
    return isinstance(meta, dict) and isinstance(meta.get("labels"), list)


def _has_output(folder: ModelFolder, weights: str) -> bool:
    return any(tensor.name == "output" for tensor in folder.network(weights).outputs)


FAMILY = Family("classifier", 50, _describe)
