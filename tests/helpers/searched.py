"""Reads a real library as the search oracle knows images: row by row, without any of the search."""

from collections import defaultdict

from sqlalchemy import Connection, select

from anitag_desktop.domain.correction import Source
from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.search.conditions import Hash
from anitag_desktop.search.lore import TagLore
from anitag_desktop.search.matching import SearchedFile, SearchedImage, Seen
from anitag_desktop.storage import models, schema, tags
from anitag_desktop.storage.search_tags import least_score
from anitag_desktop.storage.store import Store


def read(store: Store) -> tuple[list[SearchedImage], TagLore]:
    """Return every image, and what the names of tags mean."""
    with store.library.read() as conn:
        return _Reader(conn).read()


class _Reader:
    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        rows = tags.by_ids(conn, conn.execute(select(schema.tags.c.id)).scalars().all())
        self._own = {tag_id: row and row.tag for tag_id, row in tags.canonical(conn, rows).items()}
        self._of_uid = {row.tag.uid: self._own[tag_id] for tag_id, row in rows.items()}
        self._names = {row.tag.name: self._own[tag_id] for tag_id, row in rows.items()}
        numbers = dict(self._all("SELECT id, uid FROM idx.tags"))
        self._of_number = {number: self._of_uid.get(uid) for number, uid in numbers.items()}

    def _all(self, sql: str) -> list[tuple]:
        return [tuple(row) for row in self._conn.exec_driver_sql(sql)]

    def read(self) -> tuple[list[SearchedImage], TagLore]:
        seen, looked = self._seen()
        lore = self._lore(_scorers(seen))
        return [self._image(row, seen, looked) for row in self._all(_IMAGES)], lore

    def _lore(self, scorers: dict[str, frozenset[str]]) -> TagLore:
        alive = {tag.name: tag.category for tag in self._own.values() if tag}
        also = {name: tag.name for name, tag in self._names.items() if tag and tag.name != name}
        for name, tag_id in self._all("SELECT name, tag_id FROM main.aliases"):
            if (tag := self._own[tag_id]) and name not in self._names:
                also[name] = tag.name
        parents: dict[str, set[str]] = defaultdict(set)
        for child, parent in self._all("SELECT child_id, parent_id FROM main.implications"):
            if self._own[child] and self._own[parent]:
                parents[self._own[child].name].add(self._own[parent].name)
        frozen = {child: frozenset(own - {child}) for child, own in parents.items()}
        return TagLore(alive, also, frozen, scorers)

    def _seen(self) -> tuple[dict[str, dict[str, tuple[Seen, ...]]], dict[str, set[ModelKey]]]:
        thresholds = models.active_thresholds(self._conn)
        seen: dict[str, dict[str, list[Seen]]] = defaultdict(lambda: defaultdict(list))
        looked: dict[str, set[ModelKey]] = defaultdict(set)
        for sha, model, revision in self._all(_RUNS):
            looked[sha].add(ModelKey(model, revision))
        for sha, model, revision, number, score in self._all(_PREDICTIONS):
            key, tag = ModelKey(model, revision), self._of_number[number]
            if key in thresholds and tag:
                least = least_score(thresholds[key].of(tag.name, tag.category))
                seen[sha][tag.name].append(Seen(score, least, str(key)))
        return {s: {n: tuple(one) for n, one in own.items()} for s, own in seen.items()}, looked

    def _image(self, row: tuple, seen: dict, looked: dict) -> SearchedImage:
        number, sha, md5, pixels, width, height, form, size, frames, added, at = row
        files = self._all(f"SELECT path, status, mtime_ns FROM main.files WHERE image_id={number}")
        said = self._all(_SAID.format(number))
        words = {word: {self._own[tag] for tag, own in said if own == word} for _, word in said}
        own = self._all(f"SELECT tag_id, source FROM idx.image_tags WHERE image_id = {at or 0}")
        not_it = self._all(f"SELECT tag_id FROM idx.rejected_tags WHERE image_id = {at or 0}")
        active = set(models.active_thresholds(self._conn))
        return SearchedImage(
            number,
            width,
            height,
            form,
            size,
            frames,
            added,
            {Hash.SHA256: sha, Hash.MD5: md5, Hash.PIXELS: pixels},
            tuple(SearchedFile(p, ImageStatus(status), ns / 1e9) for p, status, ns in files),
            {self._of_number[tag].name: Source(source) for tag, source in own},
            frozenset(self._of_number[tag].name for (tag,) in not_it if self._of_number[tag]),
            frozenset(tag.name for tag in words.get("confirmed", ()) if tag),
            seen.get(sha, {}),
            frozenset(key.model_id for key in looked.get(sha, ())),
            frozenset(map(str, looked.get(sha, set()) & active)),
            is_reviewed=bool(said),
        )


def _scorers(seen: dict[str, dict[str, tuple[Seen, ...]]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for own in seen.values():
        for name, several in own.items():
            found[name] |= {one.model for one in several}
    return {name: frozenset(models) for name, models in found.items()}


_IMAGES = (
    "SELECT i.id, i.sha256, md5, pixel_hash, width, height, format, bytes, frames, added_at, x.id "
    "FROM main.images i LEFT JOIN idx.images x ON x.sha256 = i.sha256"
)
_RUNS = (
    "SELECT s.uid, m.model_id, m.revision FROM idx.runs r JOIN idx.subjects s ON s.id = "
    "r.subject_id JOIN idx.models m ON m.id = r.model_id"
)
_PREDICTIONS = (
    "SELECT s.uid, m.model_id, m.revision, p.tag_id, p.score FROM idx.predictions p "
    "JOIN idx.subjects s ON s.id = p.subject_id JOIN idx.models m ON m.id = p.model_id"
)
_SAID = (
    "SELECT v.tag_id, v.verdict FROM main.verdicts v JOIN main.subjects s ON s.id = v.subject_id "
    "WHERE v.source = 'user' AND s.image_id = {}"
)
