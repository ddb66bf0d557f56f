"""Sorts the tags of one or many pictures into what the inspector shows. No Qt here."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from anitag_desktop.domain.correction import Source
from anitag_desktop.domain.details import Conflict, ImageDetails, ShownTag
from anitag_desktop.domain.tag import Tag, TagCategory

SHOWN_CATEGORIES = (
    TagCategory.ARTIST,
    TagCategory.COPYRIGHT,
    TagCategory.CHARACTER,
    TagCategory.GENERAL,
    TagCategory.META,
)


class State(StrEnum):
    """How a tag stands on the selected pictures."""

    SAID = "said"
    PREDICTED = "predicted"
    SUGGESTED = "suggested"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class TagState:
    """A tag as one chip: on ``have`` of ``of`` pictures; the score is the highest of them.

    ``conflicts`` are those about it, one for each picture that has one.
    """

    tag: Tag
    state: State
    score: float | None
    have: int
    of: int
    conflicts: tuple[Conflict, ...] = ()

    @property
    def is_partial(self) -> bool:
        """Whether some of the pictures have it and others do not."""
        return self.have < self.of


@dataclass(frozen=True, slots=True)
class TagGroups:
    """The chips of a selection; suggestions with the highest score first."""

    by_category: dict[TagCategory, tuple[TagState, ...]]
    ratings: tuple[tuple[str, int], ...]
    suggested: tuple[TagState, ...]
    rejected: tuple[TagState, ...]


def group_tags(details: Sequence[ImageDetails]) -> TagGroups:
    """Return the tags of these pictures together."""
    disputed = _conflicts(details)
    effective = _merge((one.tags for one in details), len(details), _state_of, disputed)
    held = {state.tag for state in effective}
    suggested = _merge((one.suggestions for one in details), len(details), _suggested, disputed)
    rejected = Counter(tag for one in details for tag in one.rejected)
    return TagGroups(
        by_category={
            category: tuple(state for state in effective if state.tag.category is category)
            for category in SHOWN_CATEGORIES
        },
        ratings=_ratings(details),
        suggested=tuple(
            state
            for state in suggested
            if state.tag not in held and state.tag.category is not TagCategory.RATING
        ),
        rejected=tuple(
            TagState(
                tag, State.REJECTED, None, have, len(details), tuple(disputed.get(tag.uid, ()))
            )
            for tag, have in sorted(rejected.items(), key=lambda pair: pair[0].name)
        ),
    )


def _ratings(details: Sequence[ImageDetails]) -> tuple[tuple[str, int], ...]:
    """Return each rating with how many of the pictures have it, the most frequent first."""
    return tuple(Counter(one.rating for one in details if one.rating).most_common())


def _conflicts(details: Sequence[ImageDetails]) -> Mapping[str, Sequence[Conflict]]:
    """Return the conflicts of these pictures by the uid of the tag."""
    found: dict[str, list[Conflict]] = {}
    for conflict in (conflict for one in details for conflict in one.conflicts):
        found.setdefault(conflict.tag.uid, []).append(conflict)
    return found


def _merge(
    tags: Iterable[Sequence[ShownTag]],
    of: int,
    state_of: Callable[[ShownTag], State],
    disputed: Mapping[str, Sequence[Conflict]],
) -> list[TagState]:
    merged: dict[Tag, TagState] = {}
    for shown in (shown for one in tags for shown in one):
        known = merged.get(shown.tag)
        merged[shown.tag] = TagState(
            shown.tag,
            _stronger(known, state_of(shown)),
            _higher(shown.score, known.score if known else None),
            1 + (known.have if known else 0),
            of,
            tuple(disputed.get(shown.tag.uid, ())),
        )
    return sorted(merged.values(), key=_place)


def _higher(one: float | None, other: float | None) -> float | None:
    return max((score for score in (one, other) if score is not None), default=None)


def _stronger(known: TagState | None, state: State) -> State:
    return State.SAID if known is not None and known.state is State.SAID else state


def _state_of(shown: ShownTag) -> State:
    return State.PREDICTED if shown.source is Source.MODEL else State.SAID


def _suggested(_shown: ShownTag) -> State:
    return State.SUGGESTED


def _place(state: TagState) -> tuple[int, float, str]:
    """Tags on more pictures first, then the surest; what no model scored counts as sure."""
    return (-state.have, -(1.0 if state.score is None else state.score), state.tag.name)
