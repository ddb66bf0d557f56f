"""The search index that asks SQL for everything."""

import os
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, func, select

from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.search.conditions import PRESENT, AllOf
from anitag_desktop.search.index import KnownTag, RelatedTag
from anitag_desktop.search.metatags import Search
from anitag_desktop.search.relating import most_alike, relate
from anitag_desktop.storage import (
    aliases,
    query_compiler,
    stamps,
    tag_totals,
    tags,
    touched_images,
)
from anitag_desktop.storage.plain_rows import plain_rows
from anitag_desktop.storage.search_tables import idx_tags, images
from anitag_desktop.storage.selection import one_of
from anitag_desktop.storage.store import Store

_LARGE = 20_000
"""Of more images, all bitmaps are loaded faster than SQL counts the tags."""


class SqlSearchIndex:
    """Answers each call from one snapshot of both databases; safe to use from any thread."""

    def __init__(self, store: Store) -> None:
        self._library = store.library

    def is_large(self) -> bool:
        """Tell whether there are so many images that counting all tags takes long."""
        with self._library.read() as conn:
            return int(conn.execute(select(func.max(images.c.id))).scalar_one() or 0) > _LARGE

    def mark(self) -> object:
        """Return what is another one after each commit, also of another process."""
        with self._library.read() as conn:
            return stamps.read(conn), touched_images.last_seq(conn)

    def ids(self, asked: Search, offset: int = 0, limit: int | None = None) -> Sequence[int]:
        """Return the library ids of a search's images in its order, from ``offset`` on."""
        with self._library.read() as conn:
            return list(conn.execute(query_compiler.ids(conn, asked, offset, limit)).scalars())

    def count(self, asked: Search) -> int:
        """Return how many images a search finds."""
        with self._library.read() as conn:
            return int(conn.execute(query_compiler.count(conn, asked)).scalar_one())

    def tag_counts(self, category: TagCategory | None, limit: int) -> list[tuple[Tag, int]]:
        """Return the tags that find most present images, with their numbers, most first."""
        with self._library.read() as conn:
            counted = [(row.tag, count) for row, count in _counted(conn, category) if count]
        return sorted(counted, key=lambda pair: (-pair[1], pair[0].name))[:limit]

    def facets(self, asked: Search, limit: int) -> Mapping[TagCategory, list[tuple[Tag, int]]]:
        """Return for each category the tags that most images of a search have themselves."""
        with self._library.read() as conn:
            rows = tags.every(conn)
            numbers = _index_ids(conn, (row.tag.uid for row in rows))
            counted = conn.execute(query_compiler.tag_counts(conn, asked.where))
            counts = {number: count for number, count in counted}  # noqa: C416
        found: dict[TagCategory, list[tuple[Tag, int]]] = {one: [] for one in TagCategory}
        for row in rows:
            if count := counts.get(numbers.get(row.tag.uid, 0)):
                found[row.tag.category].append((row.tag, count))
        return {
            category: sorted(own, key=lambda pair: (-pair[1], pair[0].name))[:limit]
            for category, own in found.items()
        }

    def related(self, asked: Search, category: TagCategory | None, limit: int) -> list[RelatedTag]:
        """Return the tags that go with a search's images, those of the highest cosine first."""
        found = Search(AllOf((asked.where, PRESENT)))
        with self._library.read() as conn:
            rows = {row.tag.uid: row for row in tags.every(conn, category)}
            numbers = _index_ids(conn, rows)
            counted = conn.execute(query_compiler.tag_counts(conn, found.where))
            counts = {number: count for number, count in counted}  # noqa: C416
            shared = [rows[uid] for uid, number in numbers.items() if number in counts]
            tagged = tag_totals.own(conn, shared)
            size = conn.execute(query_compiler.count(conn, found)).scalar_one()
        return most_alike(
            (
                relate(row.tag, counts[numbers[row.tag.uid]], size, tagged[row.tag_id])
                for row in shared
            ),
            limit,
        )

    def counts_within(self, asked: Search, names: Sequence[str]) -> Mapping[str, int] | None:
        """Return None: a statement for each tag takes too long while somebody types."""
        return None

    def known_tags(self, names: Sequence[str] | None = None) -> list[KnownTag]:
        """Return tags in use, how many present images each finds, and its aliases."""
        with self._library.read() as conn:
            rows = tags.every(conn) if names is None else list(tags.named(conn, names).values())
            counts = tag_totals.found(conn, rows)
            called = aliases.of_tags(conn, [row.tag_id for row in rows])
        return [
            KnownTag(row.tag, counts.get(row.tag_id, 0), tuple(called.get(row.tag_id, ())))
            for row in rows
        ]

    def names(self) -> list[str]:
        """Return the name of every tag in use; a tag list begins with its commonest ones."""
        with self._library.read() as conn:
            return [name for (name,) in plain_rows(conn, _NAMES)]

    def values(self) -> Mapping[str, Sequence[str]]:
        """Return by metatag the models that have looked, and the watched folders.

        A folder can be named by its last part; those whose bytes are no text are left out.
        """
        with self._library.read() as conn:
            models = [str(one) for (one,) in plain_rows(conn, _MODELS)]
            paths = [os.fsdecode(path) for (path,) in plain_rows(conn, _FOLDERS)]
        names = dict.fromkeys(name for path in paths for name in (os.path.basename(path), path))  # noqa: PTH119
        return {"model": models, "folder": [name for name in names if name and _is_text(name)]}

    def resolved(self, names: Iterable[str]) -> dict[str, Tag]:
        """Return the tags that normalised names or aliases stand for, as far as there are any."""
        with self._library.read() as conn:
            rows = {name: tags.by_name(conn, name) for name in set(names) if _is_text(name)}
        return {name: row.tag for name, row in rows.items() if row is not None}


_MODELS = "SELECT DISTINCT lower(model_id) FROM idx.models ORDER BY 1"
_FOLDERS = "SELECT path FROM main.folders WHERE removed_at IS NULL ORDER BY path"
_NAMES = "SELECT name FROM main.tags WHERE merged_into IS NULL AND deleted_at IS NULL ORDER BY id"


def _counted(conn: Connection, category: TagCategory | None) -> list[tuple[tags.TagRow, int]]:
    """Return the tags in use with the number of present images that each finds."""
    rows = tags.every(conn, category)
    counts = tag_totals.found(conn, rows)
    return [(row, counts.get(row.tag_id, 0)) for row in rows]


def _index_ids(conn: Connection, uids: Iterable[str]) -> dict[str, int]:
    asked = select(idx_tags.c.uid, idx_tags.c.id).where(one_of(idx_tags.c.uid, uids))
    return {key: number for key, number in conn.execute(asked)}  # noqa: C416 - rows are no tuples


def _is_text(name: str) -> bool:
    """Tell whether a name can be bound as text: the bytes of a broken argument cannot."""
    return not any("\ud800" <= char <= "\udfff" for char in name)
