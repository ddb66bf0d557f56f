"""Sorts the tags of one or many pictures into what the inspector shows. No Qt here."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from anitag_desktop.domain.correction import Source
from anitag_desktop.domain.details import Conflict, ImageDetails, ModelOpinion, ShownTag
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

    ``conflicts`` are those about it, one for each picture that has one. Of a single picture
    ``opinions`` has what models say of it. ``is_broader``: it only repeats a more exact tag and is
    not shown at first.
    """

    tag: Tag
    state: State
    score: float | None
    have: int
    of: int
    conflicts: tuple[Conflict, ...] = ()
    opinions: tuple[ModelOpinion, ...] = ()
    is_broader: bool = False

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
    effective = _folded(_told(effective, details), details)
    held = {state.tag for state in effective}
    suggested = _merge((one.suggestions for one in details), len(details), _suggested, disputed)
    suggested = _told(suggested, details)
    turned_down = Counter(tag for one in details for tag in one.rejected)
    rejected = (
        TagState(tag, State.REJECTED, None, have, len(details), tuple(disputed.get(tag.uid, ())))
        for tag, have in sorted(turned_down.items(), key=lambda pair: pair[0].name)
    )
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
        rejected=tuple(_told(rejected, details)),
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


def _told(states: Iterable[TagState], details: Sequence[ImageDetails]) -> list[TagState]:
    """Add what models say of each tag; of several pictures at once it would say little."""
    if len(details) != 1:
        return list(states)
    (only,) = details
    return [replace(state, opinions=only.opinions.get(state.tag.name, ())) for state in states]


def _folded(states: Sequence[TagState], details: Sequence[ImageDetails]) -> list[TagState]:
    """Mark the tags that only repeat a more exact one on every picture that has them."""
    repeated = Counter(uid for one in details for uid in one.broader)
    return [replace(state, is_broader=state.have <= repeated[state.tag.uid]) for state in states]


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
