"""Evidence of one tag: the user's word, imported labels beside it, models' answers replayed."""

import numpy as np

from anitag_desktop.domain.correction import IMPORT_TRUST
from anitag_desktop.learning.evidence import Asked, Said, gather
from anitag_desktop.learning.rows import logit

UIDS = [f"{number:064x}" for number in range(10)]
STARTS = logit(np.full(10, 0.2), 0.02)
ASKED = Asked({uid: place for place, uid in enumerate(UIDS)}, STARTS, np.arange(6, 10))


def test_the_users_word_comes_first_and_models_answers_are_replayed() -> None:
    found = gather(Said({UIDS[0]: True, UIDS[1]: False, "elsewhere": True}, False), ASKED)
    assert found.places.tolist() == [0, 1, 6, 7, 8, 9]
    assert found.wanted[:2].tolist() == [1, 0]
    assert np.allclose(found.wanted[2:], 0.2)
    assert found.heard == 2


def test_imported_labels_count_less_and_are_not_the_users_word() -> None:
    said = Said({UIDS[0]: True, UIDS[1]: False}, False, frozenset({UIDS[3]}))
    found = gather(said, ASKED)
    assert found.places[:3].tolist() == [0, 1, 3]
    assert found.heard == 2
    assert found.weights[2] == IMPORT_TRUST * found.weights[0]
    assert said.digest() != Said(said.verdicts, False).digest()


def test_imported_labels_count_as_much_as_they_are_trusted() -> None:
    verdicts, imported = {UIDS[0]: True, UIDS[1]: False}, frozenset({UIDS[3]})
    found = gather(Said(verdicts, False, imported, trust=0.25), ASKED)
    assert found.weights[2] == 0.25 * found.weights[0]
    told = Said(verdicts, False, imported)
    assert told.digest() != told._replace(trust=0.25).digest()
    nothing = Said(verdicts, False)
    assert nothing.digest() == nothing._replace(trust=0.25).digest()  # there is nothing to trust


def test_answers_to_questions_are_counted_among_what_the_user_said() -> None:
    verdicts = {UIDS[0]: True, UIDS[1]: False, UIDS[2]: False, "elsewhere": False}
    answers = frozenset({UIDS[0], UIDS[2], UIDS[4], "elsewhere"})
    said = Said(verdicts, False, answers=answers)
    assert gather(said, ASKED).answers == 2
    assert gather(Said(verdicts, True, answers=answers), ASKED).answers == 0  # never sure of it
    assert said.digest() != Said(verdicts, False).digest()
    assert said.digest() == Said(verdicts, False, answers=answers - {UIDS[4]}).digest()
