"""The search index that answers from memory, and asks SQL as long as it cannot.

A process that asks once (the command line) is answered by SQL. From the second question on the
bitmaps are loaded in the background; SQL answers until they are there, and again while they are
far behind: after a model was changed, say. Nothing here imports NumPy before that.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, TypeVar

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.search.conditions import PRESENT, Clause
from anitag_desktop.search.index import KnownTag, RelatedTag
from anitag_desktop.search.metatags import Search
from anitag_desktop.storage.interruptions import (
    GivenUpError,
    OvertakenError,
    give_up_if_asked,
    giving_up_too,
    interruptible,
)
from anitag_desktop.storage.search_index import SqlSearchIndex
from anitag_desktop.storage.store import Store

if TYPE_CHECKING:
    from pyroaring import BitMap

    from anitag_desktop.storage.bitmap_engine import BitmapEngine
    from anitag_desktop.storage.bitmap_terms import SearchState

T = TypeVar("T")

_LOG = logging.getLogger(__name__)

_SOON = 20_000
"""So many images a question waits for, seconds at most; while it is more, SQL answers."""

_INTEREST = 10.0
"""Seconds after a question in which the bitmaps follow each commit before anybody knows of it.

So nobody who asks has to wait for that; later, the next question waits.
"""

_MANY_TO_FOLLOW = 1_000
"""More images than this are followed in the background, for which whoever wrote need not wait."""

_LINGER, _LINGERINGS = 0.2, 10
"""Seconds before that, and again while more commits of the same change are to come, at most so
often."""

_MANY = 30_000
"""So many ids are put in order in the background, so that whoever scrolls down need not wait."""

_PAUSE = 1.0
"""Seconds before the bitmaps are loaded."""

_REMEMBERED = 8


class BitmapSearchIndex:
    """Answers each call from one state of the library; safe to use from any thread."""

    def __init__(self, store: Store) -> None:
        self._sql = SqlSearchIndex(store)
        self._store = store
        self._lock = Lock()
        self._engine: BitmapEngine | None = None
        self._questions = 0
        self._last_asked = 0.0
        self._thread: Thread | None = None
        self._closing = Event()
        self._found: dict[Clause, tuple[object, BitMap]] = {}
        self._loaded: tuple[object, SearchState] | None = None
        if store.is_writable:
            store.before_close(self.close)
            store.library.followers.append(self._follow)
            store.index.followers.append(self._follow)

    def load(self) -> None:
        """Load the bitmaps now, or bring them up to date, whatever it takes."""
        self._run()

    def prepare(self) -> None:
        """Read what only some questions profit from; done in the background after loading."""
        if self._engine is not None:
            self._engine.prepare()

    def close(self) -> None:
        """Stop loading, and save the bitmaps as far as they changed."""
        self._closing.set()
        if self._thread is not None:
            self._thread.join()
        if self._engine is not None:
            try:
                self._engine.save()
            except AnitagError:
                _LOG.info("the bitmaps could not be saved; they will be made again")
            self._engine = None

    def ids(self, asked: Search, offset: int = 0, limit: int | None = None) -> Sequence[int]:
        """Return the library ids of a search's images in its order, from ``offset`` on."""
        state, engine = self._state(), self._engine
        if state is None or engine is None:
            return self._by_sql(
                partial(self._sql.ids, asked, offset, limit),
                partial(self.ids, asked, offset, limit),
            )
        found = self._find(state, asked.where)
        count = len(found) if asked.limit is None else min(len(found), asked.limit)
        stop = count if limit is None else min(count, offset + limit)
        from anitag_desktop.storage.bitmap_pages import Result

        ids = Result(engine.orders, state, found, asked.order).part(offset, stop)
        if stop - offset > _MANY:
            self._run_in_background(ids.array)
        return ids

    def count(self, asked: Search) -> int:
        """Return how many images a search finds."""
        state = self._state()
        if state is None:
            return self._by_sql(partial(self._sql.count, asked), partial(self.count, asked))
        count = len(self._find(state, asked.where))
        return count if asked.limit is None else min(count, asked.limit)

    def tag_counts(self, category: TagCategory | None, limit: int) -> list[tuple[Tag, int]]:
        """Return the tags that find most present images, with their numbers, most first."""
        state = self._state_for_counting()
        if state is None:
            return self._by_sql(
                partial(self._sql.tag_counts, category, limit),
                partial(self.tag_counts, category, limit),
            )
        from anitag_desktop.storage.bitmap_totals import most_found

        return most_found(state, self._find(state, PRESENT), category, limit)

    def facets(self, asked: Search, limit: int) -> Mapping[TagCategory, list[tuple[Tag, int]]]:
        """Return for each category the tags that most images of a search have themselves."""
        state = self._state_for_counting()
        if state is None:
            return self._by_sql(
                partial(self._sql.facets, asked, limit), partial(self.facets, asked, limit)
            )
        from anitag_desktop.storage.bitmap_facets import facets

        return facets(state, self._find(state, asked.where), limit)

    def related(self, asked: Search, category: TagCategory | None, limit: int) -> list[RelatedTag]:
        """Return the tags that go with a search's images, those of the highest cosine first."""
        state = self._state_for_counting()
        if state is None:
            return self._by_sql(
                partial(self._sql.related, asked, category, limit),
                partial(self.related, asked, category, limit),
            )
        from anitag_desktop.storage.bitmap_relations import related

        present = self._find(state, PRESENT)
        return related(state, self._find(state, asked.where) & present, present, category, limit)

    def counts_within(self, asked: Search, names: Sequence[str]) -> Mapping[str, int] | None:
        """Return how many of a search's images each tag finds; None while SQL has to answer."""
        state = self._state()
        if state is None:
            return None
        from anitag_desktop.storage.bitmap_totals import counts_within

        return counts_within(state, self._find(state, asked.where), names)

    def known_tags(self, names: Sequence[str] | None = None) -> list[KnownTag]:
        """Return tags in use, how many present images each finds, and its aliases."""
        if names is not None:
            return self._sql.known_tags(names)
        state = self._state_for_counting()
        if state is None:
            return self._by_sql(partial(self._sql.known_tags), partial(self.known_tags))
        from anitag_desktop.storage.bitmap_totals import known_tags

        return known_tags(state, self._find(state, PRESENT))

    def names(self) -> list[str]:
        """Return the name of every tag in use."""
        return self._sql.names()

    def values(self) -> Mapping[str, Sequence[str]]:
        """Return by metatag the models and folders that can be asked for."""
        return self._sql.values()

    def resolved(self, names: Sequence[str]) -> dict[str, Tag]:
        """Return the tags that names or aliases stand for, as far as there are any."""
        engine = self._engine
        if engine is None or not engine.is_current():
            return self._sql.resolved(names)
        lore = engine.state.lore
        found = {name: lore.resolve(name) for name in names}
        return {name: lore.tags[tag] for name, tag in found.items() if tag is not None}

    def _by_sql(self, ask: Callable[[], T], ask_again: Callable[[], T]) -> T:
        """Ask SQL; if the bitmaps are loaded before it has answered, ask them instead."""
        engine = self._engine
        try:
            with giving_up_too(lambda: self._engine is not engine):
                return ask()
        except OvertakenError:
            return ask_again()

    def _find(self, state: "SearchState", where: Clause) -> "BitMap":
        """Return what a search finds; the last few answers are remembered."""
        moment = (state, state.columns.version)
        known = self._found.get(where)
        if known is not None and known[0] == moment:
            return known[1]
        found = state.found(where)
        with self._lock:
            self._found.pop(where, None)
            while len(self._found) >= _REMEMBERED:
                self._found.pop(next(iter(self._found)))
            self._found[where] = moment, found
        return found

    def _state(self) -> "SearchState | None":
        """Return the present state, or None if SQL has to answer."""
        self._questions += 1
        self._last_asked = time.monotonic()
        engine = self._engine
        if engine is None or engine.is_of_other_files():
            if self._questions > 1:
                self._run_in_background(self._load_later)
            return None
        if not engine.is_current():
            if engine.backlog() > _SOON:
                self._run_in_background(self._load_quietly)
                return None
            engine.catch_up()
        if engine.has_old_lists():
            self._run_in_background(partial(self._prepare, engine.list_tags))
        return engine.state

    def _state_for_counting(self) -> "SearchState | None":
        """Return a state in which all tags can be counted, or None if SQL has to answer.

        A process that only reads loads one for such questions alone: of many images, SQL counts
        the tags a hundred times slower.
        """
        state = self._state()
        if state is not None or self._store.is_writable or not self._sql.is_large():
            return state
        from anitag_desktop.storage.bitmap_engine import BitmapEngine

        mark = self._sql.mark()  # before it is loaded: what comes meanwhile is looked at again
        if self._loaded is None or self._loaded[0] != mark:
            engine = BitmapEngine(self._store)
            for _ in engine.load():
                give_up_if_asked()
            self._loaded = mark, engine.state
        return self._loaded[1]

    def _follow(self) -> None:
        """Follow a commit if questions are being asked; otherwise the next question will."""
        engine = self._engine
        is_asked = time.monotonic() - self._last_asked < _INTEREST
        if engine is None or not is_asked or engine.is_of_other_files():
            return
        with interruptible(None):  # that a question was given up is nothing to whoever writes
            if engine.backlog() > _MANY_TO_FOLLOW:
                self._run_in_background(self._follow_later)
            elif not self._closing.is_set():
                self._quietly(engine.catch_up)

    def _follow_later(self) -> None:
        for _ in range(_LINGERINGS):
            if self._closing.wait(_LINGER):
                return
            if not self._store.is_deriving:
                break
        self._load_quietly()

    def _run_in_background(self, job: Callable[[], object]) -> None:
        """Run a job on the one thread for this, if that has nothing to do."""
        with self._lock:
            is_idle = self._thread is None or not self._thread.is_alive()
            if is_idle and not self._closing.is_set() and self._store.is_writable:
                self._thread = Thread(target=job, name="anitag search index", daemon=True)
                self._thread.start()

    def _load_later(self) -> None:
        """Load when the window has had the time to paint itself."""
        if not self._closing.wait(_PAUSE):
            self._load_quietly()
        self._prepare(self.prepare)

    def _prepare(self, job: Callable[[], object]) -> None:
        with suppress(GivenUpError), interruptible(self._closing.is_set):
            self._quietly(job)

    def _load_quietly(self) -> None:
        self._quietly(self._run)

    def _quietly(self, job: Callable[[], object]) -> None:
        try:
            job()
        except AnitagError as error:  # SQL goes on answering, and tells what is wrong
            _LOG.info("the bitmaps could not be loaded: %s", error)

    def _run(self) -> None:
        engine = self._engine
        if engine is not None and not engine.is_of_other_files():
            engine.catch_up()
            return
        from anitag_desktop.storage.bitmap_engine import BitmapEngine

        made = BitmapEngine(self._store)
        for _ in made.load():
            if self._closing.is_set():
                return
        made.catch_up()
        self._engine = made
