"""Predictions: what a model says of a subject, and from which score on it counts."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from anitag_desktop.domain.tag import TagCategory

SCORE_FLOOR = 0.05
"""Scores below this are not kept; all others are, so that thresholds never need a re-run."""


@dataclass(frozen=True, slots=True, order=True)
class ModelKey:
    """A model and its revision: scores of different revisions never mix."""

    model_id: str
    revision: str


@dataclass(frozen=True, slots=True)
class Label:
    """One output slot of a model: the tag that it stands for."""

    name: str
    category: TagCategory


@dataclass(frozen=True, slots=True)
class Score:
    """A label's probability, 0 to 1."""

    label: Label
    score: float


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which score on a prediction counts: a tag's own value, else its category's.

    ``by_tag`` is keyed by tag name. Ratings have no threshold: the highest score wins. ``under``
    are the thresholds that hold where these say nothing; without it ``default`` does.
    """

    by_category: Mapping[TagCategory, float] = field(default_factory=dict)
    by_tag: Mapping[str, float] = field(default_factory=dict)
    default: float = 0.5
    under: "Thresholds | None" = None

    def of(self, name: str, category: TagCategory) -> float:
        """Return the threshold of one tag."""
        said = self.by_tag.get(name, self.by_category.get(category))
        if said is not None:
            return said
        return self.default if self.under is None else self.under.of(name, category)

    @property
    def lowest(self) -> float:
        """The lowest threshold that any tag may have."""
        rest = self.default if self.under is None else self.under.lowest
        return min([rest, *self.by_category.values(), *self.by_tag.values()])
