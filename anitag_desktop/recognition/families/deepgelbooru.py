"""DeepGelbooru: DeepDanbooru trained on another booru, with its preprocessing beside it."""

from anitag_desktop.recognition.foreign.categories import DANBOORU, table_labels
from anitag_desktop.recognition.foreign.description import Description, Family
from anitag_desktop.recognition.foreign.model_folder import ModelFolder
from anitag_desktop.recognition.foreign.stages import read_stages

_TABLE, _STAGES = "tags.csv", "preprocessor.json"


def _describe(folder: ModelFolder) -> Description | None:
    weights = folder.weights
    if weights is None or not {_TABLE, _STAGES} <= folder.names:
        return None
    return Description(
        weights=weights,
        layout="NHWC",
        side=512,
        preprocess=read_stages(folder.fields(_STAGES).raw.get("stages"), layout="NHWC"),
        outputs=[{"name": "prediction", "role": "scores"}],
        labels=table_labels(folder, _TABLE, DANBOORU),
        thresholds={"general": 0.3, "character": 0.3},
        papers=(_STAGES,),
    )


FAMILY = Family("deepgelbooru", 125, _describe)
