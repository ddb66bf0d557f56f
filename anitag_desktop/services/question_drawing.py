"""Drawing questions by lot: their answers tell how right the tags are, as no other answers do.

What is asked because it is doubtful says nothing of all that is not. So a share of the questions is
drawn among the pictures of which nobody spoke, and the answers are noted as such.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from anitag_desktop.services.question_gathering import AskedTag, Candidate, hear
from anitag_desktop.storage import questions

if TYPE_CHECKING:
    from numpy.random import Generator

    from anitag_desktop.storage.database import Connection

_SPARE = 4
"""So many times as many pictures are looked at: of some everything was said, or nothing is."""


def drawn(
    conn: "Connection",
    asked: Sequence[AskedTag],
    seen: Collection[tuple[int, str]],
    lots: "Generator",
    count: int,
) -> list[Candidate]:
    """Return at most ``count`` questions drawn by lot, none of those ``seen``: a picture each."""
    by_number = {number: one for one in asked for number in one.speakers}
    subjects = questions.by_lot(conn, lots.bytes(8).hex(), _SPARE * count)
    there = questions.present(conn, subjects)
    choices = _choices(conn, by_number, there)
    found: list[Candidate] = []
    for subject in sorted(choices, key=subjects.index):
        numbers = sorted(choices[subject])
        one = by_number[numbers[int(lots.integers(len(numbers)))]]
        found.append(Candidate(subject, one, there[subject]))
    return hear(conn, [one for one in found if one.key not in seen])[:count]


def _choices(
    conn: "Connection", by_number: Mapping[int, AskedTag], subjects: Collection[int]
) -> Mapping[int, set[int]]:
    """Return by picture the tags (ids of index.db) that are scored there, and not spoken of."""
    models = {s.model for one in by_number.values() for own in one.speakers.values() for s in own}
    scored = {
        (subject, number)
        for subject, number, _, _ in questions.said_of(conn, subjects, models)
        if number in by_number
    }
    roots = {(subject, by_number[number].number) for subject, number in scored}
    untold = set(questions.untold(conn, roots))
    found: dict[int, set[int]] = defaultdict(set)
    for subject, number in scored:
        if (subject, by_number[number].number) in untold:
            found[subject].add(number)
    return found
