"""WD taggers (v1 to v3, with or without embedding), idolsankaku and Z3D-E621: values as they are.

BGR from 0 to 255, pixel by pixel; probabilities come out, and of some a vector after them.
"""

from anitag_desktop.recognition.fields import ManifestError
from anitag_desktop.recognition.foreign.categories import DANBOORU, E621, table_labels
from anitag_desktop.recognition.foreign.description import Description, Family
from anitag_desktop.recognition.foreign.model_folder import ModelFolder
from anitag_desktop.recognition.foreign.steps import pixels, square

_DANBOORU_TABLE, _E621_TABLE = "selected_tags.csv", "tags-selected.csv"
_WITHOUT_ORDER = "tags_info.csv"
_CUSTOMARY = {"general": 0.35, "character": 0.85}


def _describe(folder: ModelFolder) -> Description | None:
    weights, table = folder.weights, folder.first(_DANBOORU_TABLE, _E621_TABLE, _WITHOUT_ORDER)
    if weights is None or table is None:
        return None
    network = folder.network(weights)
    if len(network.inputs) != 1 or network.inputs[0].dims[3:] != (3,):
        return None
    if table == _WITHOUT_ORDER:
        raise ManifestError(
            f"{table} is not known to have the order of its outputs; put the {_DANBOORU_TABLE} of "
            "the original model beside it"
        )
    outputs = [{"index": 0, "role": "scores"}]
    if len(network.outputs) > 1:
        outputs.append({"index": 1, "role": "embedding", "normalise": True})
    return Description(
        weights=weights,
        layout="NHWC",
        side=448,
        preprocess=[*square("bicubic"), *pixels(1.0, order="BGR")],
        outputs=outputs,
        labels=table_labels(folder, table, E621 if table == _E621_TABLE else DANBOORU),
        thresholds=_CUSTOMARY,
        presets={"customary": _CUSTOMARY},
    )


FAMILY = Family("wd", 110, _describe)
