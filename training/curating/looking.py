"""Looks at the pictures of a set, several at a time, and at none of them twice."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from training.collecting.child import Loss
from training.collecting.row_file import RowFile, read_rows
from training.curating.children import in_children
from training.curating.facts import CRASHED, LATE, VERSION, Look, Problem, from_row, look, to_row
from training.datasets.file_stamp import stamp_of
from training.progress import Progress

FACTS = "facts.jsonl"
REPORT_EVERY = 1000
PATIENCE = 120.0
"""Seconds that one file may take; the slowest that was met takes eight of an idle machine."""


@dataclass(frozen=True, slots=True)
class Eyes:
    """How pictures are looked at.

    ``facts`` is the file that keeps what was seen, None to keep nothing; ``workers`` child
    processes work at a time, with ``look``, ``patience`` seconds at one file at most.
    """

    facts: Path | None
    workers: int
    progress: Progress
    look: Callable[[Path], Look] = look
    patience: float = PATIENCE


def facts_file(root: Path, asked: Path | None = None) -> Path | None:
    """Return where the facts of a set are kept: as asked, else in its folder if that is allowed."""
    if asked is not None:
        return asked
    return root / FACTS if os.access(root, os.W_OK) else None


def look_at(files: Iterable[Path], eyes: Eyes) -> Iterator[tuple[Path, Look]]:
    """Yield each file with what it is, those that are known already first.

    A file is known as long as its size and time stay. Each look is kept at once, so that a run
    that was killed goes on where it was. What took too long is looked at anew the next time.

    Raises:
        AnitagError: ``disk_full``, ``cannot_write``, or ``bad_manifest`` for facts that are none.
    """
    known, waiting, done = _known(eyes.facts), [], 0
    for file in files:
        stamp, found = known.pop(_name(file, eyes.facts), ("", None))
        if found is not None and stamp == stamp_of(file):
            done += 1
            yield file, found
        else:
            waiting.append(file)
    of = done + len(waiting)
    with RowFile(eyes.facts) if eyes.facts and waiting else nullcontext() as rows:
        stamps = {file: stamp_of(file) for file in waiting}
        for file, seen in in_children(eyes.look, waiting, eyes.workers, eyes.patience):
            found = _lost(seen, eyes.patience) if isinstance(seen, Loss) else seen
            if rows is not None and seen is not Loss.LATE:
                row = {"file": _name(file, eyes.facts), "stamp": stamps[file], "version": VERSION}
                rows.add(row | to_row(found))
            done += 1
            _tell(eyes.progress, done, of)
            yield file, found


def _lost(loss: Loss, patience: float) -> Problem:
    if loss is Loss.LATE:
        return Problem(LATE, f"decoding it took longer than {patience:g} seconds, twice")
    return Problem(CRASHED, "the program that decodes it broke down, twice")


def _name(file: Path, facts: Path | None) -> str:
    """Return a file's path from where the facts lie, so that a set may be moved as a whole."""
    return os.path.relpath(file, facts.parent) if facts else ""


def _known(facts: Path | None) -> dict[str, tuple[str, Look]]:
    known: dict[str, tuple[str, Look]] = {}
    for row in read_rows(facts) if facts else ():
        if row.get("version") == VERSION:
            try:
                known[str(row["file"])] = str(row["stamp"]), from_row(row)
            except (KeyError, TypeError, ValueError):
                continue  # it is looked at again
    return known


def _tell(progress: Progress, done: int, of: int) -> None:
    progress.advance("looking", done, of)
    if done % REPORT_EVERY == 0:
        progress.report("looked", pictures=done, of=of)
