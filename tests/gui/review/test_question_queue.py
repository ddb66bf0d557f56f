"""Going through the questions of a session."""

from anitag_desktop.domain.question import Question, Why
from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.gui.review.question_queue import QuestionQueue


def questions(count: int) -> list[Question]:
    tag = Tag("t", "hat", TagCategory.GENERAL)
    return [Question(number, tag, (Why.UNSURE,), 1.0, has=False) for number in range(1, count + 1)]


def current(queue: QuestionQueue) -> int | None:
    return queue.current and queue.current.image_id


def test_answers_and_steps_lead_to_the_end_and_back() -> None:
    queue = QuestionQueue()
    assert (queue.current, queue.total, queue.left) == (None, 0, 0)
    queue.begin(questions(3))
    queue.answer()
    queue.step(1)
    assert (current(queue), queue.left, queue.answered) == (3, 1, 1)
    assert queue.upcoming(5) == []
    queue.answer()
    assert (queue.current, queue.left) == (None, 0)
    queue.step(-2)
    assert (current(queue), queue.is_answered) == (2, False)
    queue.step(-9)
    assert (current(queue), queue.is_answered) == (1, True)


def test_what_was_answered_last_comes_back_first() -> None:
    queue = QuestionQueue()
    queue.begin(questions(3))
    queue.answer()
    queue.answer()
    assert queue.take_back()
    assert (current(queue), queue.answered, queue.is_answered) == (2, 1, False)
    assert queue.take_back()
    assert current(queue) == 1
    assert not queue.take_back()
