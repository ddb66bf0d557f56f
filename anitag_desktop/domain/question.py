"""A question of the review queue: whether a picture has a tag, and why that is asked."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from anitag_desktop.domain.tag import Tag

NOT_FOR_TRAINING = "not_for_training"
"""The user's tag on pictures that nothing shall be learnt from."""

FULLY_REVIEWED = "fully_reviewed"
"""The user's tag on pictures of which every tag was looked at: what they have not is not there."""

NOTES = frozenset({NOT_FOR_TRAINING, FULLY_REVIEWED})
"""Tags that say nothing of what a picture shows: no model learns them, no caption has them."""


class Why(StrEnum):
    """Why a question is asked."""

    UNSURE = "unsure"  # the score lies near the threshold
    NEIGHBOURS = "neighbours"  # the pictures most like it say something else
    MODELS = "models"  # the models are of different minds
    RARE = "rare"  # few pictures have the tag
    RANDOM = "random"  # nothing speaks for it: drawn by lot, to measure honestly
    LABEL = "label"  # what was said of it does not fit the rest of what was said


class Answer(StrEnum):
    """What can be answered. A question that is skipped has no answer."""

    YES = "yes"
    NO = "no"
    KEEP = "keep"  # what was said is right, and is not asked again
    RELABEL = "relabel"  # it is another tag
    LEAVE_OUT = "leave_out"  # nothing shall be learnt from this picture


class Measured(NamedTuple):
    """How many of ``asked`` tags, drawn by lot, held as the user says."""

    right: int
    asked: int


@dataclass(frozen=True, slots=True)
class Question:
    """Whether a picture has a tag; ``has`` is what holds now.

    ``worth`` ranks it: the highest first, among questions of one kind. ``score`` and ``threshold``
    are those of the model that is surest, None where there is none; ``neighbours`` is the share of
    the nearest pictures that have the tag. ``likely`` (for ``Why.LABEL`` only) is how likely what
    was said is, 0 to 1, by what was said of other pictures. ``others`` are tags that it may be
    instead.
    """

    image_id: int
    tag: Tag
    reasons: tuple[Why, ...]
    worth: float
    has: bool
    score: float | None = None
    threshold: float | None = None
    neighbours: float | None = None
    likely: float | None = None
    others: tuple[Tag, ...] = ()

    @property
    def key(self) -> tuple[int, str]:
        """What tells it from every other: the picture and the tag's uid."""
        return self.image_id, self.tag.uid
