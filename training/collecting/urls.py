"""Bringing the pictures of lists of addresses, with one row for what became of each address."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Any

from anitag_desktop.domain.error import AnitagError
from training.collecting.outcome import NotBroughtError, Outcome
from training.collecting.picture_check import look_at_head
from training.collecting.picture_folder import PictureFolder, folder_name
from training.collecting.row_file import RowFile
from training.collecting.turns import Turns
from training.collecting.waiting import backed_off
from training.collecting.wanted_urls import (
    OUTCOMES,
    REPEATS,
    Earlier,
    Wanted,
    list_wanted,
    read_earlier,
)
from training.collecting.web import Web, checked
from training.progress import Progress

MOST_FAILURES = 10
"""In a row; a host that fails as often is not asked again in this run."""

REPORT_EVERY = 100


@dataclass(frozen=True, slots=True)
class UrlOrder:
    """What is to be brought, and how. ``most`` addresses of each list (0: all); times in seconds.

    ``limit``: bytes of a picture; ``at_once``: connections to one host; ``pause``: between two
    requests over one of them; ``again``: also ask for what was refused for good the last time.
    """

    lists: Sequence[Path]
    folder: Path
    class_name: str = ""
    most: int = 0
    workers: int = 8
    at_once: int = 2
    pause: float = 0.25
    limit: int = 32 * 1024 * 1024
    attempts: int = 3
    backoff: float = 2.0
    again: bool = False


def collect_urls(order: UrlOrder, web: Web, progress: Progress) -> Counter[Outcome]:
    """Bring what the lists name into ``order.folder``; return how many came to what end.

    Pictures are ``CLASS/SHA256.suffix``; ``outcomes.jsonl`` has a row for each address and says
    where each picture comes from. What an earlier run, also a killed one, brought or found out
    for good is not asked for again.

    Raises:
        AnitagError: a list that cannot be read, or whose classes would share a folder; a disk
            that is full.
    """
    with PictureFolder(order.folder) as pictures, RowFile(order.folder / OUTCOMES) as rows:
        earlier = read_earlier(order.folder, pictures, again=order.again)
        run = _Run(order, web, pictures, rows, progress)
        run.perform((_host(one), one) for one in run.wanted(earlier))
    return run.counts


class _Run:
    """One run over the lists."""

    def __init__(
        self, order: UrlOrder, web: Web, pictures: PictureFolder, rows: RowFile, progress: Progress
    ) -> None:
        self.counts: Counter[Outcome] = Counter()
        self._order = order
        self._web = web
        self._pictures = pictures
        self._rows = rows
        self._progress = progress
        self._lock = Lock()
        self._failures: defaultdict[str, int] = defaultdict(int)

    def wanted(self, earlier: Earlier) -> Iterator[Wanted]:
        """Yield what is to be asked for; write down at once what is not."""
        order, classes = self._order, dict[str, str]()
        for one, against, repeated in list_wanted(order.lists, order.most, order.class_name):
            _check_folder(one, classes)
            if against:
                self._tell(one, earlier, against.outcome, reason=against.reason)
            elif repeated:
                self._tell(one, earlier, Outcome.DUPLICATE, **{REPEATS: repeated})
            elif (outcome := earlier.outcome(one.key)) is not None:
                self.counts[outcome] += 1
            else:
                yield one

    def perform(self, jobs: Iterable[tuple[str, Wanted]]) -> None:
        turns = Turns(jobs, self._order.at_once, self._order.pause)
        with ThreadPoolExecutor(self._order.workers, "collect") as pool:
            work = [pool.submit(self._work, turns) for _ in range(self._order.workers)]
            try:
                for one in work:
                    one.result()
            finally:
                turns.stop()

    def _tell(self, wanted: Wanted, earlier: Earlier, outcome: Outcome, **facts: Any) -> None:
        """Write a row, unless an earlier run did."""
        if wanted.place in earlier.told:
            self.counts[outcome] += 1
        else:
            self._write(wanted, outcome, **facts)

    def _write(self, wanted: Wanted, outcome: Outcome, **facts: Any) -> None:
        """Write a row: what became of an address."""
        known = {"list": wanted.list_name, "line": wanted.line, "url": wanted.url}
        known |= {"class": wanted.class_name} if wanted.class_name else {}
        told = {name: fact for name, fact in facts.items() if fact not in (None, "")}
        self._rows.add({**known, "outcome": outcome.value, **told})
        with self._lock:
            self.counts[outcome] += 1
            done = self.counts.total()
        if done % REPORT_EVERY == 0:
            self._progress.report("collect", done=done, ok=self.counts[Outcome.OK])

    def _work(self, turns: Turns[Wanted]) -> None:
        try:
            while turn := turns.take():
                self._one(turns, *turn)
        except BaseException:
            turns.stop()
            raise

    def _one(self, turns: Turns[Wanted], host: str, wanted: Wanted) -> None:
        try:
            self._check_host(host)
            facts = self._bring(wanted)
        except NotBroughtError as error:
            self._fail(turns, host, wanted, error)
            return
        with self._lock:
            self._failures[host] = 0
        self._write(wanted, Outcome.OK, **facts)
        turns.give_back(host)

    def _fail(
        self, turns: Turns[Wanted], host: str, wanted: Wanted, error: NotBroughtError
    ) -> None:
        with self._lock:
            failures = self._failures[host] = self._failures[host] + 1 if error.may_pass else 0
        again = replace(wanted, failures=wanted.failures + 1)
        wait = max(error.wait, backed_off(self._order.backoff, wanted.failures))
        is_last = again.failures >= self._order.attempts or failures >= MOST_FAILURES
        if error.may_pass and not is_last:
            turns.give_back(host, again=again, wait=wait)
            return
        self._write(wanted, error.outcome, status=error.status, reason=error.reason)
        turns.give_back(host, wait=error.wait)

    def _check_host(self, host: str) -> None:
        with self._lock:
            is_dead = self._failures[host] >= MOST_FAILURES
        if is_dead:
            reason = f"its host failed {MOST_FAILURES} times in a row, and was not asked again"
            raise NotBroughtError(Outcome.UNREACHABLE, reason)

    def _bring(self, wanted: Wanted) -> dict[str, Any]:
        came = self._web.fetch(wanted.url, limit=self._order.limit, look=look_at_head)
        found = self._pictures.check(came.content)
        kept = self._pictures.keep(came.content, found, wanted.class_name)
        return {
            "file": kept.file,
            "sha256": kept.sha256,
            "bytes": len(came.content),
            "width": found.width,
            "height": found.height,
            "came_from": came.url if came.url != wanted.url else None,
        }


def _check_folder(wanted: Wanted, classes: dict[str, str]) -> None:
    """Note the class of a line by its folder, which has to be that of no other class."""
    folder = folder_name(wanted.class_name).casefold()
    other = classes.setdefault(folder, wanted.class_name)
    if other != wanted.class_name:
        reason = f"the classes {other!r} and {wanted.class_name!r} would share a folder"
        raise AnitagError("bad_manifest", path=wanted.list_name, row=wanted.line, reason=reason)


def _host(wanted: Wanted) -> str:
    return checked(wanted.url).netloc
