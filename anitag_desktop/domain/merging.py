"""Whose word counts where several models tag the same pictures, and how much of it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from anitag_desktop.domain.correction import EffectiveTag, Prediction, Source
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.domain.tag import Tag, TagCategory

HIGHEST = "highest"
"""A tag counts if any model is sure of it, with the highest score of those that are."""

AGREEMENT = "agreement"
"""A tag counts if at least two models are sure of it; with one model in use, that one decides."""

_NEVER = float("inf")

Rules = Mapping[TagCategory, str]
"""By category one of the words above, or the id of the one model that decides; else HIGHEST."""


def merge(said: Mapping[ModelKey, Iterable[Prediction]], rules: Rules) -> list[Prediction]:
    """Return what all models say, nothing of it sure that the rules do not let count.

    ``said`` has every model in use, also those that say nothing.
    """
    sure: dict[Tag, int] = {}
    every = [(model, prediction) for model, own in said.items() for prediction in own]
    for _, prediction in every:
        if prediction.is_sure:
            sure[prediction.tag] = sure.get(prediction.tag, 0) + 1
    deciding = {category: _deciding(rule, said) for category, rule in rules.items()}
    needed = min(2, len(said))
    return [
        prediction
        if _counts(deciding.get(prediction.tag.category), model, sure, needed, prediction.tag)
        else replace(prediction, threshold=_NEVER)
        for model, prediction in every
    ]


def cap(found: Iterable[EffectiveTag], most: Mapping[TagCategory, int]) -> tuple[EffectiveTag, ...]:
    """Keep of what models gave a picture the likeliest tags, so many of each category in ``most``.

    What people and their rules say stays, and takes no place from what models say.
    """
    found = tuple(found)
    given = [tag for tag in found if tag.source is Source.MODEL and tag.tag.category in most]
    counted: Counter[TagCategory] = Counter()
    dropped = set()
    for tag in sorted(given, key=lambda tag: (-(tag.score or 0.0), tag.tag.name)):
        counted[tag.tag.category] += 1
        if counted[tag.tag.category] > most[tag.tag.category]:
            dropped.add(tag.tag)
    return tuple(tag for tag in found if tag.tag not in dropped)


def _deciding(rule: str, said: Mapping[ModelKey, object]) -> str | None:
    """Return AGREEMENT, the model that decides, or None if all do: as when that is not in use."""
    known = rule == AGREEMENT or any(model.model_id == rule for model in said)
    return rule if known else None


def _counts(
    rule: str | None, model: ModelKey, sure: Mapping[Tag, int], needed: int, tag: Tag
) -> bool:
    if rule is None:
        return True
    if rule == AGREEMENT:
        return sure.get(tag, 0) >= needed
    return model.model_id == rule
