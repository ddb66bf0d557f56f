"""Gathering the evidence: what the user said, with the vectors and scores of those pictures."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.learning.evidence import Said
from anitag_desktop.learning.examples import Examples
from anitag_desktop.learning.lesson import Lesson
from anitag_desktop.learning.rivals import Rivals, find, heard, kind
from anitag_desktop.storage import (
    index_ids,
    models,
    personal_heads,
    questions,
    settings,
    told_evidence,
)
from anitag_desktop.storage import tags as stored_tags
from anitag_desktop.storage.subjects import is_part
from anitag_desktop.storage.vector_portions import halves

if TYPE_CHECKING:
    from anitag_desktop.storage.database import Connection
    from anitag_desktop.storage.embeddings import VectorSpace

_SAMPLE = 1_000
"""So many pictures stand for the library."""

_OVERVIEW = 4_000
"""So many pictures tell which tags are rivals."""

_IMPORTED = 500
"""So many imported labels of a tag count at most: more would outweigh the user."""


def gather(conn: "Connection", space: "VectorSpace") -> tuple[Lesson, Mapping[str, Tag]]:
    """Return all that is known of whole pictures, and the tags that it is about by uid.

    Those of characters that are known by parts of pictures alone are among them.
    """
    told, taught = told_evidence.with_denials(conn), told_evidence.characters(conn)
    taught = {tag: (_whole(right), _whole(wrong)) for tag, (right, wrong) in taught.items()}
    # Who is not on a picture that was looked through is no example of who looks alike.
    said, worn = told_evidence.read(conn), told_evidence.wearers(conn, taught)
    characters = {tag.uid: own for tag, own in examples(taught, said, worn)}
    base = models.active(conn)
    scored = told_evidence.scored(conn, (tag.uid for tag in told), base)
    # Who was never taught is not recognised, however many pictures have the name.
    spoken = {
        tag: own
        for tag, own in told.items()
        if tag.uid in scored or tag.category is not TagCategory.CHARACTER
    }
    # What lists and captions say counts where the user spoke of the tag, too.
    trust = settings.load(conn).import_trust
    imported = told_evidence.support(conn, spoken, _IMPORTED) if trust else {}
    answers, reviewed = questions.answered(conn), questions.fully_reviewed(conn)
    learnt = {
        tag: Said(
            own,
            tag.uid not in scored,
            imported.get(tag.uid, frozenset()) - own.keys(),
            frozenset(uid for uid in own if uid in reviewed or (uid, tag.uid) in answers),
            trust,
        )
        for tag, own in spoken.items()
    }
    tags = {tag.uid: said for tag, said in learnt.items() if tag.uid not in characters}
    subjects = {tag.uid: tag for tag in (*learnt, *taught)}
    overview = told_evidence.sample(conn, space, _OVERVIEW)
    sample = overview[:_SAMPLE]
    asked = {*sample, *(uid for said in tags.values() for uid in (*said.verdicts, *said.imported))}
    asked |= {uid for own in characters.values() for part in own[:2] for uid in part}
    found = told_evidence.vectors(conn, space, asked)
    place_of = {uid: place for place, uid in enumerate(found)}
    numbers = [one.number for one in found.values()]
    content = b"".join(one.vector for one in found.values())
    rivals = _rivals(conn, base, overview, [subjects[uid] for uid in tags])
    columns = heard(tags, (rivals[uid] for uid in tags if uid in rivals))
    lesson = Lesson(
        place_of,
        halves(content, space.dim).astype(np.float32),
        personal_heads.said_of(conn, base, numbers, columns),
        np.array([place_of[uid] for uid in sample], np.intp),
        tags,
        characters,
        rivals=rivals,
    )
    return lesson, subjects


def _rivals(
    conn: "Connection", base: Sequence[ModelKey], overview: Iterable[str], wanted: Iterable[Tag]
) -> Mapping[str, Rivals]:
    """Return the rivals of tags by uid, as models see these pictures (sha256)."""
    kinds = {kind(tag.name) for tag in wanted if tag.category is TagCategory.GENERAL} - {""}
    if not kinds:
        return {}
    general = (row.tag for row in stored_tags.every(conn, TagCategory.GENERAL))
    names = {tag.uid: tag.name for tag in general if kind(tag.name) in kinds}
    known = told_evidence.scored(conn, names, base)
    names = {uid: name for uid, name in names.items() if uid in known}
    numbers = list(index_ids.known_subject_ids(conn, overview).values())
    return find(names, personal_heads.said_of(conn, base, numbers, list(names)))


def thresholds_of(conn: "Connection", tags: Iterable[Tag]) -> dict[str, float]:
    """Return the least score from which on a model that knows a tag counts it, by the tag's uid."""
    known, thresholds = {tag.uid: tag for tag in tags}, models.active_thresholds(conn)
    found: dict[str, float] = {}
    for key in models.active(conn):
        for uid in told_evidence.scored(conn, known, [key]):
            own = thresholds[key].of(known[uid].name, known[uid].category)
            found[uid] = min(own, found.get(uid, own))
    return found


def _whole(uids: Iterable[str]) -> tuple[str, ...]:
    return tuple(uid for uid in uids if not is_part(uid))


def examples(
    taught: Mapping[Tag, tuple[tuple[str, ...], tuple[str, ...]]],
    told: Mapping[Tag, Mapping[str, bool]],
    wearers: Mapping[str, str],
) -> Iterator[tuple[Tag, Examples]]:
    """Give the examples of each character with what the user said of other pictures' names."""
    for tag, (positive, negative) in taught.items():
        said = told.get(tag, {})
        right = dict.fromkeys((*positive, *(uid for uid, has in said.items() if has)))
        wrong = dict.fromkeys((*negative, *(uid for uid, has in said.items() if not has)))
        shown = tuple(uid for uid in right if uid not in wrong)
        yield tag, Examples(shown, tuple(wrong), wearers.get(tag.uid, ""))
