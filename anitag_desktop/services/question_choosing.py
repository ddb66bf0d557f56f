"""Choosing the questions of a session: what is worth most, what the lot says, in one order."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from anitag_desktop.domain.question import Question, Why
from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.services.question_drawing import drawn
from anitag_desktop.services.question_gathering import MOST_TAGS, AskedTag, candidates
from anitag_desktop.services.question_ranking import asked, weigh
from anitag_desktop.storage import questions

if TYPE_CHECKING:
    from anitag_desktop.storage.database import Connection

_OTHERS = 9
"""As many as there are keys."""


def choose(
    conn: "Connection",
    tags: Sequence[AskedTag],
    seen: Collection[tuple[int, str]],
    limit: int,
    lots: int,
) -> list[Question]:
    """Return at most ``limit`` questions, ``lots`` of them drawn by lot and spread over all."""
    seed = sum(one.answers for one in tags) + len(seen)
    by_lot = drawn(conn, tags, seen, np.random.default_rng(seed), lots)
    taken = {*seen, *(one.key for one in by_lot)}
    every = candidates(conn, tags[:MOST_TAGS], taken)
    ranked = weigh(conn, every).ask(limit - len(by_lot), seed) if every else []
    random = [asked(one, (Why.RANDOM,), 0.0) for one in by_lot]
    subject_of = {one.pictured.image_id: one.subject for one in (*every, *by_lot)}
    return _with_others(conn, tags, _mixed(ranked, random), subject_of)


def _mixed(ranked: Sequence[Question], random: Sequence[Question]) -> list[Question]:
    """Spread the questions that were drawn by lot over the others; the first is none of them."""
    found, every = list(ranked), len(ranked) // (len(random) + 1)
    for place, one in enumerate(random, 1):
        found.insert(place * (every + 1), one)
    return found


def _with_others(
    conn: "Connection",
    tags: Sequence[AskedTag],
    chosen: Sequence[Question],
    subject_of: Mapping[int, int],
) -> list[Question]:
    """Name with each question what the picture may show instead, the likeliest first."""
    by_number = {number: one.tag for one in tags for number in one.speakers}
    models = {s.model for one in tags for own in one.speakers.values() for s in own}
    subjects = {subject_of[one.image_id]: one.image_id for one in chosen}
    scores: dict[int, dict[Tag, int]] = defaultdict(dict)
    for subject, number, _, score in questions.said_of(conn, subjects, models):
        if (tag := by_number.get(number)) is not None:
            own = scores[subjects[subject]]
            own[tag] = max(score, own.get(tag, 0))
    return [replace(one, others=_others(one.tag, scores[one.image_id])) for one in chosen]


def _others(tag: Tag, scores: Mapping[Tag, int]) -> tuple[Tag, ...]:
    may_be = [other for other in scores if other != tag and _may_be_instead(tag, other)]
    return tuple(sorted(may_be, key=lambda one: (-scores[one], one.name))[:_OTHERS])


def _may_be_instead(tag: Tag, other: Tag) -> bool:
    """Tell whether one tag is likely to be meant where another was said.

    Characters are taken for each other; of all else what ends in the same word (hair, eyes).
    """
    if TagCategory.CHARACTER in (tag.category, other.category):
        return tag.category is other.category
    kind, other_kind = (name.name.rpartition("_") for name in (tag, other))
    return bool(kind[0] and other_kind[0]) and kind[2] == other_kind[2]
