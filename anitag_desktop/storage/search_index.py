"""The search index that asks SQL for everything."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, func, select, true

from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.search.index import KnownTag
from anitag_desktop.search.metatags import Search
from anitag_desktop.storage import aliases, query_compiler, search_files, tags
from anitag_desktop.storage.schema import image_tags
from anitag_desktop.storage.search_tables import idx_images, idx_tags, images
from anitag_desktop.storage.selection import one_of
from anitag_desktop.storage.store import Store


class SqlSearchIndex:
    """Answers each call from one snapshot of both databases; safe to use from any thread."""

    def __init__(self, store: Store) -> None:
        self._library = store.library

    def ids(self, asked: Search, offset: int = 0, limit: int | None = None) -> Sequence[int]:
        """Return the library ids of a search's images in its order, from ``offset`` on."""
        with self._library.read() as conn:
            return list(conn.execute(query_compiler.ids(conn, asked, offset, limit)).scalars())

    def count(self, asked: Search) -> int:
        """Return how many images a search finds."""
        with self._library.read() as conn:
            return int(conn.execute(query_compiler.count(conn, asked)).scalar_one())

    def tag_counts(self, category: TagCategory | None, limit: int) -> list[tuple[Tag, int]]:
        """Return the tags that most present images have themselves, most first."""
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

    def counts_within(self, asked: Search, names: Sequence[str]) -> Mapping[str, int] | None:
        """Return None: a statement for each tag takes too long while somebody types."""
        return None

    def known_tags(self) -> list[KnownTag]:
        """Return every tag in use, on how many present images it is, and its aliases."""
        with self._library.read() as conn:
            counted = _counted(conn, None)
            names = aliases.of_tags(conn, [row.tag_id for row, _ in counted])
        return [
            KnownTag(row.tag, count, tuple(names.get(row.tag_id, ()))) for row, count in counted
        ]

    def resolved(self, names: Iterable[str]) -> dict[str, Tag]:
        """Return the tags that normalised names or aliases stand for, as far as there are any."""
        with self._library.read() as conn:
            rows = {name: tags.by_name(conn, name) for name in set(names) if _is_text(name)}
        return {name: row.tag for name, row in rows.items() if row is not None}


def _counted(conn: Connection, category: TagCategory | None) -> list[tuple[tags.TagRow, int]]:
    """Return the tags in use with the number of present images that have them themselves."""
    rows = tags.every(conn, category)
    numbers = _index_ids(conn, (row.tag.uid for row in rows))
    among = true() if category is None else one_of(image_tags.c.tag_id, numbers.values())
    # Few images are absent, so taking theirs away is quicker than asking each for its presence.
    counts = _count_by_tag(conn, among)
    absent = _count_by_tag(conn, among, one_of(image_tags.c.image_id, _absent_images(conn)))
    by_uid = {uid: counts.get(number, 0) - absent.get(number, 0) for uid, number in numbers.items()}
    return [(row, by_uid.get(row.tag.uid, 0)) for row in rows]


def _index_ids(conn: Connection, uids: Iterable[str]) -> dict[str, int]:
    asked = select(idx_tags.c.uid, idx_tags.c.id).where(one_of(idx_tags.c.uid, uids))
    return {key: number for key, number in conn.execute(asked)}  # noqa: C416 - rows are no tuples


def _count_by_tag(conn: Connection, *where: ColumnElement[bool]) -> dict[int, int]:
    asked = select(image_tags.c.tag_id, func.count()).where(*where).group_by(image_tags.c.tag_id)
    return {key: number for key, number in conn.execute(asked)}  # noqa: C416 - rows are no tuples


def _absent_images(conn: Connection) -> list[int]:
    is_present = search_files.has_status(frozenset({ImageStatus.PRESENT}))
    asked = (
        select(idx_images.c.id)
        .join(images, images.c.sha256 == idx_images.c.sha256)
        .where(~is_present)
    )
    return list(conn.execute(asked).scalars())


def _is_text(name: str) -> bool:
    """Tell whether a name can be bound as text: the bytes of a broken argument cannot."""
    return not any("\ud800" <= char <= "\udfff" for char in name)
