"""Running one model on pictures in a process of its own, and taking the time."""

import time
from collections.abc import Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.settings import Settings
from anitag_desktop.worker.client import RECOGNISER, WorkerClient, WorkerOptions
from anitag_desktop.worker.messages import Answer, ModelScores, Recognised, RecogniseJob

_PATIENCE = 600.0

Said = list[Sequence[tuple[int, float]] | None]
"""Of each picture the scores by place of the label, None where it could not be read."""


class ModelRunner:
    """A process with one model; as a context it ends with the block. For one thread."""

    def __init__(self, folder: Path, thumbnails: Path, wanted: Settings) -> None:
        self._answers: SimpleQueue[Answer] = SimpleQueue()
        self._client = WorkerClient(
            RECOGNISER,
            [folder],
            thumbnails,
            self._answers.put,
            threads=wanted.recogniser_threads,
            options=WorkerOptions(device=wanted.device),
        )
        self._pictures = 0
        self._seconds = 0.0

    def __enter__(self) -> "ModelRunner":
        """Start the process."""
        self._client.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End it."""
        self._client.close(timeout=0)

    @property
    def timed_pictures(self) -> int:
        """How many pictures were timed."""
        return self._pictures

    @property
    def pace(self) -> float:
        """Pictures a second of all that was timed; 0 if nothing was."""
        return self._pictures / self._seconds if self._seconds else 0.0

    def timed(self, paths: Sequence[bytes]) -> Said:
        """Do as ``run`` and count it for ``pace``."""
        began = time.monotonic()
        found = self.run(paths)
        self._seconds += time.monotonic() - began
        self._pictures += len(paths)
        return found

    def run(self, paths: Sequence[bytes]) -> Said:
        """Return what the model says of pictures, in their order.

        Raises:
            AnitagError: ``not_made_fast``: no answer came.
        """
        return [None if one is None else one.scores for one in self._ask(paths)]

    def vectors(self, paths: Sequence[bytes]) -> list[bytes | None]:
        """Return the model's vectors of pictures, in their order, as numbers of float16.

        None where a picture could not be read, or the model gives no vectors.

        Raises:
            AnitagError: ``not_made_fast``: no answer came.
        """
        return [None if one is None else one.embedding for one in self._ask(paths)]

    def _ask(self, paths: Sequence[bytes]) -> list[ModelScores | None]:
        jobs = [RecogniseJob(self._client.new_job_id(), path) for path in paths]
        for job in jobs:
            self._client.submit(job)
        try:
            answers = [self._answers.get(timeout=_PATIENCE) for _ in jobs]
        except Empty:
            raise AnitagError("not_made_fast", reason="a model gave no answer in time") from None
        by_id = {answer.job_id: answer for answer in answers}
        return [_of_model(by_id[job.job_id]) for job in jobs]


def _of_model(answer: Answer) -> ModelScores | None:
    return answer.models[0] if isinstance(answer, Recognised) else None
