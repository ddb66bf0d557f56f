"""Moves pictures out of a set with a reason, and back. Nothing is deleted or written over."""

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from anitag_desktop.domain.error import AnitagError, write_failure
from training.collecting.row_file import RowFile
from training.datasets.places import name_in
from training.datasets.rejections import FOLDER, log_of, moved_files


@dataclass(frozen=True, slots=True)
class Rejection:
    """A picture of a set that is to leave it; ``code`` is a word for programs."""

    path: Path
    code: str
    reason: str


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
            if file is None:
                continue
            target = _free(root / FOLDER / file)
            to = target.relative_to(root).as_posix()
            told = {"file": file, "to": to, "code": one.code, "reason": one.reason, "when": _now()}
            log.add(told)
            _move(root / file, target)
            moved += 1
    return moved


def restore(root: Path, files: Sequence[Path] = ()) -> int:
    """Put pictures back to where they were (all, if none is named); return how many.

    Raises:
        AnitagError: ``no_such_file`` for a file that was not moved out; ``disk_full``,
            ``cannot_write``.
    """
    moved = moved_files(root)
    wanted = [_asked(root, file, moved) for file in files] or list(moved)
    back = 0
    for file in wanted:
        if (root / moved[file]).exists():
            _move(root / moved[file], root / file)
            with RowFile(log_of(root)) as log:
                log.add({"file": file, "restored": True, "when": _now()})
            back += 1
    return back


def _asked(root: Path, asked: Path, moved: dict[str, str]) -> str:
    """Return a file that was moved out, however it is named: where it was, or where it is."""
    for file, to in moved.items():
        if asked.absolute() in ((root / file).absolute(), (root / to).absolute()):
            return file
        if asked.as_posix() in (file, to):
            return file
    raise AnitagError("no_such_file", path=f"{asked} in {root / FOLDER}")


def _free(target: Path) -> Path:
    """Return a name that nothing has; another file of the same name may have left before."""
    number, free = 2, target
    while free.exists():
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
