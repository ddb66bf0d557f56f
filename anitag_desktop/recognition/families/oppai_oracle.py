"""OppaiOracle: a second input tells the network which pixels are padding (true) and which not."""

from anitag_desktop.recognition.foreign.categories import DANBOORU, table_labels
from anitag_desktop.recognition.foreign.description import Description, Family
from anitag_desktop.recognition.foreign.model_folder import ModelFolder
from anitag_desktop.recognition.foreign.steps import HALF, fit, planes

_LABELS = "selected_tags.csv"
_MASK = "padding_mask"
_GREY = (114, 114, 114)


def _describe(folder: ModelFolder) -> Description | None:
    weights = folder.weights
    if weights is None:
        return None
    if {tensor.name for tensor in folder.network(weights).inputs} != {"pixel_values", _MASK}:
        return None
    *values, layout = planes(HALF)
    return Description(
        weights=weights,
        mask=_MASK,
        preprocess=[*fit("bilinear", _GREY), *values, {"op": "mask"}, layout],
        outputs=[{"name": "probabilities", "role": "scores"}],
        labels=table_labels(folder, _LABELS, DANBOORU),
        thresholds=dict.fromkeys(("general", "character", "copyright", "artist", "meta"), 0.7),
        licence="Apache-2.0",
    )


FAMILY = Family("oppai_oracle", 60, _describe)
