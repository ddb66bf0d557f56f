"""What the personal head says of every character that was taught, however little that is.

Scores under the floor are not stored: here they are worked out again, for a few pictures.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from sqlalchemy import Connection

from anitag_desktop.domain.correction import Source
from anitag_desktop.domain.details import ImageDetails, ShownTag
from anitag_desktop.domain.tag import Tag
from anitag_desktop.storage import (
    head_choices,
    index_ids,
    opinions,
    personal_heads,
    told_evidence,
)
from anitag_desktop.storage.embeddings import VectorSpace
from anitag_desktop.storage.vector_portions import halves

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
    conn: Connection, heads: Path, uids: Iterable[str]
) -> Mapping[str, Mapping[Tag, float]]:
    use = head_choices.in_use(conn)
    head = None if use is None else personal_heads.load(heads, use.revision)
    if use is None or head is None or not head.characters:
        return {}
    numbers = index_ids.model_ids(conn, [use.model])
    space = VectorSpace(numbers.get(use.model, 0), use.model, len(head.space.middle))
    found = told_evidence.vectors(conn, space, uids)
    content = b"".join(one.vector for one in found.values())
    vectors = halves(content, space.dim).astype(np.float32)
    first = len(head.tags.uids)
    scores = head.scores(vectors, np.zeros((len(found), first), np.float32))[:, first:]
    meant = opinions.meant(conn, head.characters)
    return {
        uid: {
            meant[character]: round(float(score), _DIGITS)
            for character, score in zip(head.characters, row, strict=True)
            if character in meant
        }
        for uid, row in zip(found, scores, strict=True)
    }
