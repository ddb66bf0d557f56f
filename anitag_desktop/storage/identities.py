"""Identities: whom regions may show, by how near they are to what the user named or taught.

Vectors of embedders are compared (CCIP; see research of waifuc and imgutils): a region shows the
character whose named regions are nearest, if they are as near as the model says the same one is.
Nothing of it is stored: each name that the user gives counts for the next picture that is opened.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Connection, select, text

from anitag_desktop.domain.correction import Verdict
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.domain.region import Proposal
from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.storage import tags
from anitag_desktop.storage.schema import (
    character_examples,
    characters,
    embeddings,
    idx_models,
    idx_subjects,
    subjects,
    verdicts,
)
from anitag_desktop.storage.schema import tags as tag_table
from anitag_desktop.storage.selection import one_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

_NEAREST = 3
"""The mean of so many named regions counts, of fewer of all: one may be an odd one."""

_MOST = 4000
"""So many named regions are compared with, those named last; more would be felt."""

_PROPOSED = 3


class _Named(NamedTuple):
    """Regions that show a character, or do not, by the user's word: their vectors, of length 1."""

    tag: Tag
    shown: "Vectors"
    denied: "Vectors"


def proposals(
    conn: Connection, uids: Sequence[str], same: Mapping[ModelKey, float]
) -> dict[str, tuple[Proposal, ...]]:
    """Return the characters that regions may show, the likeliest first, by the regions' uids.

    ``same`` has the embedders to go by, each with the cosine from which on two show the same.
    ``conn`` is a reading connection of the library.
    """
    found: dict[str, list[Proposal]] = defaultdict(list)
    for model, least in same.items():
        own = _vectors(conn, model, uids)
        named = _named(conn, model) if own else []
        for uid, vector in own.items():
            found[uid] += _near(vector, named, least, model.model_id)
    return {
        uid: tuple(sorted(own, key=lambda one: (-one.score, one.tag.name))[:_PROPOSED])
        for uid, own in found.items()
        if own
    }


def _near(vector: "Vectors", named: Sequence[_Named], least: float, model: str) -> list[Proposal]:
    import numpy as np

    found = []
    for one in named:
        nearest = np.sort(one.shown @ vector)[-_NEAREST:]
        score = float(nearest.mean())
        is_denied = len(one.denied) > 0 and float((one.denied @ vector).max()) > nearest[-1]
        if score >= least and not is_denied:
            found.append(Proposal(one.tag, min(score, 1.0), model))
    return found


def _named(conn: Connection, model: ModelKey) -> list[_Named]:
    """Return the characters that the user named regions by, as far as the model has seen them."""
    rows = [*_taught(conn), *_said(conn)]  # what was said of a region itself counts more
    counts_as = tags.canonical(conn, {tag_id for _, tag_id, _ in rows})
    vectors = _vectors(conn, model, [uid for uid, _, _ in rows])
    told: dict[Tag, dict[str, bool]] = defaultdict(dict)
    for uid, tag_id, is_it in rows:
        row = counts_as[tag_id]
        if row is not None and uid in vectors:
            told[row.tag][uid] = is_it

    def those(own: Mapping[str, bool], is_it: bool) -> "Vectors":
        return _stacked([vectors[uid] for uid in own if own[uid] is is_it])

    return [
        _Named(tag, those(own, True), those(own, False))
        for tag, own in told.items()
        if any(own.values())
    ]


def _said(conn: Connection) -> list[tuple[str, int, bool]]:
    """Return the regions of which the user said that they show a character, or do not."""
    v, s, t = verdicts.c, subjects.c, tag_table.c
    rows = conn.execute(
        select(s.uid, v.tag_id, v.verdict)
        .join(subjects, s.id == v.subject_id)
        .join(tag_table, t.id == v.tag_id)
        .where(v.source == "user", t.category == TagCategory.CHARACTER.value)
        .where(text("subjects.kind = 'region'"), s.is_rejected == 0)
        .order_by(v.seq.desc())
        .limit(_MOST)
    )
    return [(uid, tag_id, verdict == Verdict.CONFIRMED) for uid, tag_id, verdict in rows]


def _taught(conn: Connection) -> list[tuple[str, int, bool]]:
    """Return the examples by which characters were taught, regions and whole pictures."""
    e, s, c = character_examples.c, subjects.c, characters.c
    rows = conn.execute(
        select(s.uid, c.tag_id, e.is_positive)
        .join(subjects, s.id == e.subject_id)
        .join(characters, c.id == e.character_id)
        .where(s.is_rejected == 0)
        .order_by(e.subject_id.desc())
        .limit(_MOST)
    )
    return [(uid, tag_id, bool(is_positive)) for uid, tag_id, is_positive in rows]


def _stacked(vectors: "Sequence[Vectors]") -> "Vectors":
    import numpy as np

    return np.stack(vectors) if vectors else np.empty((0, 0), np.float32)


def _vectors(conn: Connection, model: ModelKey, uids: Sequence[str]) -> "dict[str, Vectors]":
    """Return the vectors that a model gave to regions, of length 1."""
    import numpy as np

    m = idx_models.c
    rows = conn.execute(
        select(idx_subjects.c.uid, embeddings.c.vector)
        .join(idx_subjects, idx_subjects.c.id == embeddings.c.subject_id)
        .join(idx_models, m.id == embeddings.c.model_id)
        .where(m.model_id == model.model_id, m.revision == model.revision)
        .where(one_of(idx_subjects.c.uid, uids))
    )
    found = {}
    for uid, stored in rows:
        vector = np.frombuffer(stored, "<f2").astype(np.float32)
        length = float(np.linalg.norm(vector))
        if np.isfinite(length) and length > 0:
            found[uid] = vector / length
    return found
