"""Worker processes for tests: started, asked, and always closed."""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from anitag_desktop.worker.client import RECOGNISER, WorkerClient, WorkerOptions
from anitag_desktop.worker.messages import Answer, Job, RecogniseJob

PATIENCE = 60.0


class Worker:
    """A client that keeps its answers."""

    def __init__(
        self,
        thumbnails: Path,
        models: Sequence[Path] = (),
        *,
        role: str = RECOGNISER,
        threads: int = 2,
        options: WorkerOptions | None = None,
    ) -> None:
        self.answers: list[Answer] = []
        self.client = WorkerClient(
            role, models, thumbnails, self.answers.append, threads=threads, options=options
        )

    def ask(self, *jobs: Job) -> list[Answer]:
        """Have jobs done; return their answers in the order of the jobs."""
        for job in jobs:
            self.client.submit(job)
        self.wait()
        by_id = {answer.job_id: answer for answer in self.answers}
        return [by_id[job.job_id] for job in jobs]

    def recognise(self, paths: Iterable[Path]) -> list[Answer]:
        """Have pictures recognised; return the answers in their order."""
        return self.ask(*(RecogniseJob(self.client.new_job_id(), bytes(path)) for path in paths))

    def wait(self) -> None:
        """Wait until every job is answered."""
        deadline = time.monotonic() + PATIENCE
        while self.client.pending():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.client.pending()} jobs without an answer")
            time.sleep(0.01)

    def wait_until_ready(self) -> None:
        """Wait until the process has loaded its models, or has said why it cannot."""
        deadline = time.monotonic() + PATIENCE
        while not (self.client.provider().sandbox or self.client.provider().reason):
            if time.monotonic() > deadline:
                raise TimeoutError("the process does not get ready")
            time.sleep(0.01)


@contextmanager
def worker(thumbnails: Path, models: Sequence[Path] = (), **options: object) -> Iterator[Worker]:
    """A started worker, closed at the end."""
    made = Worker(thumbnails, models, **options)
    made.client.start()
    try:
        yield made
    finally:
        made.client.close(timeout=0)
