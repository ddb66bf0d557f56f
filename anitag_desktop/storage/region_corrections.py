"""Correcting regions: who or what they show, with their boxes held fast from then on.

A region that shows a character is an example of it, one that does not an example against it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import Connection, select

from anitag_desktop.domain.correction import Source, Verdict
from anitag_desktop.domain.region import Place
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.storage import (
    actions,
    characters,
    commands,
    regions,
    subjects,
    tags,
    verdicts,
)
from anitag_desktop.storage.actions import ActionRow, OpenAction
from anitag_desktop.storage.commands import Command
from anitag_desktop.storage.corrections import Wish, wanted_tag
from anitag_desktop.storage.regions import Said
from anitag_desktop.storage.schema import tags as tag_table
from anitag_desktop.storage.schema import verdicts as verdict_table
from anitag_desktop.storage.subjects import image_sha256
from anitag_desktop.storage.tags import TagRow
from anitag_desktop.storage.verdicts import Decision


def correct(
    conn: Connection,
    places: Mapping[str, Place],
    wishes: Sequence[Wish],
    label: str,
    within: int | None = None,
) -> ActionRow | None:
    """Log and let stand what the user says of regions (uids) that lie at ``places``: one action.

    None if it was so already. A region shows one character: confirming another takes the first one
    back. A tag confirmed on a region is no longer rejected on the picture. Unknown names become
    characters. ``within`` is an action that this shall be part of.

    Raises:
        AnitagError: ``bad_tag_name``; nothing was changed.
    """
    opened = actions.doing(conn, label) if within is None else actions.joining(conn, within)
    with opened as action:
        rows = [(wanted_tag(action, wish, TagCategory.CHARACTER), wish.verdict) for wish in wishes]
        known = [(row, verdict) for row, verdict in rows if row is not None]
        for uid, place in places.items():
            _correct_one(action, uid, place, known, holds_box=not wishes)
    return action.row


def _correct_one(
    action: OpenAction,
    uid: str,
    place: Place,
    rows: Sequence[tuple[TagRow, Verdict | None]],
    *,
    holds_box: bool,
) -> None:
    """Correct a region; ``holds_box`` if its place is the user's though nothing is said of it."""
    conn = action.doing.conn
    subjects.add(conn, [uid])
    decisions = _decisions(conn, uid, rows)
    done = verdicts.decide(action.doing, decisions, Source.USER)
    action.inverse[:0] = commands.revert_command(done)
    action.inverse[:0] = commands.apply(action.doing, _examples(conn, uid, decisions))
    if done or holds_box:
        put = regions.command(uid, Said(place.box, place.label))
        action.inverse[:0] = commands.apply(action.doing, [put])


def _decisions(
    conn: Connection, uid: str, rows: Iterable[tuple[TagRow, Verdict | None]]
) -> list[Decision]:
    region = subjects.id_of(conn, uid)
    picture = subjects.id_of(conn, image_sha256(uid))
    decisions: dict[tuple[int, int], Decision] = {}
    for row, verdict in rows:
        others = _made_untrue(conn, row, region, picture) if verdict is Verdict.CONFIRMED else ()
        for one in (*others, Decision(region, row.tag_id, verdict)):
            decisions[one.subject_id, one.tag_id] = one
    return list(decisions.values())


def _examples(conn: Connection, uid: str, decisions: Sequence[Decision]) -> list[Command]:
    """Return what makes a region an example of the characters that are decided of it."""
    region = subjects.id_of(conn, uid)
    known = tags.by_ids(conn, [one.tag_id for one in decisions])
    return [
        characters.example_command(
            known[one.tag_id].tag,
            uid,
            None if one.verdict is None else one.verdict is Verdict.CONFIRMED,
        )
        for one in decisions
        if one.subject_id == region and known[one.tag_id].tag.category is TagCategory.CHARACTER
    ]


def _made_untrue(conn: Connection, row: TagRow, region: int, picture: int) -> Iterator[Decision]:
    """Give what confirming a tag on a region takes back."""
    v = verdict_table.c
    mine = (v.source == Source.USER, v.subject_id.in_((region, picture)))
    said = select(v.subject_id, v.tag_id, v.verdict, tag_table.c.category)
    for subject, tag_id, verdict, category in conn.execute(said.join(tag_table).where(*mine)):
        both = {row.tag.category.value, category}
        is_other = subject == region and tag_id != row.tag_id and verdict == Verdict.CONFIRMED
        is_denial = subject == picture and tag_id == row.tag_id and verdict == Verdict.REJECTED
        if is_denial or (is_other and both == {TagCategory.CHARACTER.value}):
            yield Decision(subject, tag_id, None)
