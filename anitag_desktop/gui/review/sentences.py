"""The question in one sentence, and why it is asked."""

from __future__ import annotations

from anitag_desktop.domain.question import Question, Why
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.gui.plain_text import one_line
from anitag_desktop.gui.wording import percent, tag_text, tr


def question_text(question: Question) -> str:
    """Return what is asked, as ``Is this hat?``."""
    name = one_line(tag_text(question.tag.name))
    if Why.LABEL in question.reasons:
        words = (
            tr("You said: {name}. Is that right?")
            if question.has
            else tr("You said: not {name}. Is it there after all?")
        )
    elif question.tag.category is TagCategory.CHARACTER:
        words = tr("Is this {name}?")
    else:
        words = tr("Does this show: {name}?")
    return words.format(name=name)


def reason_text(question: Question) -> str:
    """Return why it is asked, and what holds until it is answered."""
    words = " ".join(_reason(question, why) for why in question.reasons)
    if Why.LABEL in question.reasons:
        return words
    now = tr("It has the tag now.") if question.has else tr("It does not have the tag now.")
    return f"{words} {now}"


def _reason(question: Question, why: Why) -> str:
    if why is Why.UNSURE:
        return _score_words(question.score or 0.0, question.threshold or 0.0)
    if why is Why.NEIGHBOURS:
        return tr("{share} % of the most similar pictures have it.").format(
            share=percent(question.neighbours or 0.0)
        )
    if why is Why.MODELS:
        return tr("The models are of different minds.")
    if why is Why.RARE:
        return tr("Few pictures have it.")
    if why is Why.RANDOM:
        return tr("Drawn by lot, to measure how right the tags are.")
    return tr("By all else that was said, this is {likely} % likely.").format(
        likely=percent(question.likely or 0.0)
    )


def _score_words(score: float, threshold: float) -> str:
    if threshold >= 1:
        return tr("The score is {score} %; it is never given by itself.").format(
            score=percent(score)
        )
    words = tr("The score is {score} %, and from {threshold} % on it counts.")
    return words.format(score=percent(score), threshold=percent(threshold))
