"""One judgement of the user on pictures that look alike: an action that can be taken back."""

from collections.abc import Sequence
from itertools import combinations

from sqlalchemy import Connection

from anitag_desktop.domain.pair import PairVerdict
from anitag_desktop.storage import actions, commands, images, inheritances, pair_verdicts, verdicts
from anitag_desktop.storage.actions import ActionRow, OpenAction
from anitag_desktop.storage.pair_verdicts import Said


def judge(
    conn: Connection,
    image_ids: Sequence[int],
    verdict: PairVerdict | None,
    label: str,
    *,
    copies: bool = False,
) -> ActionRow | None:
    """Say how pictures stand to each other; None if they stood so already.

    Of those that are the same, the first is better than each other; with ``copies`` it is told
    what was said of the others' tags and not of its own, and gets the marks that it lacks. All
    else is said of every two of them; no verdict takes back what was said.
    """
    sha256s = {one: facts.sha256 for one, facts in images.facts(conn, image_ids).items()}
    best, *others = image_ids
    pairs = list(combinations(image_ids, 2))
    said = Said(verdict)
    if verdict is PairVerdict.SAME:
        pairs, said = [(best, other) for other in others], Said(verdict, sha256s[best])
    wanted = [pair_verdicts.command(sha256s[a], sha256s[b], said) for a, b in pairs]
    with actions.doing(conn, label) as action:
        action.inverse = commands.apply(action.doing, wanted)
        if copies:
            for other in others:
                _copy(action, other, best, sha256s[best])
    return action.row


def _copy(action: OpenAction, old: int, new: int, sha256: str) -> None:
    """Say of a picture what was said of another only, within this action."""
    doing = action.doing
    for inherited, decisions in inheritances.decisions(doing.conn, old, new).items():
        done = verdicts.decide(doing, decisions, inherited.source)
        action.inverse[:0] = commands.revert_command(done)
    given = inheritances.marks_of(doing.conn, old, new)
    marking = [{"op": mark.value, "images": [sha256], "value": v} for mark, v in given.items()]
    action.inverse[:0] = commands.apply(doing, marking)
