"""The library in memory for searching: read or made once, then kept up with every commit.

What a commit touched is known exactly: images of library.db from ``Touches``, those whose tags
changed from ``touched_images``. Both are read before the rows themselves, so a commit that comes
in between is looked at twice rather than not at all.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from threading import RLock

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap
from sqlalchemy import Connection

from anitag_desktop.storage import saved_bitmaps, stamps, tag_bitmaps, tag_lore, touched_images
from anitag_desktop.storage.bitmap_leaves import SqlLeaves
from anitag_desktop.storage.bitmap_orders import Orders
from anitag_desktop.storage.bitmap_terms import SearchState, TagLists
from anitag_desktop.storage.id_sets import listed
from anitag_desktop.storage.image_columns import ImageColumns
from anitag_desktop.storage.image_tag_lists import ImageTagLists
from anitag_desktop.storage.saved_bitmaps import Saved
from anitag_desktop.storage.selection import as_json
from anitag_desktop.storage.store import Store
from anitag_desktop.storage.tag_bitmaps import Difference, TagBitmaps
from anitag_desktop.storage.tag_counts import TagCounts
from anitag_desktop.storage.touched_images import Touched
from anitag_desktop.storage.touches import NAMES, Touches

_Moment = tuple[int, int, int, int]


class BitmapEngine:
    """Holds one state of a library after the other. Safe to use from several threads.

    ``load`` before anything else.
    """

    state: SearchState

    def __init__(self, store: Store) -> None:
        self.orders = Orders(store.library)
        self._store = store
        self._touches = Touches()
        self._lock = RLock()
        self._seq = 0
        self._moment: _Moment = (-1, -1, -1, -1)
        self._counts: TagCounts | None = None
        self._saved: tuple[TagBitmaps, str] | None = None
        self._leaves = SqlLeaves(store.library)
        self._unlisted = BitMap()

    def load(self) -> Iterator[None]:
        """Read what was saved, or make it from SQL; yields now and then, so it can be given up."""
        if self._store.is_writable:
            # Set between two transactions: no commit goes unnoticed.
            self._store.library.write(lambda conn: self._look_on())
        moment = self._now()
        with self._store.library.read() as conn:
            yield from self._read(conn)
        self._moment = moment

    def prepare(self) -> None:
        """Read what is not needed to answer, but to answer some questions quickly."""
        self._leaves.prepare()
        self.list_tags()
        self.orders.prepare(self.state)

    def has_old_lists(self) -> bool:
        """Tell whether so many images have changed since their tags were listed that it shows."""
        lists = self.state.lists
        return lists is not None and len(lists.changed) > _OLD

    def is_current(self) -> bool:
        """Tell whether the state shows every commit of which anybody can know."""
        library, index = self._store.library, self._store.index
        is_late = self._moment[0] < library.told or self._moment[1] < index.told
        return not is_late and not self.is_of_other_files()

    def is_of_other_files(self) -> bool:
        """Tell whether a database was replaced: then nothing holds."""
        return self._moment[2:] != self._now()[2:]

    def backlog(self) -> int:
        """Return about how many images ``catch_up`` has to look at."""
        with self._store.library.read() as conn:
            return touched_images.last_seq(conn) - self._seq + self._touches.count()

    def catch_up(self) -> None:
        """Bring the state up to the last commit."""
        with self._lock:
            moment = self._now()
            taken = self._touches.take()
            try:
                with self._store.library.read() as conn:
                    self._advance(conn, taken)
            except BaseException:
                self._touches.put_back(taken)
                raise
            self._leaves.forget()
            self._moment = moment

    def save(self) -> None:
        """Write the state into index.db, as far as it changed since it was saved or read."""
        cells, stamp = self._store.library.write(self._columns_now)
        if self._saved is None or self._saved[1] != stamp or self._saved[0] is not self.state.tags:
            self._store.index.write(lambda conn: self._save(conn, cells, stamp))

    def counts(self) -> TagCounts:
        """Return the number of tags of each image, counted when they are first asked for."""
        with self._lock:
            if self._counts is None:
                state = self.state
                everything = state.columns.everything
                self._counts = TagCounts(state.tags, state.lore.categories, everything)
            return self._counts

    def list_tags(self) -> None:
        """List the tags of each image as they are now."""
        with self._lock:
            base, self._unlisted = self.state.tags, BitMap()
        lists = ImageTagLists(base.tagged)
        with self._lock:
            self.state = replace(self.state, lists=TagLists(lists, self._unlisted))

    def _look_on(self) -> None:
        self._store.library.witness = self._touches

    def _now(self) -> _Moment:
        library, index = self._store.library, self._store.index
        return library.commits, index.commits, library.swaps, index.swaps

    def _read(self, conn: Connection) -> Iterator[None]:
        lore = tag_lore.read(conn)
        stamp = stamps.read(conn)
        yield
        saved = saved_bitmaps.read(conn)
        yield
        columns = ImageColumns(saved.cells if saved else None)
        if saved is None or saved.cells is None:
            columns.refresh(conn, None)
        yield
        if saved is None:
            tags, library_ids = TagBitmaps(), tag_bitmaps.read_library_ids(conn)
            self._seq = touched_images.last_seq(conn)
            for made in tag_bitmaps.build(conn, library_ids):
                yield
                tags = made or tags
        else:
            tags, library_ids, self._seq = saved.tags, saved.library_ids, saved.seq
            self._saved = (tags, stamp) if saved.cells is not None else None
        self.state = SearchState(lore, tags, columns, self.counts, self._leaves, library_ids)
        self._advance(conn, set() if saved is None or saved.cells else {_EVERY_MAPPING})

    def _advance(self, conn: Connection, taken: set[int]) -> None:
        """Make the state show the images that were touched, as they are in this transaction."""
        state = self.state
        rows = touched_images.after(conn, self._seq)
        images = {row.number: row.image for row in rows if row.image is not None}
        if _EVERY_MAPPING in taken:
            images |= _moved(state.library_ids, tag_bitmaps.read_library_ids(conn))
        lore = tag_lore.read(conn) if NAMES in taken else state.lore.with_new_numbers(conn)
        changed = BitMap(image for image in taken if image > 0)
        new = changed - state.columns.everything
        images |= _numbers_of(conn, new)
        if changed:
            state.columns.refresh(conn, changed)
            self._leaves.follow(conn, changed)
        tags, renewed = state.tags, BitMap()
        for some, extent in _by_extent(state.library_ids, images, rows):
            gone = _former(state.library_ids, some)
            renewal = tag_bitmaps.read_renewal(conn, some, gone, extent)
            tags, differences = tag_bitmaps.renewed(tags, renewal)
            self._count_again(lore, differences)
            renewed |= renewal.images
        self._seq = max([self._seq, *(row.seq for row in rows)])
        self._drop_counts_of_other(lore)
        ids = _with(state.library_ids, images)
        self._unlisted = self._unlisted | renewed
        lists = state.lists and TagLists(state.lists.lists, state.lists.changed | renewed)
        self.state = replace(state, lore=lore, tags=tags, library_ids=ids, lists=lists)

    def _count_again(self, lore: tag_lore.TagLore, differences: list[Difference]) -> None:
        if self._counts is not None and differences:
            self._counts.categories = lore.categories
            self._counts.renew(differences)

    def _drop_counts_of_other(self, lore: tag_lore.TagLore) -> None:
        """Count anew where a tag's category may be another one now."""
        if lore.tags is not self.state.lore.tags:
            self._counts = None

    def _columns_now(self, conn: Connection) -> tuple[saved_bitmaps.Cells, str]:
        """Return the columns and their stamp, while nobody can write the library."""
        self.catch_up()
        return self.state.columns.cells(), stamps.read(conn)

    def _save(self, conn: Connection, cells: saved_bitmaps.Cells, stamp: str) -> None:
        """Write, while nobody else can write the index."""
        self.catch_up()
        state = self.state
        old = self._saved[0] if self._saved else None
        saved = Saved(state.tags, state.library_ids, cells, self._seq)
        saved_bitmaps.write(conn, old, saved, stamp)
        self._saved = state.tags, stamp


