"""What is asked, why, in which order, and what answers do."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest

from anitag_desktop.domain.prediction import Label, ModelKey, Score, Thresholds
from anitag_desktop.domain.question import NOT_FOR_TRAINING, Answer, Why
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.refreshing import Refresher
from anitag_desktop.services.reviewing import Reviewer
from anitag_desktop.services.teaching import Teacher
from anitag_desktop.storage import head_choices, models, predictions, questions, told_evidence
from anitag_desktop.storage.log import Doing
from anitag_desktop.storage.predictions import ModelRun
from anitag_desktop.storage.store import Store
from tests.helpers.libraries import (
    MODEL,
    add_image,
    facts_of,
    open_store,
    rejected_of,
    tags_of,
    use_model,
)

DIM, PICTURES = 24, 120
DRAW = np.random.default_rng(0)
VECTORS = DRAW.standard_normal((PICTURES, DIM)).astype("<f2")
HAT = VECTORS[:, 0] > 0


def label(name: str) -> Label:
    is_person = name in ("miku", "rin")
    return Label(name, TagCategory.CHARACTER if is_person else TagCategory.GENERAL)


def run(number: int, said: dict[str, float], key: ModelKey = MODEL) -> ModelRun:
    scores = [Score(label(name), score) for name, score in said.items()]
    return ModelRun(facts_of(number).sha256, key, scores, VECTORS[number].tobytes())


def said(number: int) -> dict[str, float]:
    """Hats at every height, dogs that are sure, cats that are nearly so on a few."""
    scores = {"hat": 0.06 + 0.9 * number / PICTURES, "dog": 0.95}
    return scores | ({"red_hair": 0.48, "blue_hair": 0.3} if number < 4 else {})


@pytest.fixture
def store(tmp_path) -> Iterator[Store]:
    with open_store(tmp_path / "library") as store:
        use_model(store)
        for number in range(PICTURES):
            add_image(store, number)
        store.library.write(unlike)
        predictions.store_many(store, [run(n, said(n)) for n in range(PICTURES)])
        yield store


def unlike(conn) -> None:
    """Let no two pictures look alike by their perceptual hashes."""
    hashes = np.random.default_rng(7).integers(2**63, size=PICTURES).tolist()
    rows = [(one, number + 1) for number, one in enumerate(hashes)]
    conn.connection.cursor().executemany("UPDATE images SET phash = ? WHERE id = ?", rows).close()


@pytest.fixture
def corrector(store) -> Corrector:
    return Corrector(store)


@pytest.fixture
def reviewer(store, corrector) -> Reviewer:
    return Reviewer(store, corrector)


def ids(numbers) -> list[int]:
    return [int(number) + 1 for number in numbers]


def ranked(found):
    return [one for one in found if Why.RANDOM not in one.reasons]


def notes(store: Store) -> list[tuple[str, str, bool]]:
    from anitag_desktop.storage import log

    with store.library.read() as conn:
        every = log.commands_after(conn, 0, questions.NOTE)
    return [(one["kind"], one["tag"]["name"], one["is_over"]) for one in every]


def test_questions_come_with_what_is_known_the_most_worth_first(reviewer) -> None:
    found = reviewer.questions(20)
    assert len(found) == 20 == len({one.key for one in found})
    first = ranked(found)
    assert all(one.worth >= other.worth > 0 for one, other in pairwise(first))
    for one in found:
        assert one.threshold == 0.5
        assert one.has == (one.score >= 0.5)
        assert one.score == pytest.approx(said(one.image_id - 1)[one.tag.name], abs=1e-4)
        assert one.reasons


def test_tags_that_are_sure_are_hardly_asked_about(reviewer) -> None:
    found = ranked(reviewer.questions(20))
    assert sum(one.tag.name == "dog" for one in found) < len(found) / 3


def test_a_share_is_drawn_by_lot_and_marked(reviewer) -> None:
    found = reviewer.questions(20)
    assert [one.reasons for one in found].count((Why.RANDOM,)) == 3
    assert Why.RANDOM not in found[0].reasons


def test_the_same_is_asked_until_something_is_said(reviewer) -> None:
    before = reviewer.questions(12)
    assert reviewer.questions(12) == before
    reviewer.answer(before[0], Answer.YES)
    reviewer.answer(before[1], Answer.NO)
    after = reviewer.questions(12)
    assert not {one.key for one in after} & {one.key for one in before[:2]}


def test_what_was_seen_or_said_is_not_asked_again(reviewer, corrector) -> None:
    seen = {one.key for one in reviewer.questions(50)}
    assert not {one.key for one in reviewer.questions(50, seen)} & seen
    corrector.correct(ids(range(PICTURES)), confirm=["hat"])
    corrector.correct(ids(range(60)), reject=["dog"])
    asked = reviewer.questions(50)
    assert {one.tag.name for one in asked} <= {"dog", "red_hair", "blue_hair"}
    assert all(one.image_id > 60 for one in asked if one.tag.name == "dog")


def test_answers_are_corrections_with_the_score_seen_and_undo(reviewer, corrector, store) -> None:
    [yes, no, *_] = ranked(reviewer.questions(20))
    reviewer.answer(yes, Answer.YES)
    reviewer.answer(no, Answer.NO)
    assert tags_of(store, yes.image_id)[yes.tag.name] == "user"
    assert no.tag.name in rejected_of(store, no.image_id)
    with store.library.read() as conn:
        from anitag_desktop.storage import log

        [line] = log.history(conn, [yes.image_id])
    assert (line.verdict, line.model_id) == ("confirmed", MODEL.model_id)
    assert line.score == pytest.approx(yes.score)
    corrector.undo(2)
    assert rejected_of(store, no.image_id) == set()
    assert tags_of(store, yes.image_id).get(yes.tag.name) in (None, "model")


def test_an_answer_by_lot_is_noted_as_one_and_the_note_goes_with_undo(
    reviewer, corrector, store
) -> None:
    drawn = next(one for one in reviewer.questions(20) if Why.RANDOM in one.reasons)
    reviewer.answer(drawn, Answer.NO)
    assert notes(store) == [("lot", drawn.tag.name, False)]
    corrector.undo(1)
    assert notes(store)[-1] == ("lot", drawn.tag.name, True)
    reviewer.answer(ranked(reviewer.questions(20))[0], Answer.NO)
    assert [kind for kind, _, _ in notes(store)] == ["lot", "lot", "asked"]


def test_how_right_the_tags_are_is_told_by_answers_drawn_by_lot_alone(reviewer, corrector) -> None:
    assert reviewer.measured() == (0, 0)
    found = reviewer.questions(40)
    drawn = [one for one in found if Why.RANDOM in one.reasons][:5]
    for number, one in enumerate(drawn):
        is_right = number != 1
        reviewer.answer(one, Answer.YES if one.has == is_right else Answer.NO)
    for one in ranked(found)[:3]:
        reviewer.answer(one, Answer.NO)
    assert reviewer.measured() == (4, 5)
    corrector.undo(7)
    assert reviewer.measured() == (1, 1)


def test_answers_are_told_from_what_nobody_asked_for(reviewer, corrector, store) -> None:
    one, other, left_out, renamed = ranked(reviewer.questions(20))[:4]
    reviewer.answer(one, Answer.YES)
    reviewer.answer(left_out, Answer.LEAVE_OUT)
    reviewer.answer(renamed, Answer.RELABEL, "scarf")
    corrector.correct([other.image_id], reject=[other.tag.name])

    def answered():
        with store.library.read() as conn:
            return questions.answered(conn)

    def key(question):
        return facts_of(question.image_id - 1).sha256, question.tag.uid

    assert answered() == {key(one), key(renamed)}
    corrector.undo(2)
    assert answered() == {key(one)}


def test_thresholds_are_learnt_from_answers_and_not_from_corrections_alone(
    reviewer, corrector, store
) -> None:
    corrector.correct(ids(np.flatnonzero(HAT[:40])), add=["hat"])
    corrector.correct(ids(np.flatnonzero(~HAT[:40])), reject=["hat"])
    for _ in range(3):
        for one in ranked(reviewer.questions(50)):
            if one.tag.name == "dog":
                answer = Answer.YES if HAT[one.image_id - 1] else Answer.NO
                reviewer.answer(one, answer)
    Refresher(store).refresh()
    with store.library.read() as conn:
        head = head_choices.in_use(conn)
        [thresholds] = [
            own for key, own in models.active_thresholds(conn).items() if key == head.key
        ]
    assert thresholds.of("hat", TagCategory.GENERAL) == 0.5
    assert 0.2 <= thresholds.of("dog", TagCategory.GENERAL) < 0.5


def test_a_cautious_threshold_does_not_hide_what_is_in_doubt(reviewer, store) -> None:
    def raise_it(conn):
        models.register(conn, MODEL, Thresholds(by_tag={"hat": 1.0, "dog": 1.0}))

    store.library.write(raise_it)
    found = [one for one in ranked(reviewer.questions(40)) if one.tag.name == "hat"]
    assert not any(one.has for one in found)
    assert np.mean([abs(one.score - 0.5) < 0.25 for one in found]) > 0.5


def test_another_tag_can_be_meant_and_is_named(reviewer, store) -> None:
    every = reviewer.questions(60)
    one = next(one for one in every if one.tag.name == "red_hair")
    assert [other.name for other in one.others] == ["blue_hair"]
    assert all(other.others == () for other in every if other.tag.name in ("hat", "dog"))
    reviewer.answer(one, Answer.RELABEL, "blue_hair")
    assert "red_hair" in rejected_of(store, one.image_id)
    assert tags_of(store, one.image_id)["blue_hair"] == "user"


def test_nothing_is_learnt_from_a_picture_that_was_left_out(reviewer, corrector, store) -> None:
    one = reviewer.questions(1)[0]
    reviewer.answer(one, Answer.YES)
    reviewer.answer(one, Answer.LEAVE_OUT)
    assert tags_of(store, one.image_id)[NOT_FOR_TRAINING] == "user"

    def told():
        with store.library.read() as conn:
            return {tag.name: dict(own) for tag, own in told_evidence.read(conn).items()}

    assert told() == {}
    corrector.undo(1)
    assert told() == {one.tag.name: {facts_of(one.image_id - 1).sha256: True}}


def test_pictures_that_are_gone_are_not_asked_about(reviewer, store) -> None:
    lose_all_files(store)
    assert reviewer.questions() == []


def lose_all_files(store: Store) -> None:
    store.library.write(
        lambda conn: conn.connection.cursor().execute("UPDATE files SET status = 'missing'").close()
    )


def test_an_empty_library_asks_nothing(tmp_path) -> None:
    with open_store(tmp_path / "empty") as store:
        reviewer = Reviewer(store, Corrector(store))
        assert reviewer.questions() == reviewer.doubtful_labels() == []


def test_models_of_different_minds_are_a_reason(reviewer, store) -> None:
    other = ModelKey("other/model", "1")

    def use_both(conn):
        models.register(conn, other, Thresholds())
        models.activate(Doing(conn, None, 1.0), [MODEL, other])

    store.library.write(use_both)
    predictions.store_many(store, [run(n, {"hat": 0.6}, other) for n in range(4)])
    every = ranked(reviewer.questions(400))
    found = [one for one in every if one.tag.name == "hat" and one.image_id <= 4]
    assert found
    assert all(Why.MODELS in one.reasons for one in found)
    assert all(one.score == pytest.approx(0.6) for one in found)


def test_the_personal_head_speaks_of_what_it_learnt(reviewer, corrector, store) -> None:
    corrector.correct(ids(np.flatnonzero(HAT[:60])), add=["hat"])
    corrector.correct(ids(np.flatnonzero(~HAT[:60])), reject=["hat"])
    Refresher(store).refresh()
    hats = [one for one in reviewer.questions(40) if one.tag.name == "hat"]
    assert hats
    assert all(one.image_id > 60 for one in hats)
    apart = [abs(one.score - said(one.image_id - 1)["hat"]) for one in hats]
    assert np.mean(apart) > 0.05


def say_dogs(corrector: Corrector, turned: set[int]) -> None:
    has = [bool(hat) != (number in turned) for number, hat in enumerate(HAT)]
    corrector.correct(ids(np.flatnonzero(has)), add=["dog"])
    corrector.correct(ids(np.flatnonzero(~np.array(has))), reject=["dog"])


def test_labels_that_do_not_fit_the_rest_come_first_and_can_be_kept(
    reviewer, corrector, store
) -> None:
    sure = np.argsort(-np.abs(VECTORS[:, 0].astype(float)))
    turned = {int(number) for number in sure[:6]}
    say_dogs(corrector, turned)
    found = reviewer.doubtful_labels()
    assert len({one.image_id - 1 for one in found[:4]} & turned) >= 2
    first = found[0]
    assert first.reasons == (Why.LABEL,)
    assert first.has == ("dog" in tags_of(store, first.image_id))
    assert first.likely < 0.5
    reviewer.answer(first, Answer.KEEP)
    assert first.key not in {one.key for one in reviewer.doubtful_labels()}
    corrector.undo(1)
    assert first.key in {one.key for one in reviewer.doubtful_labels()}
    answer = Answer.NO if first.has else Answer.YES
    reviewer.answer(first, answer)
    assert first.key not in {one.key for one in reviewer.doubtful_labels()}
    lose_all_files(store)
    assert reviewer.doubtful_labels() == []


def test_of_few_labels_nothing_is_doubted(reviewer, corrector) -> None:
    corrector.correct(ids(range(4)), add=["hat"])
    corrector.correct(ids(range(4, 40)), reject=["hat"])
    assert reviewer.doubtful_labels() == []


def test_a_wrong_name_of_a_character_is_doubted_with_the_likelier_one(
    reviewer, corrector, store
) -> None:
    teacher = Teacher(store, corrector, Refresher(store))
    order = np.argsort(VECTORS[:, 0].astype(float))
    low, high = order[:8].tolist(), order[-8:].tolist()
    teacher.teach("rin", ids(low[1:]))
    teacher.teach("saber", ids([*high, low[0]]))
    found = [one for one in reviewer.doubtful_labels() if one.image_id == low[0] + 1]
    [one] = [one for one in found if one.tag.name == "saber"]
    assert (one.reasons, one.has) == ((Why.LABEL,), True)
    assert [tag.name for tag in one.others] == ["rin"]
    assert one.likely < 0.4
    reviewer.answer(one, Answer.RELABEL, "rin")
    assert {"rin": "user"}.items() <= tags_of(store, low[0] + 1).items()
    assert "saber" not in tags_of(store, low[0] + 1)
    assert one.key not in {one.key for one in reviewer.doubtful_labels()}
