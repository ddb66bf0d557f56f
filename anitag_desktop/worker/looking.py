"""Looking at one decoded picture with several models, and with some of them at its regions.

Taggers and detectors see the whole picture. Embedders see what the detectors found just now, and
the regions that the job names; a picture without any they see as a whole.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from anitag_desktop.domain.image import Box
from anitag_desktop.domain.prediction import SCORE_FLOOR, ModelKey
from anitag_desktop.domain.region import Place, clipped
from anitag_desktop.recognition import detection
from anitag_desktop.recognition.operations import Operation
from anitag_desktop.recognition.preprocessing import model_input, preprocess
from anitag_desktop.recognition.recognizer import Reading, Recognizer
from anitag_desktop.recognition.roles import EMBEDDER, region_embedders
from anitag_desktop.worker import crops
from anitag_desktop.worker.batching import Run
from anitag_desktop.worker.crops import Candidate
from anitag_desktop.worker.messages import (
    FoundRegion,
    ModelScores,
    RecogniseJob,
    RegionVector,
    SeenRegion,
)

if TYPE_CHECKING:
    from anitag_desktop.recognition.decoding import Picture

MOST_FOUND = 200
"""So many regions of a picture are kept of each detector, the surest."""

Vectors = tuple[RegionVector, ...]


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model that is ready, and how its pictures are run."""

    recognizer: Recognizer
    run: Run

    @property
    def key(self) -> ModelKey:
        """Which model it is."""
        return self.recognizer.package.key


class Sight(NamedTuple):
    """What models saw of one picture: as a whole, of what they found, of what was known."""

    models: tuple[ModelScores, ...]
    found: tuple[FoundRegion, ...] = ()
    known: tuple[SeenRegion, ...] = ()


class Looker:
    """The models of a worker process; may be used by many threads at once."""

    def __init__(self, models: Sequence[LoadedModel]) -> None:
        packages = [model.recognizer.package for model in models]
        embedders = {package.key for package in region_embedders(packages)}
        self._embedders = [model for model in models if model.key in embedders]
        self._first = [model for model in models if not _only_embeds(model)]
        self._last = [model for model in models if _only_embeds(model)]

    def look(self, job: RecogniseJob, picture: "Picture", tell: Callable[[], None]) -> Sight:
        """Run the models that the job names; ``tell`` is called before each run of one."""
        look = _Look(picture, tell)
        said: list[ModelScores] = []
        finds: list[_Find] = []
        for model in _named(self._first, job):
            reading = look.whole(model)
            said.append(to_scores(model.key, reading))
            finds += _finds(model, reading)
        known = [Candidate(Place(one.label, one.box), 1.0, one.is_given) for one in job.regions]
        places = [*known, *(find.candidate for find in finds)]
        vectors = self._vectors(look, places)
        for model in _named(self._last, job):
            reading = Reading(None, None) if places else look.whole(model)
            said.append(to_scores(model.key, reading))
        of_known, of_found = vectors[: len(known)], vectors[len(known) :]
        return Sight(
            tuple(said),
            tuple(find.as_message(own) for find, own in zip(finds, of_found, strict=True)),
            tuple(
                SeenRegion(one.uid, one.box, own)
                for one, own in zip(job.regions, of_known, strict=True)
            ),
        )

    def _vectors(self, look: "_Look", places: Sequence[Candidate]) -> list[Vectors]:
        """Return for each place what each embedder makes of it."""
        chosen = crops.chosen(places)
        return [
            tuple(
                RegionVector(model.key, look.part(model, one.place.box) if at in chosen else None)
                for model in self._embedders
            )
            for at, one in enumerate(places)
        ]


class _Find(NamedTuple):
    """What a detector found; ``label`` is the index of what it is."""

    detector: ModelKey
    label: int
    candidate: Candidate

    def as_message(self, vectors: Vectors) -> FoundRegion:
        place, score, _ = self.candidate
        return FoundRegion(self.detector, self.label, score, place.box, vectors)


class _Look:
    """One picture, as models see it."""

    def __init__(self, picture: "Picture", tell: Callable[[], None]) -> None:
        self._picture = picture
        self._tell = tell

    def whole(self, model: LoadedModel) -> Reading:
        self._tell()
        return model.run(model_input(self._picture, _steps(model)))

    def part(self, model: LoadedModel, box: Box) -> bytes | None:
        self._tell()
        crop = crops.crop(self._picture, box)
        return _as_halves(model.run(preprocess(crop, _steps(model))))


def to_scores(key: ModelKey, found: Reading) -> ModelScores:
    """Return a reading as a message: the scores worth keeping, and the vector in half precision."""
    import numpy as np

    scores: tuple[tuple[int, float], ...] = ()
    if found.scores is not None:
        kept = np.flatnonzero(found.scores >= SCORE_FLOOR)
        values = found.scores[kept].astype(float).round(6)
        scores = tuple(zip(kept.tolist(), values.tolist(), strict=True))
    return ModelScores(key, scores, _as_halves(found))


def _as_halves(found: Reading) -> bytes | None:
    return None if found.embedding is None else found.embedding.astype("<f2").tobytes()


def _finds(model: LoadedModel, reading: Reading) -> list[_Find]:
    """Return what a detector found, the surest first; nothing that is too small to be seen."""
    labels = model.recognizer.package.labels
    boxes = ((one, _box(one)) for one in reading.boxes or ())
    found = [
        _Find(model.key, one.label, Candidate(Place(labels[one.label].name, box), one.score))
        for one, box in boxes
        if box is not None
    ]
    return found[:MOST_FOUND]


def _box(one: detection.Box) -> Box | None:
    return clipped(Box(one.left, one.top, one.right - one.left, one.bottom - one.top))


def _steps(model: LoadedModel) -> tuple[Operation, ...]:
    return model.recognizer.package.manifest.preprocess


def _only_embeds(model: LoadedModel) -> bool:
    return model.recognizer.package.manifest.kind == EMBEDDER


def _named(models: Sequence[LoadedModel], job: RecogniseJob) -> list[LoadedModel]:
    return [model for model in models if job.models is None or model.key in job.models]
