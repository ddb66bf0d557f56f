"""What the user said of pairs of pictures that look alike; files are never touched.

Pictures stand here by sha256, so that what was said of one that is not known yet counts when it
comes.
"""

import json
from typing import NamedTuple

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from anitag_desktop.domain.pair import JudgedPair, PairVerdict
from anitag_desktop.storage.log import VERDICT
from anitag_desktop.storage.notes import note
from anitag_desktop.storage.schema import images, log
from anitag_desktop.storage.schema import pair_verdicts as table
from anitag_desktop.storage.selection import one_of

OPERATION = "pair.judge"
"""The command that sets a verdict or, with none, takes it back."""


class Said(NamedTuple):
    """A verdict, and which picture (sha256) is the better one where both are the same."""

    verdict: PairVerdict | None = None
    better: str | None = None


def command(one: str, other: str, said: Said) -> dict[str, str | None]:
    """Return the command that lets a verdict on two pictures (sha256) stand."""
    first, second = sorted((one, other))
    verdict = said.verdict and said.verdict.value
    return {
        "op": OPERATION,
        "first": first,
        "second": second,
        "verdict": verdict,
        "better": said.better,
    }


def put(conn: Connection, first: str, second: str, said: Said) -> Said:
    """Let a verdict stand (None takes it off) and return what stood; done by the command only."""
    before = of_pair(conn, first, second)
    is_it = (table.c.first == first, table.c.second == second)
    if said.verdict is None:
        conn.execute(table.delete().where(*is_it))
    else:
        row = {"verdict": said.verdict.value, "better": said.better}
        adding = insert(table).values(first=first, second=second, **row)
        conn.execute(adding.on_conflict_do_update(index_elements=["first", "second"], set_=row))
    query = select(images.c.id).where(one_of(images.c.sha256, [first, second]))
    note(conn, images=frozenset(conn.execute(query).scalars()))
    return before


def of_pair(conn: Connection, first: str, second: str) -> Said:
    """Return what stands of two pictures; ``first`` is the lesser sha256 as text."""
    query = select(table.c.verdict, table.c.better)
    row = conn.execute(query.where(table.c.first == first, table.c.second == second)).one_or_none()
    return Said(PairVerdict(row.verdict), row.better) if row else Said()


def standing(conn: Connection) -> list[JudgedPair]:
    """Return every verdict on two pictures that are known, by their ids."""
    one, other = images.alias(), images.alias()
    query = (
        select(one.c.id, other.c.id, table.c.verdict, table.c.better == one.c.sha256)
        .select_from(table)
        .join(one, one.c.sha256 == table.c.first)
        .join(other, other.c.sha256 == table.c.second)
        .order_by(one.c.id, other.c.id)
    )
    return [_judged(*row) for row in conn.execute(query)]


def about(conn: Connection, sha256: str) -> list[tuple[str, Said]]:
    """Return the other picture (sha256) and what stands, for every pair that a picture is in."""
    query = select(table).where((table.c.first == sha256) | (table.c.second == sha256))
    return [
        (
            row.second if row.first == sha256 else row.first,
            Said(PairVerdict(row.verdict), row.better),
        )
        for row in conn.execute(query.order_by(table.c.first, table.c.second))
    ]


def differences_from_log(conn: Connection) -> int:
    """Return of how many pairs something else stands than what the log said last; 0 if all is well.

    ``conn`` is any connection of the library.
    """
    query = select(log.c.command).where(log.c.op != VERDICT, log.c.op == OPERATION)
    told = {}
    for text in conn.execute(query.order_by(log.c.seq)).scalars():
        row = json.loads(text)
        told[row["first"], row["second"]] = row["verdict"], row["better"]
    said = {pair: verdict for pair, verdict in told.items() if verdict[0] is not None}
    stands = {(p.first, p.second): (p.verdict, p.better) for p in conn.execute(select(table))}
    return sum(said.get(pair) != stands.get(pair) for pair in {**said, **stands})


def _judged(first: int, second: int, verdict: str, is_first_better: bool | None) -> JudgedPair:
    if is_first_better is None:
        return JudgedPair(first, second, PairVerdict(verdict))
    return JudgedPair(first, second, PairVerdict(verdict), first if is_first_better else second)
