"""What the user says about a picture's tags, and how it combines with what models say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from anitag_desktop.domain.prediction import Thresholds
from anitag_desktop.domain.tag import Tag, TagCategory


class Verdict(StrEnum):
    """What was said about a tag on a subject."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class Source(StrEnum):
    """Who says that a picture has a tag. The user's word beats every other."""

    USER = "user"
    IMPORT = "import"
    RULE = "rule"
    MODEL = "model"


IMPORT_TRUST = 0.5
"""How much an imported label teaches beside one of the user's, unless the user sets it."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One standing verdict about a tag: who said it and what."""

    tag: Tag
    verdict: Verdict
    source: Source


@dataclass(frozen=True, slots=True)
class Prediction:
    """A tag that a model saw, with the highest score that an active model gave."""

    tag: Tag
    score: float
    threshold: float

    @property
    def is_sure(self) -> bool:
        """Whether the score reaches the threshold."""
        return self.score >= self.threshold


@dataclass(frozen=True, slots=True)
class EffectiveTag:
    """A tag that a picture has; ``score`` is None where no model gave one."""

    tag: Tag
    source: Source
    score: float | None


def predict(scores: Mapping[Tag, float], thresholds: Thresholds) -> tuple[Prediction, ...]:
    """Join one model's scores with its thresholds; ratings count at their highest score only."""
    ratings = {tag: s for tag, s in scores.items() if tag.category is TagCategory.RATING}
    best_rating = max(ratings, key=lambda tag: ratings[tag], default=None)
    return tuple(
        Prediction(tag, score, _threshold(tag, score, best_rating, thresholds))
        for tag, score in scores.items()
    )


def effective_tags(
    predictions: Iterable[Prediction], statements: Iterable[Statement]
) -> tuple[EffectiveTag, ...]:
    """Return the tags a picture has.

    What the user confirmed or added, plus trusted imports and the user's rules, plus what the
    models are sure of, minus what the user rejected. Among ratings only one stands: the user's,
    else an imported one, else the one with the highest score.
    """
    statements = tuple(statements)
    rejected = {s.tag for s in statements if _is_user_rejection(s)}
    scores = _highest_scores(predictions)
    sources = _confirming_sources(statements)
    for prediction in scores.values():
        if prediction.is_sure:
            sources.setdefault(prediction.tag, Source.MODEL)
    found = (
        EffectiveTag(tag, source, scores[tag].score if tag in scores else None)
        for tag, source in sources.items()
        if tag not in rejected
    )
    return _one_rating(found)


_STRENGTH = {Source.USER: 0, Source.IMPORT: 1, Source.RULE: 2, Source.MODEL: 3}


def _threshold(tag: Tag, score: float, best_rating: Tag | None, thresholds: Thresholds) -> float:
    if tag.category is not TagCategory.RATING:
        return thresholds.of(tag.name, tag.category)
    return score if tag == best_rating else float("inf")


def _is_user_rejection(statement: Statement) -> bool:
    return statement.source is Source.USER and statement.verdict is Verdict.REJECTED


def _highest_scores(predictions: Iterable[Prediction]) -> dict[Tag, Prediction]:
    """Keep per tag the prediction furthest over (or least under) its own model's threshold."""
    best: dict[Tag, Prediction] = {}
    for prediction in predictions:
        known = best.get(prediction.tag)
        if known is None or (prediction.is_sure, prediction.score) > (known.is_sure, known.score):
            best[prediction.tag] = prediction
    return best


def _confirming_sources(statements: Iterable[Statement]) -> dict[Tag, Source]:
    sources: dict[Tag, Source] = {}
    for statement in statements:
        if statement.verdict is Verdict.CONFIRMED:
            known = sources.get(statement.tag, statement.source)
            sources[statement.tag] = min(known, statement.source, key=_STRENGTH.__getitem__)
    return sources


def _one_rating(tags: Iterable[EffectiveTag]) -> tuple[EffectiveTag, ...]:
    tags = tuple(tags)
    ratings = [tag for tag in tags if tag.tag.category is TagCategory.RATING]
    kept = min(ratings, key=lambda t: (_STRENGTH[t.source], -(t.score or 0.0)), default=None)
    return tuple(t for t in tags if t.tag.category is not TagCategory.RATING or t is kept)
