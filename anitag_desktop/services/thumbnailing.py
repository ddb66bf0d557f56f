"""Thumbnailing: small pictures for the gallery, large ones for the eye, by the viewer process."""

from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from anitag_desktop.domain.change import LibraryChange
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.storage.image_files import files_of_images
from anitag_desktop.storage.store import Store
from anitag_desktop.worker.client import VIEWER, WorkerClient
from anitag_desktop.worker.messages import (
    Answer,
    Failed,
    Previewed,
    PreviewJob,
    Recognised,
    RecogniseJob,
)

PATIENCE = 60.0
"""Seconds to wait for a preview; the process itself is far stricter with a picture."""


@dataclass(frozen=True, slots=True)
class RawImage:
    """A picture to be drawn: ``pixels`` are RGBA bytes, row by row."""

    width: int
    height: int
    pixels: bytes


class Thumbnails:
    """Makes what is looked at; every method may be called from any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._client: WorkerClient | None = None
        self._is_closed = False
        self._waiting: dict[int, Callable[[Answer], None]] = {}
        self._asked: set[int] = set()
        self._renewed: set[str] = set()

    def path(self, sha256: str) -> Path | None:
        """Return where a picture's thumbnail lies, None if it was not made yet."""
        path = self._store.paths.thumbnail(sha256)
        return path if path.is_file() else None

    def request(self, image_ids: Iterable[int]) -> None:
        """Have thumbnails made, in this order; a change names each picture that has one then."""
        image_ids = list(dict.fromkeys(image_ids))
        paths = self._paths(image_ids)
        with self._lock:
            wanted = [i for i in image_ids if i in paths and i not in self._asked]
            self._asked.update(wanted)
        for image_id in wanted:
            self._have_made(image_id, paths[image_id])

    def renew(self, image_id: int, sha256: str) -> None:
        """Have a thumbnail made anew whose file is damaged; once, as it may not be the file."""
        with self._lock:
            if sha256 in self._renewed:
                return
            self._renewed.add(sha256)
        with suppress(OSError):
            self._store.paths.thumbnail(sha256).unlink(missing_ok=True)
        self.request([image_id])

    def preview(self, image_id: int, max_side: int) -> RawImage:
        """Return a picture with at most ``max_side`` pixels on its longer side; waits for it.

        Raises:
            AnitagError: why the picture cannot be shown.
        """
        path = self._paths([image_id]).get(image_id)
        if path is None:
            raise AnitagError("picture_gone")
        answered: Future[Answer] = Future()
        self._ask(
            lambda job_id: PreviewJob(job_id, path, max_side), answered.set_result, urgent=True
        )
        try:
            answer = answered.result(PATIENCE)
        except TimeoutError as error:
            raise AnitagError("took_too_long", seconds=PATIENCE) from error
        if isinstance(answer, Failed):
            raise AnitagError(answer.code, **answer.params)
        assert isinstance(answer, Previewed)
        return RawImage(answer.width, answer.height, answer.pixels)

    def close(self) -> None:
        """End the viewer process; what is still asked for fails."""
        with self._lock:
            self._is_closed = True
            client = self._client
        if client is not None:
            client.close(timeout=0)

    def _paths(self, image_ids: Iterable[int]) -> dict[int, bytes]:
        """Return a present file of each image that has one."""
        with self._store.library.read() as conn:
            found = files_of_images(conn, image_ids)
        best = {image_id: files[0] for image_id, files in found.items()}
        return {i: f.path for i, f in best.items() if f.status is ImageStatus.PRESENT}

    def _have_made(self, image_id: int, path: bytes) -> None:
        def take_in(answer: Answer) -> None:
            self._forget(image_id)
            if isinstance(answer, Recognised) and answer.has_thumbnail:
                self._store.changes.publish(LibraryChange(images=frozenset({image_id})))

        self._ask(lambda job_id: RecogniseJob(job_id, path), take_in)

    def _forget(self, image_id: int) -> None:
        with self._lock:
            self._asked.discard(image_id)

    def _ask(
        self,
        make_job: Callable[[int], PreviewJob | RecogniseJob],
        take_in: Callable[[Answer], None],
        *,
        urgent: bool = False,
    ) -> None:
        client = self._started()
        job_id = client.new_job_id()
        with self._lock:
            self._waiting[job_id] = take_in
        try:
            client.submit(make_job(job_id), urgent=urgent)
        except ValueError:
            self._take_in(Failed(job_id, "worker_closed"))

    def _started(self) -> WorkerClient:
        with self._lock:
            if self._is_closed:
                raise AnitagError("worker_closed")
            if self._client is None:
                self._client = WorkerClient(VIEWER, [], self._store.paths.thumbnails, self._take_in)
                self._client.start()
            return self._client

    def _take_in(self, answer: Answer) -> None:
        with self._lock:
            take_in = self._waiting.pop(answer.job_id, None)
        if take_in is not None:
            take_in(answer)
