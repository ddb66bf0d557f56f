"""Moves pictures out of a set with a reason, and back. Nothing is deleted or written over."""

import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from anitag_desktop.domain.error import AnitagError, write_failure
from training.collecting.row_file import RowFile
from training.datasets.places import name_in
from training.datasets.rejections import FOLDER, Moved, log_of, moved_files


@dataclass(frozen=True, slots=True)
class Rejection:
    """A picture of a set that is to leave it; ``code`` is a word for programs."""

    path: Path
    code: str
    reason: str


@dataclass(slots=True)
class Restored:
    """How many pictures are back; ``taken`` ones stay, since something else is in their place."""

    pictures: int = 0
    taken: list[Moved] = field(default_factory=list)


def reject(root: Path, rejections: Iterable[Rejection]) -> int:
    """Move pictures to root/rejected/, each to the same place beneath it; return how many.

    ``rejected.jsonl`` there says why, row by row. What lies outside of the set stays.

    Raises:
        AnitagError: ``disk_full`` or ``cannot_write``.
    """
    moved = 0
    with RowFile(log_of(root)) as log:
        for one in rejections:
            file = name_in(root, one.path)
            if file is None or not os.path.lexists(one.path):
                continue
            target = _free(root / FOLDER / file)
            to = target.relative_to(root).as_posix()
            told = {"file": file, "to": to, "code": one.code, "reason": one.reason, "when": _now()}
            log.add(told)
            _move(root / file, target)
            moved += 1
    return moved


def restore(root: Path, files: Sequence[Path] = ()) -> Restored:
    """Put pictures back to where they were: all, the last first, if none is named.

    Raises:
        AnitagError: ``no_such_file`` for a file that was not moved out; ``disk_full``,
            ``cannot_write``.
    """
    moved = moved_files(root)[::-1]
    wanted = [_asked(root, file, moved) for file in files] or moved
    found = Restored()
    for one in wanted:
        if os.path.lexists(root / one.file):
            found.taken.append(one)
        elif os.path.lexists(root / one.to):
            _move(root / one.to, root / one.file)
            with RowFile(log_of(root)) as log:
                log.add({"file": one.file, "to": one.to, "restored": True, "when": _now()})
            found.pictures += 1
    return found


def _asked(root: Path, asked: Path, moved: Sequence[Moved]) -> Moved:
    """Return a file that was moved out, however it is named: where it is, or where it was.

    Of several that were in the same place it is the one that left last.
    """
    for place in ("to", "file"):
        for one in moved:
            name = getattr(one, place)
            if asked.absolute() == (root / name).absolute() or asked.as_posix() == name:
                return one
    raise AnitagError("no_such_file", path=f"{asked} in {root / FOLDER}")


def _free(target: Path) -> Path:
    """Return a name that nothing has; another file of the same name may have left before."""
    number, free = 2, target
    while os.path.lexists(free):
        free = target.with_name(f"{target.stem}~{number}{target.suffix}")
        number += 1
    return free


def _move(path: Path, target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(path, target)
    except OSError as error:
        raise write_failure(target, error) from error


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
