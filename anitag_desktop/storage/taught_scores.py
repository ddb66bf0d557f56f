"""What the personal head says of every character that was taught, however little that is.

Scores under the floor are not stored: here they are worked out again, for a few pictures.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from sqlalchemy import Connection

from anitag_desktop.domain.correction import Source
from anitag_desktop.domain.details import ImageDetails, ShownTag
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.domain.tag import Tag
from anitag_desktop.learning.head import PersonalHead
from anitag_desktop.learning.space import Floats
from anitag_desktop.storage import (
    head_choices,
    head_files,
    index_ids,
    opinions,
    told_evidence,
)
from anitag_desktop.storage.embeddings import VectorSpace
from anitag_desktop.storage.head_choices import HeadInUse
from anitag_desktop.storage.subjects import image_sha256
from anitag_desktop.storage.told_evidence import Vector
from anitag_desktop.storage.vector_portions import halves

_Said = tuple[str, str, float]
"""A picture (sha256), a character's tag (uid), and how surely it is shown."""

_DIGITS = 4
"""As those that are stored."""


def suggest(
    conn: Connection, heads: Path, details: Sequence[ImageDetails]
) -> Sequence[ImageDetails]:
    """Return pictures with a suggestion for each character that they neither have nor rejected.

    ``heads`` is the folder of heads, ``conn`` a reading connection of the library.
    """
    scores = _scores(conn, heads, [one.facts.sha256 for one in details if one.facts])
    return [_with(one, scores.get(one.facts.sha256, {})) if one.facts else one for one in details]


def _with(details: ImageDetails, scores: Mapping[Tag, float]) -> ImageDetails:
    known = {shown.tag.uid for shown in (*details.tags, *details.suggestions)}
    known |= {tag.uid for tag in details.rejected}
    new = [
        ShownTag(tag, Source.MODEL, score) for tag, score in scores.items() if tag.uid not in known
    ]
    every = sorted((*details.suggestions, *new), key=lambda one: (-(one.score or 0), one.tag.name))
    return replace(details, suggestions=tuple(every))


def _scores(
    conn: Connection, heads: Path, uids: Sequence[str]
) -> Mapping[str, Mapping[Tag, float]]:
    use = head_choices.in_use(conn)
    head = None if use is None else head_files.load(heads, use.revision)
    if use is None or head is None:
        return {}
    meant = opinions.meant(conn, use.every_tag)
    found: dict[str, dict[Tag, float]] = defaultdict(dict)
    said = (*_of_whole(conn, use, head, uids), *_of_parts(conn, use, head, uids))
    for sha256, uid, score in said:
        if (tag := meant.get(uid)) is not None:
            found[sha256][tag] = max(round(score, _DIGITS), found[sha256].get(tag, 0.0))
    return found


def _of_whole(
    conn: Connection, use: HeadInUse, head: PersonalHead, uids: Iterable[str]
) -> Iterator[_Said]:
    space = _space(conn, use.model, len(head.space.middle))
    found = told_evidence.vectors(conn, space, uids)
    if head.characters:
        first = len(head.tags.uids)
        nothing = np.zeros((len(found), len(head.tags.heard)), np.float32)
        scores = head.scores(_floats(found, space), nothing)[:, first:]
        yield from _each(found, head.characters, scores)


def _of_parts(
    conn: Connection, use: HeadInUse, head: PersonalHead, uids: Iterable[str]
) -> Iterator[_Said]:
    if use.faces is None or head.faces is None:
        return
    space = _space(conn, use.faces.model, len(head.faces.space.middle))
    found = told_evidence.vectors_in(conn, space, uids)
    yield from _each(found, head.faces.characters, head.faces.scores(_floats(found, space)))


def _each(found: Iterable[str], characters: Sequence[str], scores: Floats) -> Iterator[_Said]:
    for uid, row in zip(found, scores.tolist(), strict=True):
        for character, score in zip(characters, row, strict=True):
            yield image_sha256(uid), character, score


def _space(conn: Connection, model: ModelKey, dim: int) -> VectorSpace:
    return VectorSpace(index_ids.model_ids(conn, [model]).get(model, 0), model, dim)


def _floats(found: Mapping[str, Vector], space: VectorSpace) -> Floats:
    content = b"".join(one.vector for one in found.values())
    return halves(content, space.dim).astype(np.float32)
