"""Full reviews: all that a picture's user says by "I looked at every tag of it".

What the picture has is right. What models suggest beside it is not there, but for what its tags
imply. A tag of the user's notes it, so that searches find such pictures, and that they lack what
they have not teaches as well (``told_evidence``).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from anitag_desktop.domain.correction import Source, Verdict
from anitag_desktop.domain.prediction import SCORE_FLOOR
from anitag_desktop.domain.question import FULLY_REVIEWED
from anitag_desktop.storage import (
    actions,
    closure,
    commands,
    image_details,
    index_ids,
    predictions,
    subjects,
    tags,
    verdicts,
)
from anitag_desktop.storage.actions import ActionRow
from anitag_desktop.storage.corrections import Wish, wanted_tag
from anitag_desktop.storage.selection import chunks
from anitag_desktop.storage.verdicts import Decision, Seen

_AT_ONCE = 500
_NOTE = Wish(f"meta:{FULLY_REVIEWED}", Verdict.CONFIRMED)


class Reviewed(NamedTuple):
    """What follows for one tag of a picture, with what a model said of it."""

    tag_id: int
    verdict: Verdict
    seen: Seen | None


Reviews = Mapping[int, Sequence[Reviewed]]
"""By image what follows; nothing where nothing is to be said beside the note."""


def read(conn: Connection, image_ids: Sequence[int]) -> Reviews:
    """Return what a full review of pictures says now; of ratings nothing.

    ``conn`` is a reading connection of the library.
    """
    found: dict[int, Sequence[Reviewed]] = {}
    for some in chunks(list(image_ids), _AT_ONCE):
        found.update(_read(conn, some))
    return found


def note(
    conn: Connection, reviews: Reviews, label: str, within: int | None = None
) -> ActionRow | None:
    """Log and let stand what full reviews say, as one action; None if it was so already.

    What the user said of a tag meanwhile stays. ``within`` is an action that this shall be part of.
    """
    opened = actions.doing(conn, label) if within is None else actions.joining(conn, within)
    with opened as action:
        row = wanted_tag(action, _NOTE)
        assert row is not None  # it was made if it was not there
        decisions = list(_decisions(conn, reviews, row.tag_id))
        done = verdicts.decide(action.doing, decisions, Source.USER)
        action.inverse[:0] = commands.revert_command(done)
    return action.row


def _read(conn: Connection, image_ids: Sequence[int]) -> Iterator[tuple[int, list[Reviewed]]]:
    every = image_details.full(conn, image_ids)
    shown = {one.tag.uid for details in every for one in (*details.tags, *details.suggestions)}
    numbers = {uid: row.tag_id for uid, row in tags.by_uids(conn, shown).items()}
    seen = _seen(conn, image_ids, numbers.values())
    implied = closure.above_each(
        conn, {numbers[one.tag.uid] for details in every for one in details.tags}
    )
    for details in every:
        if (image_id := details.image_id) is not None:
            right = {numbers[one.tag.uid] for one in details.tags}
            kept = right.union(*(implied[number] for number in right))
            wrong = {
                numbers[one.tag.uid]
                for one in details.suggestions
                if (one.score or 0.0) >= SCORE_FLOOR
            }
            said = [(one, Verdict.CONFIRMED) for one in sorted(right)]
            said += [(one, Verdict.REJECTED) for one in sorted(wrong - kept)]
            yield image_id, [Reviewed(one, way, seen.get((image_id, one))) for one, way in said]


def _seen(
    conn: Connection, image_ids: Sequence[int], tag_ids: Iterable[int]
) -> Mapping[tuple[int, int], Seen]:
    pictures, numbers = index_ids.pictures(conn, image_ids), list(tag_ids)
    ran = predictions.models_run(conn, pictures)
    unseen = {(image, tag): Seen(key, None) for image, key in ran.items() for tag in numbers}
    return {**unseen, **predictions.seen(conn, pictures, numbers)}


def _decisions(conn: Connection, reviews: Reviews, note_id: int) -> Iterator[Decision]:
    told: dict[int, set[int]] = defaultdict(set)
    for one in verdicts.of_images(conn, reviews):
        if one.source == Source.USER:
            told[one.image_id].add(one.tag_id)
    pictures = subjects.picture_ids(conn, reviews)
    for image_id, subject in pictures.items():
        for tag_id, verdict, seen in reviews[image_id]:
            if tag_id not in told[image_id]:
                yield Decision(subject, tag_id, verdict, seen)
    # Last: what is spoken of here for the first time is known of all these pictures.
    for subject in pictures.values():
        yield Decision(subject, note_id, Verdict.CONFIRMED)
