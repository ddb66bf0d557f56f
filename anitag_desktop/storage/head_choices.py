"""Which personal head speaks: a setting, so changing it is logged and taken back like any other."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from anitag_desktop.domain.correction import Prediction
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.storage import settings

MODEL_ID = "personal"
"""Under this name the head speaks beside the models."""


@dataclass(frozen=True, slots=True)
class FacesInUse:
    """Of which characters (uids) it speaks on parts of pictures, on the vectors of which model."""

    model: ModelKey
    tags: frozenset[str]


@dataclass(frozen=True, slots=True)
class HeadInUse:
    """Which head speaks, on the vectors of which model, and of which tags (uids).

    ``tags`` are those of whole pictures. ``thresholds`` has those of tags (by uid) from which on
    its scores count, elsewhere one half.
    """

    revision: str
    model: ModelKey
    tags: frozenset[str]
    thresholds: Mapping[str, float] = field(default_factory=dict)
    faces: FacesInUse | None = None

    @property
    def every_tag(self) -> frozenset[str]:
        """Of which tags it speaks at all."""
        return self.tags | (self.faces.tags if self.faces else frozenset())

    @property
    def key(self) -> ModelKey:
        """The key of its predictions."""
        return key_of(self.revision)

    def without_relearnt(self, said: Iterable[Prediction]) -> list[Prediction]:
        """Return what a model says of the tags of which the head says nothing."""
        return [one for one in said if one.tag.uid not in self.tags]

    def command(self) -> dict[str, Any]:
        """Return the command that lets it speak."""
        value = {
            "revision": self.revision,
            "model": _words(self.model),
            "tags": sorted(self.tags),
            "thresholds": dict(sorted(self.thresholds.items())),
        }
        if self.faces is not None:
            value["faces"] = {"model": _words(self.faces.model), "tags": sorted(self.faces.tags)}
        return {"op": "setting.put", "name": settings.PERSONAL_HEAD, "value": value}


def key_of(revision: str) -> ModelKey:
    """Return the key of the predictions of a head."""
    return ModelKey(MODEL_ID, revision)


def in_use(conn: Connection) -> HeadInUse | None:
    """Return the head that speaks, None if there is none."""
    value = settings.get(conn, settings.PERSONAL_HEAD)
    if not value:
        return None
    model, tags = ModelKey(*value["model"]), frozenset(value["tags"])
    return HeadInUse(value["revision"], model, tags, value.get("thresholds", {}), _faces(value))


def _words(model: ModelKey) -> list[str]:
    return [model.model_id, model.revision]


def _faces(value: Mapping[str, Any]) -> FacesInUse | None:
    faces = value.get("faces")
    if not faces:
        return None
    return FacesInUse(ModelKey(*faces["model"]), frozenset(faces["tags"]))
