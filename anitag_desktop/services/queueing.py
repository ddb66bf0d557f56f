"""Which file to read next. The database is the queue; here is only its next page in memory.

First what the user looks at, then files that nobody has read yet (newest first), then changed
files to hash again, then known pictures that a model has not seen.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from anitag_desktop.domain.file import FileStat
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.storage import files, images, index_ids, readings, sightings, waiting_regions
from anitag_desktop.storage.waiting_regions import WaitingRegion
from anitag_desktop.watching.scanner import NO_STAT

if TYPE_CHECKING:
    from anitag_desktop.storage.database import Connection
    from anitag_desktop.storage.store import Store

_PAGE = 500


class Lacking(NamedTuple):
    """What a known picture waits for: models that look at it, and regions to be looked at."""

    models: tuple[ModelKey, ...]
    regions: tuple[WaitingRegion, ...]


@dataclass(slots=True, eq=False)
class Work:
    """One file to be read.

    ``image_id`` is the image that the library says it holds, if any. ``sha256`` is set once its
    bytes are known, so that only a decode and models' answers lack: ``lacking`` says which, None
    stands for all. ``stat`` is what the file system said when the file was given to a worker.
    """

    file_id: int
    path: bytes
    size: int
    image_id: int | None = None
    sha256: str | None = None
    lacking: Lacking | None = None
    stat: FileStat = NO_STAT
    is_urgent: bool = False


class Backlog:
    """The files that wait. One thread takes; any thread may put files off or to the front."""

    def __init__(
        self,
        store: "Store",
        models: Sequence[ModelKey],
        folder_ids: Collection[int] | None = None,
        *,
        embedders: Sequence[ModelKey] = (),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._models = tuple(models)
        self._embedders = tuple(embedders)
        self._folder_ids = None if folder_ids is None else list(folder_ids)
        self._monotonic = monotonic
        self._page: deque[Work] = deque()
        self._wanted: list[int] = []
        self._busy: set[int] = set()
        self._until: dict[int, float] = {}
        self._lock = threading.Lock()

    def take(self) -> Work | None:
        """Return the next file, which is busy from now on; None when nothing can be done now."""
        self._read_wanted()
        if not self._page:
            self._read_page()
        while self._page:
            work = self._page.popleft()
            if self._is_free(work.file_id):
                self._busy.add(work.file_id)
                return work
        return None

    def done(self, work: Work) -> None:
        """Note that the file has its outcome, or waits in the database again."""
        self._busy.discard(work.file_id)

    def put_off(self, work: Work, seconds: float) -> None:
        """Leave the file alone for some time."""
        self._busy.discard(work.file_id)
        self._until[work.file_id] = self._monotonic() + seconds

    def seconds_until_due(self) -> float | None:
        """Return when a file that was put off is due; None when there is none."""
        if not self._until:
            return None
        return max(0.0, min(self._until.values()) - self._monotonic())

    def prefer(self, image_ids: Iterable[int]) -> None:
        """Take these pictures first, in this order."""
        with self._lock:
            self._wanted = list(image_ids)

    def count(self, folder_ids: Collection[int] | None = None) -> int:
        """Return how many files wait (in these folders), busy ones and put off ones included."""
        ids = self._folder_ids if folder_ids is None else list(folder_ids)
        with self._store.library.read() as conn:
            waiting = readings.count_waiting(conn, ids)
            return waiting + images.count_without_run(conn, self._models, ids, self._embedders)

    def _is_free(self, file_id: int) -> bool:
        until = self._until.get(file_id)
        if until is not None and until > self._monotonic():
            return False
        self._until.pop(file_id, None)
        return file_id not in self._busy

    def _read_wanted(self) -> None:
        with self._lock:
            wanted, self._wanted = self._wanted, []
        if not wanted or not self._models:
            return
        with self._store.library.read() as conn:
            lacking = set(self._without_run(conn, len(wanted), wanted))
            works = self._known(conn, [image_id for image_id in wanted if image_id in lacking])
        for work in works:
            work.is_urgent = True
        self._page.extendleft(work for work in reversed(works) if self._is_free(work.file_id))

    def _read_page(self) -> None:
        """Read the next page of what waits.

        What is busy now is left out now: when its entry came up later it might be done, and
        would be done twice.
        """
        now = self._monotonic()
        self._until = {i: until for i, until in self._until.items() if until > now}
        limit = _PAGE + len(self._busy) + len(self._until)
        with self._store.library.read() as conn:
            page = self._new(conn, limit)
            if len(page) < limit:
                page += self._unverified(conn, limit)
            if len(page) < limit and self._models:
                page += self._known(conn, self._without_run(conn, limit))
        self._page.extend(work for work in page if self._is_free(work.file_id))

    def _new(self, conn: "Connection", limit: int) -> list[Work]:
        waiting = files.pending(conn, limit, self._folder_ids)
        return [Work(file.file_id, file.path, file.stat.size) for file in waiting]

    def _unverified(self, conn: "Connection", limit: int) -> list[Work]:
        found = readings.unverified(conn, limit, self._folder_ids)
        rows = sightings.by_paths(conn, [file.path for file in found])
        return [
            Work(file.file_id, file.path, file.stat.size, rows[file.path].image_id)
            for file in found
        ]

    def _without_run(
        self, conn: "Connection", limit: int, image_ids: Sequence[int] | None = None
    ) -> list[int]:
        found = images.without_run(
            conn, self._models, limit, self._folder_ids, image_ids, self._embedders
        )
        return [image_id for image_id, _, _ in found]

    def _known(self, conn: "Connection", image_ids: Sequence[int]) -> list[Work]:
        rows = readings.of_images(conn, image_ids, self._folder_ids)
        facts = images.facts(conn, rows)
        ran = images.models_run(conn, index_ids.pictures(conn, image_ids), self._models)
        regions = waiting_regions.of_images(conn, image_ids, self._embedders)
        return [
            Work(
                row.file_id,
                row.path,
                row.size,
                image_id,
                facts[image_id].sha256,
                Lacking(
                    tuple(model for model in self._models if model not in ran.get(image_id, ())),
                    regions.get(image_id, ()),
                ),
            )
            for image_id in image_ids
            if (row := rows.get(image_id)) and row.ctime_ns != sightings.UNVERIFIED
        ]
