"""Giving files to a worker process and taking its answers, so that no picture is read twice.

Every file is decoded and looked at once, and a copy never: a file that has as many bytes as a
known picture (or one that is being read) is only hashed first. An answer counts only while the
file is as it was when it was given away.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.services.queueing import Backlog, Work
from anitag_desktop.services.storing import Broken, Linked, Outcome, Read
from anitag_desktop.storage import images, readings
from anitag_desktop.watching.scanner import read_stat
from anitag_desktop.worker.messages import (
    Answer,
    Failed,
    Identified,
    IdentifyJob,
    Job,
    KnownRegion,
    Recognised,
    RecogniseJob,
)

if TYPE_CHECKING:
    from anitag_desktop.storage.store import Store
    from anitag_desktop.worker.client import WorkerClient

GONE_SECONDS = 60.0
"""How long a file that is not there is left alone: a look through its folder will tell more."""

_LOCKED_SECONDS = 0.5
_TRIES = 3


class Dispatcher:
    """What is on its way to the worker and back. Used by one thread."""

    def __init__(
        self, store: "Store", backlog: Backlog, client: "WorkerClient", quiet: float
    ) -> None:
        self.failure: AnitagError | None = None
        """Why the worker cannot work, when that is nothing against a file."""
        self._store = store
        self._backlog = backlog
        self._client = client
        self._quiet = quiet
        self._flying: dict[int, Work] = {}
        # The files being decoded, by size while their hash is not known, else by hash; and for
        # each of them (by file id) those that may be or are its copies.
        self._by_size: dict[int, Work] = {}
        self._by_hash: dict[str, Work] = {}
        self._twins: dict[int, list[Work]] = defaultdict(list)
        self._refusals: Counter[int] = Counter()
        self._is_closed = False

    def __len__(self) -> int:
        """Return how many files are on their way."""
        return len(self._flying) + sum(map(len, self._twins.values()))

    def fill(self, room: int) -> bool:
        """Give away files until ``room`` are on their way; tell whether there were enough."""
        while len(self._flying) < room:
            work = self._backlog.take()
            if work is None:
                return False
            self._begin(work)
        return True

    def take(self, answer: Answer) -> Outcome | None:
        """Take an answer; return the outcome to be stored, if it is one."""
        work = self._flying.pop(answer.job_id, None)
        if work is None:
            return None
        if isinstance(answer, Failed):
            return self._take_failure(work, answer)
        assert isinstance(answer, Identified | Recognised)
        if read_stat(work.path) != answer.stat:
            self._read_again(work, self._quiet)
            return None
        work.stat = answer.stat
        if isinstance(answer, Recognised):
            return Read(work, answer)
        work.sha256 = answer.sha256
        return self._take_identity(work)

    def stored(self, outcomes: Iterable[Outcome]) -> list[Outcome]:
        """Note that outcomes are safe; return those of copies that waited for them."""
        follow: list[Outcome] = []
        for outcome in outcomes:
            self._backlog.done(outcome.work)
            for twin in self._land(outcome.work):
                found = self._take_identity(twin)
                if found is not None:
                    follow.append(found)
        return follow

    def close(self) -> None:
        """Give nothing away any more: what is not stored waits in the database."""
        self._is_closed = True

    def _begin(self, work: Work) -> None:
        stat = read_stat(work.path)
        if stat is None:
            self._backlog.put_off(work, GONE_SECONDS)
            return
        left = self._quiet - (time.time() - stat.ctime_ns / 1e9)
        if 0 < left <= self._quiet:
            self._backlog.put_off(work, left)
            return
        work.stat, work.size = stat, stat.size
        if work.sha256 is not None:
            self._recognise(work)
        elif work.image_id is not None or self._may_be_copy(work.size):
            self._submit(work, IdentifyJob(self._client.new_job_id(), work.path))
        else:
            self._by_size[work.size] = work
            self._submit(work, self._recognise_job(work))

    def _may_be_copy(self, size: int) -> bool:
        if size in self._by_size:
            return True
        with self._store.library.read() as conn:
            return readings.has_image_of_size(conn, size)

    def _recognise(self, work: Work) -> None:
        """Have a file decoded whose hash is known, unless the same is being decoded already."""
        assert work.sha256 is not None
        reader = self._by_hash.setdefault(work.sha256, work)
        if reader is work:
            self._submit(work, self._recognise_job(work))
        else:
            self._twins[reader.file_id].append(work)

    def _recognise_job(self, work: Work) -> RecogniseJob:
        lacking = work.lacking
        if lacking is None:
            return RecogniseJob(self._client.new_job_id(), work.path)
        regions = tuple(
            KnownRegion(one.uid, one.place.label, one.place.box, one.is_given)
            for one in lacking.regions
        )
        return RecogniseJob(self._client.new_job_id(), work.path, lacking.models, regions)

    def _submit(self, work: Work, job: Job) -> None:
        if self._is_closed:
            self._backlog.done(work)
            return
        self._flying[job.job_id] = work
        self._client.submit(job, urgent=work.is_urgent)

    def _take_identity(self, work: Work) -> Outcome | None:
        """Go on with a file whose hash is known: it is a copy, may be one, or is new."""
        assert work.sha256 is not None
        with self._store.library.read() as conn:
            image_id = images.id_of(conn, work.sha256)
        if image_id is not None:
            return Linked(work, image_id, work.stat)
        reader = self._by_size.get(work.size)
        if reader is not None:
            self._twins[reader.file_id].append(work)
        else:
            self._recognise(work)
        return None

    def _land(self, work: Work) -> list[Work]:
        """Forget a file that was on its way; return the copies that waited for it."""
        if self._by_size.get(work.size) is work:
            del self._by_size[work.size]
        if work.sha256 is not None and self._by_hash.get(work.sha256) is work:
            del self._by_hash[work.sha256]
        return self._twins.pop(work.file_id, [])

    def _take_failure(self, work: Work, answer: Failed) -> Outcome | None:
        if not answer.blames_file:
            if answer.code not in ("file_changed", "worker_closed"):
                self.failure = self.failure or AnitagError(answer.code, **answer.params)
            self._read_again(work, self._quiet)
        elif answer.code == "picture_gone":
            self._read_again(work, GONE_SECONDS)
        elif read_stat(work.path) != work.stat:
            self._read_again(work, self._quiet)
        elif answer.code == "picture_unreadable" and self._may_be_locked(work):
            self._read_again(work, _LOCKED_SECONDS)
        else:
            return Broken(work, answer.code, answer.params)
        return None

    def _may_be_locked(self, work: Work) -> bool:
        """Tell whether to try once more: another program may hold the file for a moment."""
        self._refusals[work.file_id] += 1
        return self._refusals[work.file_id] % _TRIES != 0

    def _read_again(self, work: Work, seconds: float) -> None:
        self._backlog.put_off(work, seconds)
        for twin in self._land(work):
            self._backlog.put_off(twin, 0.0)
