"""Whether everything that the library keeps is whole and says the same.

Everything is read through SQLite's own read-only connections, beside a process that writes. What
differs between the databases is looked at twice, because a write may have come in between.
"""

import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from sqlalchemy import Connection, select

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.paths import LibraryPaths
from anitag_desktop.storage import (
    backups,
    closure,
    ignored_subjects,
    journal,
    journal_lines,
    openings,
    pair_verdicts,
    verdicts,
)
from anitag_desktop.storage.connections import INDEX, LIBRARY
from anitag_desktop.storage.copies import soundness
from anitag_desktop.storage.database import Database
from anitag_desktop.storage.deriving import Derived, Sources, derive, read_basis
from anitag_desktop.storage.journal_lines import Row, read_file
from anitag_desktop.storage.schema import (
    SCORE_SCALE,
    idx_images,
    idx_tags,
    image_tags,
    images,
    meta,
    rejected_tags,
)
from anitag_desktop.storage.selection import chunks, one_of

_CHUNK = 500
_LINES = 5000
_SECOND_LOOK = 0.5
_MAX_NAMED = 5

# Said of a tag on a picture: (sha256, tag uid, source or 'rejected', stored score).
Shown = Counter[tuple[str, str, str, int | None]]


@dataclass(frozen=True, slots=True)
class _Both:
    library: Database
    index: Database


def check(paths: LibraryPaths) -> list[str]:
    """Return a sentence for each thing that is wrong; none when all is well."""
    found = [*_databases(paths), *_backups(paths)]
    if found_broken := [text for text in found if "library.db" in text or "index.db" in text]:
        return found_broken + [text for text in found if text not in found_broken]
    with ExitStack() as stack:
        both = _open(paths, stack)
        found += _journal(paths, both)
        found += _verdicts(both)
        found += _closure(both)
        found += _image_tags(both)
    return found


def _open(paths: LibraryPaths, stack: ExitStack) -> _Both:
    library = Database(paths.library_db, LIBRARY, writable=False, attached=paths.index_db)
    index = Database(paths.index_db, INDEX, writable=False)
    stack.callback(library.close)
    stack.callback(index.close)
    return _Both(library, index)


def _databases(paths: LibraryPaths) -> Iterator[str]:
    try:
        openings.expect(paths)
    except AnitagError as error:
        yield str(error)
        return
    for path in (paths.library_db, paths.index_db):
        if (reason := soundness(path)) is not None:
            yield f"{path} is damaged: {reason}."


def _backups(paths: LibraryPaths) -> Iterator[str]:
    for backup in backups.listed(paths):
        if (reason := backups.verify(backup.path)) is not None:
            yield f"The backup {backup.path} is damaged: {reason}."


def _journal(paths: LibraryPaths, both: _Both) -> Iterator[str]:
    with both.library.read() as conn:
        logged = _digests(_logged(conn))
        uid = conn.execute(select(meta.c.value).where(meta.c.name == "library_uid")).scalar_one()
    told = journal.library_uid(paths.journal)
    if told is not None and told != uid:
        yield f"The journal in {paths.journal} belongs to another library."
        return
    yield from _broken_lines(paths)
    kept = _digests(row for f in journal.files(paths.journal) for _, row in read_file(f) if row)
    wrong = [seq for seq, digest in logged.items() if kept.get(seq) != digest]
    if wrong:
        yield f"The journal lacks or contradicts {len(wrong)} lines of the log, from {wrong[0]} on."


def _broken_lines(paths: LibraryPaths) -> Iterator[str]:
    for path in journal.files(paths.journal):
        lines = list(read_file(path))
        bad = [number for number, row in lines if row is None]
        # A last line that was being written when the process died is cut off at the next opening.
        if bad and bad != [len(lines)]:
            named = ", ".join(map(str, bad[:_MAX_NAMED]))
            yield f"{path}: {len(bad)} lines are damaged ({named})."


def _logged(conn: Connection) -> Iterator[Row]:
    last = 0
    while rows := journal_lines.rows_after(conn, last, _LINES):
        yield from rows
        last = rows[-1]["seq"]


def _digests(rows: Iterable[Row]) -> dict[int, int]:
    """Return a digest by seq: half a million whole rows would fill the memory."""
    return {row["seq"]: hash(json.dumps(_told(row), sort_keys=True)) for row in rows}


def _told(row: Row) -> Row:
    """Return what has to be the same: a tag may have been renamed since, a transaction split."""
    tag = row.get("tag")
    return row | {"end": 0} | ({"tag": tag["uid"]} if tag else {})


def _verdicts(both: _Both) -> Iterator[str]:
    with both.library.read() as conn:
        found = len(verdicts.differences_from_log(conn))
        found += pair_verdicts.differences_from_log(conn)
        found += ignored_subjects.differences_from_log(conn)
    if found:
        yield f"{found} verdicts are not what the log says."


def _closure(both: _Both) -> Iterator[str]:
    with both.library.read() as conn:
        wrong = closure.differences(conn)
    if wrong:
        yield f"{wrong} pairs of implied tags are not what follows from the implications."


def _image_tags(both: _Both) -> Iterator[str]:
    with both.library.read() as conn:
        ids = list(conn.execute(select(images.c.id).order_by(images.c.id)).scalars())
    wrong = _differing(both, ids)
    if wrong:
        time.sleep(_SECOND_LOOK)
        wrong = _differing(both, wrong)
    if wrong:
        yield f"The tags of {len(wrong)} pictures are not what follows from log and predictions."


def _differing(both: _Both, ids: list[int]) -> list[int]:
    return [image_id for chunk in chunks(ids, _CHUNK) for image_id in _differing_of(both, chunk)]


def _differing_of(both: _Both, ids: Sequence[int]) -> list[int]:
    with both.library.read() as library, both.index.read() as index:
        sources = Sources(library, index, read_basis(library))
        query = select(images.c.id, images.c.sha256).where(one_of(images.c.id, ids))
        shas = dict(library.execute(query).all())
        derived = derive(sources, shas, None)
        shown = _shown(index, list(shas.values()))
    wanted = Counter(row for image_id, one in derived.items() for row in _rows(shas[image_id], one))
    wrong = {row[0] for row in (wanted - shown) + (shown - wanted)}
    return [image_id for image_id, sha in shas.items() if sha in wrong]


def _rows(sha: str, one: Derived) -> Iterator[tuple[str, str, str, int | None]]:
    for found in one.effective:
        score = None if found.score is None else round(found.score * SCORE_SCALE)
        yield sha, found.tag.uid, str(found.source), score
    for tag in one.rejected:
        yield sha, tag.uid, "rejected", None


def _shown(index: Connection, shas: list[str]) -> Shown:
    found: Shown = Counter()
    for table in (image_tags, rejected_tags):
        query = (
            select(idx_images.c.sha256, idx_tags.c.uid, *list(table.c)[2:])
            .join(table, table.c.image_id == idx_images.c.id)
            .join(idx_tags, idx_tags.c.id == table.c.tag_id)
            .where(one_of(idx_images.c.sha256, shas))
        )
        for row in index.execute(query):
            sha, uid, *rest = row
            found[sha, uid, *(rest or ["rejected", None])] += 1
    return found
