"""timm checkpoints with a table of tags: WD taggers in torch, and animetimm's.

WD's want blue first, unlike all else that timm trains; a package with a preprocess.json says
itself what it wants.
"""

from anitag_desktop.recognition.checkpoint import CONFIG, EMBEDDING, LOGITS
from anitag_desktop.recognition.fields import ManifestError
from anitag_desktop.recognition.foreign.categories import DANBOORU, table_labels
from anitag_desktop.recognition.foreign.description import Description, Family, Step
from anitag_desktop.recognition.foreign.model_folder import ModelFolder
from anitag_desktop.recognition.foreign.stages import read_stages, stages_for_use
from anitag_desktop.recognition.foreign.steps import planes, square
from anitag_desktop.recognition.timm_file import read_pictures

_WEIGHTS, _TABLE, _STAGES = "model.safetensors", "selected_tags.csv", "preprocess.json"
_CUSTOMARY = {"general": 0.35, "character": 0.85}


def _describe(folder: ModelFolder) -> Description | None:
    if folder.weights is not None or not {_WEIGHTS, CONFIG} <= folder.names:
        return None
    if "architecture" not in folder.fields(CONFIG).raw:
        return None
    if _TABLE not in folder.names:
        raise ManifestError(f"{_TABLE} is missing: nothing says what its outputs stand for")
    return Description(
        weights=_WEIGHTS,
        preprocess=_steps(folder),
        outputs=[
            {"name": LOGITS, "role": "scores", "activation": "sigmoid"},
            {"name": EMBEDDING, "role": "embedding", "normalise": True},
        ],
        labels=table_labels(folder, _TABLE, DANBOORU),
        thresholds=_CUSTOMARY,
        presets={"customary": _CUSTOMARY},
        papers=(CONFIG, *(name for name in (_STAGES,) if name in folder.names)),
    )


def _steps(folder: ModelFolder) -> list[Step]:
    if _STAGES in folder.names:
        return read_stages(stages_for_use(folder.fields(_STAGES)))
    pictures = read_pictures(folder.fields(CONFIG))
    norm = (pictures.mean, pictures.std)
    return [*square(pictures.kernel), *planes(norm, order="BGR")]


FAMILY = Family("timm", 135, _describe)
