"""Writing down what worker processes read, many files in one transaction.

First the library (which file holds which image), then the index (what models said). Between the
two a crash leaves pictures that no model has seen, which is what the queue looks for anyway; and
writing the same again changes nothing.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anitag_desktop.domain.file import FileStat
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.services.queueing import Work
from anitag_desktop.services.region_storing import regions_seen
from anitag_desktop.storage import images, predictions, problems, readings, sightings, successions
from anitag_desktop.storage.log import Doing
from anitag_desktop.worker.messages import Recognised

if TYPE_CHECKING:
    from anitag_desktop.recognition.model_package import ModelPackage
    from anitag_desktop.storage.database import Connection
    from anitag_desktop.storage.store import Store


@dataclass(frozen=True, slots=True)
class Linked:
    """The file holds an image that is known."""

    work: Work
    image_id: int
    stat: FileStat


@dataclass(frozen=True, slots=True)
class Read:
    """The file was decoded and looked at."""

    work: Work
    answer: Recognised

    @property
    def is_tagged(self) -> bool:
        """Whether a model looked at it, or at parts of it."""
        return bool(self.answer.models or self.answer.known)


@dataclass(frozen=True, slots=True)
class Broken:
    """The file gives no picture: an error code with its parameters."""

    work: Work
    code: str
    params: dict[str, str | int | float]


Outcome = Linked | Read | Broken


class AnswerStore:
    """Writes outcomes of files into both databases."""

    def __init__(
        self,
        store: "Store",
        packages: Iterable["ModelPackage"],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._packages = {package.key: package for package in packages}
        self._clock = clock

    def save(self, outcomes: Sequence[Outcome]) -> None:
        """Write outcomes; when it raises, they may be written again as they are.

        Raises:
            AnitagError: ``disk_full``, ``cannot_write`` or ``library_damaged``.
        """
        if not outcomes:
            return
        self._store.library.write(lambda conn: self._save_files(conn, outcomes))
        answers = [outcome.answer for outcome in outcomes if isinstance(outcome, Read)]
        said = [
            predictions.ModelRun(
                answer.facts.sha256,
                model.key,
                self._packages[model.key].named(model.scores),
                model.embedding,
            )
            for answer in answers
            for model in answer.models
            if model.key in self._packages
        ]
        looks = [look for a in answers if (look := regions_seen(a, self._packages)) is not None]
        if said or looks:
            predictions.store_many(self._store, said, looks)

    def _save_files(self, conn: "Connection", outcomes: Sequence[Outcome]) -> None:
        at = self._clock()
        readings.put_readings(conn, [self._reading(conn, outcome, at) for outcome in outcomes])
        files = [outcome.work.file_id for outcome in outcomes]
        successions.settle(Doing(conn, None, at), files)
        broken = [outcome for outcome in outcomes if isinstance(outcome, Broken)]
        there = sightings.by_paths(conn, [outcome.work.path for outcome in broken])
        for outcome in broken:
            row = there.get(outcome.work.path)
            if row is not None and row.file_id == outcome.work.file_id:
                problems.put(conn, row.file_id, outcome.code, outcome.params, at)

    def _reading(self, conn: "Connection", outcome: Outcome, at: float) -> readings.Reading:
        work = outcome.work
        if isinstance(outcome, Linked):
            return readings.Reading(work.file_id, work.path, outcome.image_id, outcome.stat)
        if isinstance(outcome, Read):
            image_id = images.add(conn, outcome.answer.facts, at)
            return readings.Reading(work.file_id, work.path, image_id, outcome.answer.stat)
        # Bytes that are known stay what they are, even when they cannot be decoded this time.
        image_id_if_known = work.image_id if work.sha256 is not None else None
        return readings.Reading(work.file_id, work.path, image_id_if_known, work.stat)


def model_keys(packages: Iterable["ModelPackage"]) -> tuple[ModelKey, ...]:
    """Return the keys of models."""
    return tuple(package.key for package in packages)
