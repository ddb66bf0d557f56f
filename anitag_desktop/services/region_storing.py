"""From a worker's answer to what models saw of the parts of a picture."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.domain.region import LABEL_LENGTH, Place
from anitag_desktop.recognition.roles import DETECTOR
from anitag_desktop.storage.region_finds import Find, Look, Looks

if TYPE_CHECKING:
    from anitag_desktop.recognition.model_package import ModelPackage
    from anitag_desktop.worker.messages import Recognised, RegionVector


def regions_seen(answer: "Recognised", packages: "Mapping[ModelKey, ModelPackage]") -> Looks | None:
    """Return what an answer says of regions, believed as far as its models could say it.

    None where no model looked for any, nor at any.
    """
    detectors = {
        model.key: packages[model.key]
        for model in answer.models
        if model.key in packages and packages[model.key].manifest.kind == DETECTOR
    }
    if not detectors and not answer.known:
        return None
    finds: dict[ModelKey, list[Find]] = {key: [] for key in detectors}
    for found in answer.found:
        package = detectors.get(found.detector)
        if package is not None and found.label < len(package.labels):
            label = package.labels[found.label].name[:LABEL_LENGTH]
            vectors = _vectors(found.vectors, packages)
            finds[found.detector].append(Find(Place(label, found.box), found.score, vectors))
    looks = [Look(one.uid, one.box, _vectors(one.vectors, packages)) for one in answer.known]
    return Looks(answer.facts.sha256, finds, looks)


def _vectors(
    made: "Iterable[RegionVector]", packages: "Mapping[ModelKey, ModelPackage]"
) -> dict[ModelKey, bytes | None]:
    return {one.model: one.embedding for one in made if one.model in packages}
