"""Gathering questions: what could be asked of a library, and what is known of each question.

Of each tag some pictures are taken at every height of the score, most of them near the threshold,
so that the time this takes hardly depends on the number of pictures.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from anitag_desktop.domain.question import NOTES
from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.storage import index_ids, opinions, questions
from anitag_desktop.storage.deriving import Basis, read_basis
from anitag_desktop.storage.questions import Asked, Found, Pictured
from anitag_desktop.storage.schema import SCORE_SCALE

if TYPE_CHECKING:
    from anitag_desktop.storage.database import Connection

MOST_TAGS = 64
"""Doubts about so many tags are asked: of more, each would get too few answers to learn from."""

HEIGHTS = (0.05, 0.1, 0.18, 0.3, 0.45, 0.6, 0.75, 0.9)
AT_EACH = 8
"""Of each tag so many pictures are taken from each of these scores upwards, and at the threshold
as many on both sides."""

SURE = 0.5
"""A higher threshold is caution: a score of so much is in doubt, whatever it takes to be given."""

_LEAST = 0.005
"""Scores lower than this, or as near to 1, count as it: no score is sure beyond all measure."""


class Speaker(NamedTuple):
    """A model that may speak of a tag: its id in index.db, and from which score on it is sure."""

    model: int
    threshold: float


@dataclass(frozen=True, slots=True)
class AskedTag:
    """A tag to ask about; ``number`` is its id in index.db, 0 if it has none.

    ``speakers`` has who scores it, by the ids of all tags that count as it.
    """

    tag: Tag
    number: int
    pictures: int
    answers: int
    speakers: Mapping[int, tuple[Speaker, ...]]


@dataclass(slots=True)
class Candidate:
    """A picture (its subject's id in index.db) and a tag; ``margins`` of all models, as logits."""

    subject: int
    asked: AskedTag
    pictured: Pictured
    margins: dict[int, float] = field(default_factory=dict)
    scores: dict[int, float] = field(default_factory=dict)

    @property
    def key(self) -> tuple[int, str]:
        """What tells the question from every other: the picture's id and the tag's uid."""
        return self.pictured.image_id, self.asked.tag.uid

    @property
    def surest(self) -> int:
        """The model (its id in index.db) that is surest of the tag."""
        return max(self.margins, key=self.margins.__getitem__)


def asked_tags(conn: "Connection") -> list[AskedTag]:
    """Return the tags that can be asked about: first those spoken of, then the most common."""
    basis = read_basis(conn)
    numbers = {number: key for key, number in index_ids.model_ids(conn, basis.thresholds).items()}
    scored = questions.scored_tags(conn, numbers)
    tag_of = opinions.meant(conn, {one.uid for one in scored})
    speakers: dict[Tag, dict[int, tuple[Speaker, ...]]] = {}
    for one in scored:
        tag, key = tag_of.get(one.uid), numbers[one.model]
        if tag is None or not _is_asked(tag) or _is_relearnt(basis, key.model_id, one.uid):
            continue
        speaker = Speaker(one.model, basis.thresholds[key].of(tag.name, tag.category))
        by_number = speakers.setdefault(tag, {})
        by_number[one.number] = (*by_number.get(one.number, ()), speaker)
    return _in_order(conn, speakers)


def _is_asked(tag: Tag) -> bool:
    return tag.category is not TagCategory.RATING and tag.name not in NOTES


def _is_relearnt(basis: Basis, model_id: str, uid: str) -> bool:
    """Tell whether the personal head speaks of a tag in place of this model."""
    is_head = basis.head is not None and model_id == basis.head.key.model_id
    return basis.head is not None and not is_head and uid in basis.head.tags


def _in_order(
    conn: "Connection", speakers: Mapping[Tag, Mapping[int, tuple[Speaker, ...]]]
) -> list[AskedTag]:
    totals, answers = questions.totals(conn), questions.spoken_of(conn)
    roots = index_ids.known_tag_ids(conn, (tag.uid for tag in speakers))
    every = [
        AskedTag(
            tag,
            roots.get(tag.uid, 0),
            totals.get(roots.get(tag.uid, 0), 0),
            answers.get(tag.uid, 0),
            own,
        )
        for tag, own in speakers.items()
    ]
    return sorted(every, key=lambda one: (not one.answers, -one.pictures, one.tag.name))


def candidates(
    conn: "Connection", asked: Iterable[AskedTag], seen: Collection[tuple[int, str]]
) -> list[Candidate]:
    """Return pictures to ask about, with what all models say, but for the questions ``seen``.

    A question is told by the picture's id and the tag's uid.
    """
    found: dict[tuple[int, int], tuple[Found, AskedTag]] = {}
    for one in asked:
        for row in _at_all_heights(conn, one):
            found[row.subject, one.number] = row, one
    there = questions.present(conn, {subject for subject, _ in found})
    every = [
        Candidate(row.subject, one, there[row.subject])
        for row, one in found.values()
        if row.subject in there
    ]
    return hear(conn, [one for one in every if one.key not in seen])


def hear(conn: "Connection", every: Sequence[Candidate]) -> list[Candidate]:
    """Fill in what the models say; leave out those of which none says anything."""
    by_pair: dict[tuple[int, int], Candidate] = {
        (one.subject, number): one for one in every for number in one.asked.speakers
    }
    models = {s.model for one in every for some in one.asked.speakers.values() for s in some}
    for subject, number, model, stored in questions.said(conn, list(by_pair), models):
        one = by_pair[subject, number]
        for speaker in one.asked.speakers[number]:
            if speaker.model == model:
                score = stored / SCORE_SCALE
                if score >= one.scores.get(model, 0.0):
                    one.scores[model] = score
                    one.margins[model] = margin(score, speaker.threshold)
    return [one for one in every if one.margins]


def margin(score: float, threshold: float) -> float:
    """Return how far a score lies over where it is in doubt, as logits."""
    return _logit(score) - _logit(min(threshold, SURE))


def _logit(value: float) -> float:
    kept = min(max(value, _LEAST), 1 - _LEAST)
    return math.log(kept / (1 - kept))


def _at_all_heights(conn: "Connection", one: AskedTag) -> list[Found]:
    found: list[Found] = []
    for number, speakers in one.speakers.items():
        for model, threshold in speakers:
            asked = Asked(model, number, one.number)
            for height in (*HEIGHTS, threshold):
                found += questions.above(conn, asked, round(height * SCORE_SCALE), AT_EACH)
            found += questions.below(conn, asked, round(threshold * SCORE_SCALE), AT_EACH)
    return found
