"""Checks a package as the app does, and that it still gives the answer it was packed with."""

from pathlib import Path

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.recognition.model_package import ModelPackage
from training.preprocessing import read_with
from training.runner import ExportedModel

LARGEST_GAP = 1e-3


def verify(folder: Path) -> float:
    """Return the largest difference to the recorded scores of the golden pictures.

    Raises:
        AnitagError: ``model_refused`` naming the check that failed.
    """
    found = ModelPackage.load(folder)
    found.check_hashes()
    model = ExportedModel(found.weights)
    slots = {label.name: i for i, label in enumerate(found.labels)}
    gap = 0.0
    for golden in found.manifest.golden:
        scores, _ = model.run(read_with(folder / golden.path, found.manifest.preprocess)[None])
        gaps = [abs(float(scores[0][slots[n]]) - s) for n, s in golden.scores.items()]
        gap = max([gap, *gaps])
    if gap > LARGEST_GAP:
        reason = f"its answer to its golden picture is off by {gap:.4f}"
        raise AnitagError("model_refused", path=folder, reason=reason)
    return gap
