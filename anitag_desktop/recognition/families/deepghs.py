"""Taggers packed by deepghs: PixAI, animetimm, Camie v1; their preprocess.json says what to do.

Thresholds stand in a table by category, or by category and mode, or at each tag.
"""

from collections.abc import Mapping

from anitag_desktop.recognition.fields import Fields, ManifestError
from anitag_desktop.recognition.foreign.categories import DANBOORU, NAMES, table_labels
from anitag_desktop.recognition.foreign.description import Description, Family, Step
from anitag_desktop.recognition.foreign.model_folder import ModelFolder
from anitag_desktop.recognition.foreign.stages import read_stages, stages_for_use
from anitag_desktop.recognition.foreign.thresholds import by_mode, by_row

_TABLE, _STAGES = "selected_tags.csv", "preprocess.json"
_PAPERS = (_STAGES, "thresholds.csv", "threshold.json", "categories.json")
_SCORES = ("prediction", "output")
_USUAL = 0.4
"""The threshold of a category that none is stated for."""


def _describe(folder: ModelFolder) -> Description | None:
    weights = folder.weights
    if weights is None or _TABLE not in folder.names:
        return None
    if _STAGES not in folder.names:
        raise ManifestError(
            "nothing beside it says how pictures are prepared for it; "
            "describe it with an anitag-model.json"
        )
    codes = _codes(folder)
    modes = by_mode(folder, "threshold.json") if "threshold.json" in folder.names else {}
    rows = by_row(folder, "thresholds.csv", codes) if "thresholds.csv" in folder.names else {}
    return Description(
        weights=weights,
        side=448,
        preprocess=read_stages(stages_for_use(folder.fields(_STAGES))),
        outputs=_outputs(folder, weights),
        labels=table_labels(folder, _TABLE, codes),
        thresholds=rows or modes.get("balanced", {}),
        presets=modes,
        decode={"default": _USUAL},
        papers=tuple(name for name in _PAPERS if name in folder.names),
    )


def _outputs(folder: ModelFolder, weights: str) -> list[Step]:
    names = [tensor.name for tensor in folder.network(weights).outputs]
    scores = next((name for name in _SCORES if name in names), None)
    if scores is None:
        raise ManifestError(f'the network has no output "{_SCORES[0]}"')
    found: list[Step] = [{"name": scores, "role": "scores"}]
    if "embedding" in names:
        found.append({"name": "embedding", "role": "embedding", "normalise": True})
    return found


def _codes(folder: ModelFolder) -> Mapping[str, str]:
    """Return the categories by code, by the package's own list first if it has one."""
    if "categories.json" not in folder.names:
        return DANBOORU
    found = folder.json("categories.json")
    if not isinstance(found, list):
        raise ManifestError("categories.json is not a list of categories")
    parts = [Fields(part, "a part of categories.json") for part in found]
    names = {str(part.integer("category")): part.text("name").lower() for part in parts}
    return {**DANBOORU, **{code: NAMES.get(name, name) for code, name in names.items()}}


FAMILY = Family("deepghs", 115, _describe)
