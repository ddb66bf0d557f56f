"""Opinions in words: which model says what of a tag, and from which score on it counts."""

from collections.abc import Iterable

from anitag_desktop.domain.details import ModelOpinion
from anitag_desktop.gui.wording import percent, tr


def opinion_lines(opinions: Iterable[ModelOpinion]) -> list[str]:
    """Return what a tooltip says of the models that know a tag, a line for each."""
    return [opinion_text(one) for one in opinions]


def opinion_text(opinion: ModelOpinion) -> str:
    """Return what one model says."""
    if opinion.score is None:
        return tr("{model} does not see it").format(model=opinion.model)
    words = tr("{model}: {score} %") if opinion.is_sure else tr("{model}: only {score} %")
    told = words.format(model=opinion.model, score=percent(opinion.score))
    if opinion.threshold is None:
        return told
    least = percent(opinion.threshold)
    return tr("{told} (counts from {least} %)").format(told=told, least=least)