_OLD = 50_000

_EVERY_MAPPING = -1
"""Stands among what was touched for "any image may have another id"."""

_NUMBERS = (
    "SELECT x.id, i.id FROM main.images i JOIN idx.images x ON x.sha256 = i.sha256 "
    "WHERE i.id IN (SELECT value FROM json_each(?))"
)

LibraryIds = NDArray[np.uint32]


def _numbers_of(conn: Connection, images: BitMap) -> dict[int, int]:
    """Return the images by their ids in index.db, as far as they have any."""
    return dict(listed(conn, _NUMBERS, (as_json(images)["values"],))) if images else {}


def _by_extent(
    known: LibraryIds, images: Mapping[int, int], rows: list[Touched]
) -> Iterator[tuple[dict[int, int], frozenset[int] | None]]:
    """Yield images to look at with the tags to look at; None: all of them.

    What was noted of an image tells all that differs, if it had the same id before, or if
    index.db did not know it yet.
    """
    noted = {row.number: row.tags for row in rows}
    is_told = {n: n in noted and (n >= len(known) or known[n] == images[n]) for n in images}
    whole = {number: image for number, image in images.items() if not is_told[number]}
    if whole:
        yield whole, None
    if told := {number: image for number, image in images.items() if is_told[number]}:
        yield told, frozenset[int]().union(*(noted[number] for number in told))


def _moved(old: LibraryIds, new: LibraryIds) -> dict[int, int]:
    """Return the images, by their ids in index.db, that have another id than they had."""
    padded = np.zeros(len(new), np.uint32)
    shared = min(len(old), len(new))
    padded[:shared] = old[:shared]
    numbers = np.flatnonzero(padded != new)
    return {int(number): int(new[number]) for number in numbers if new[number]}


def _former(old: LibraryIds, images: Mapping[int, int]) -> BitMap:
    """Return the ids under which some images were known."""
    return BitMap(int(old[number]) for number in images if number < len(old) and old[number])


def _with(old: LibraryIds, images: Mapping[int, int]) -> LibraryIds:
    """Return the mapping with some images in it."""
    if not images or all(n < len(old) and old[n] == image for n, image in images.items()):
        return old
    found = np.zeros(max(len(old), max(images) + 1), np.uint32)
    found[: len(old)] = old
    found[list(images)] = list(images.values())
    return found
