"""Ranking questions: what each is worth, which are asked, and why in a word."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from anitag_desktop.domain.question import Question, Why
from anitag_desktop.learning import worth
from anitag_desktop.learning.picking import Offer, pick
from anitag_desktop.learning.space import Floats, Vectors, middle_of
from anitag_desktop.learning.worth import Doubts
from anitag_desktop.services.question_gathering import Candidate
from anitag_desktop.storage import embeddings, images, questions, told_evidence
from anitag_desktop.storage.vector_portions import halves

if TYPE_CHECKING:
    from anitag_desktop.storage.database import Connection

_SAMPLE = 1_000
"""Among so many pictures of the library the nearest are looked for."""

_NEAR = 0.25
_APART = 0.5
_RARE = 0.01


class Weighed(NamedTuple):
    """Questions with what is known of each; ``vectors`` are those of ``rows``' pictures."""

    every: Sequence[Candidate]
    doubts: Doubts
    vectors: Vectors
    rows: NDArray[np.intp]

    def ask(self, count: int, seed: int) -> list[Question]:
        """Return the questions to ask, the most worth first."""
        values = worth.worth(self.doubts)
        places = {one.asked.tag: place for place, one in enumerate(self.every)}
        offer = Offer(
            values,
            self.rows,
            np.array([places[one.asked.tag] for one in self.every], np.intp),
            self.vectors,
            np.array([one.asked.answers for one in self.every], np.intp),
        )
        chosen = sorted(pick(offer, count, seed), key=lambda place: -values[place])
        return [self.question(place, float(values[place])) for place in chosen]

    def question(self, place: int, value: float) -> Question:
        """Return one question with its reasons."""
        one = self.every[place]
        near = float(self.doubts.neighbours[place])
        return asked(one, self._reasons(place), value, None if np.isnan(near) else near)

    def _reasons(self, place: int) -> tuple[Why, ...]:
        part = Doubts(*(value[place : place + 1] for value in self.doubts))
        apart = {
            Why.UNSURE: abs(float(worth.probability(part.margins)[0]) - 0.5) <= _NEAR,
            Why.NEIGHBOURS: float(worth.disagreement(part)[0]) >= _APART,
            Why.MODELS: float(part.spreads[0]) >= _APART,
            Why.RARE: float(part.shares[0]) < _RARE,
        }
        return tuple(why for why, holds in apart.items() if holds) or (Why.UNSURE,)


def asked(
    one: Candidate, reasons: tuple[Why, ...], value: float, near: float | None = None
) -> Question:
    """Return the question that a candidate is."""
    surest = one.surest
    speakers = {s.model: s.threshold for own in one.asked.speakers.values() for s in own}
    score, tag = one.scores[surest], one.asked.tag
    has = any(score >= speakers[model] for model, score in one.scores.items())
    image_id = one.pictured.image_id
    return Question(image_id, tag, reasons, value, has, score, speakers[surest], near)


def weigh(conn: "Connection", every: Sequence[Candidate]) -> Weighed:
    """Look up what the worth of questions depends on."""
    margins = np.array([max(one.margins.values()) for one in every], np.float32)
    least = np.array([min(one.margins.values()) for one in every], np.float32)
    spreads = worth.probability(margins) - worth.probability(least)
    total = max(1, images.count(conn))
    shares = np.array([one.asked.pictures / total for one in every], np.float32)
    vectors, rows, neighbours = _heard(conn, every)
    return Weighed(every, Doubts(margins, shares, neighbours, spreads), vectors, rows)


def _heard(
    conn: "Connection", every: Sequence[Candidate]
) -> tuple[Vectors, NDArray[np.intp], Floats]:
    """Return vectors of pictures, which each question is about, what the nearest pictures have."""
    uids = list(dict.fromkeys(one.pictured.sha256 for one in every))
    row_of = {uid: row for row, uid in enumerate(uids)}
    rows = np.array([row_of[one.pictured.sha256] for one in every], np.intp)
    unknown = np.full(len(every), np.nan, np.float32)
    space = embeddings.space(conn)
    if space is None or not every:
        return np.zeros((len(uids), 1), np.float32), rows, unknown
    sample = told_evidence.sample(conn, space, _SAMPLE)
    found = told_evidence.vectors(conn, space, {*sample, *uids})
    nothing = np.zeros(space.dim, np.float32).astype("<f2").tobytes()
    content = b"".join(found[uid].vector if uid in found else nothing for uid in (*sample, *uids))
    plain = halves(content, space.dim).astype(np.float32)
    placed = middle_of(plain[: len(sample)]).place(plain)
    others, own = placed[: len(sample)], placed[len(sample) :]
    if len(sample) <= worth.NEAREST:
        return own, rows, unknown
    place_of = {uid: place for place, uid in enumerate(sample)}
    inside = np.array([place_of.get(uid, -1) for uid in uids], np.float32)
    having, columns = _having(conn, every, [found[uid].number for uid in sample])
    heard = worth.heard(own, others, having, inside)
    known = heard[rows, [columns[one.asked.number] for one in every]]
    return own, rows, np.where(own[rows].any(axis=1), known, unknown)


def _having(
    conn: "Connection", every: Sequence[Candidate], subjects: Sequence[int]
) -> tuple[Floats, dict[int, int]]:
    """Return which of the pictures have which tags (1), and the columns of the tags."""
    numbers = list(dict.fromkeys(one.asked.number for one in every))
    columns = {number: column for column, number in enumerate(numbers)}
    rows = {subject: row for row, subject in enumerate(subjects)}
    having = np.zeros((len(subjects), len(numbers)), np.float32)
    for subject, number in questions.having(conn, subjects, numbers):
        having[rows[subject], columns[number]] = 1
    return having, columns
