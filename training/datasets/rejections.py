"""Which pictures of a set were moved out of it, into ``rejected/``, so that readers do without."""

import os
from dataclasses import dataclass
from pathlib import Path

from anitag_desktop.domain.error import AnitagError
from training.collecting.row_file import read_rows
from training.datasets.places import name_in

FOLDER = "rejected"
LOG = "rejected.jsonl"
"""Rows that are only ever added: what was moved where and why, and what was put back."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A file that was moved out, by where it was and where it is, as paths in the set."""

    file: str
    to: str


def log_of(root: Path) -> Path:
    """Return the log of what was moved out of a set."""
    return root / FOLDER / LOG


def moved_files(root: Path) -> list[Moved]:
    """Return the files of a set that were moved out and not put back, in the order of that.

    Several of them may come from the same place, where another file lay when the first had left.

    Raises:
        AnitagError: ``bad_manifest`` with the row of the log that is none.
    """
    moved: dict[str, str] = {}
    for number, row in enumerate(read_rows(log_of(root)), start=1):
        file, to = str(row.get("file")), str(row.get("to") or "")
        # Files are moved as it says: the log of a set from elsewhere must not reach out of it.
        if name_in(root, root / file) is None or name_in(root, root / to) is None:
            reason = f"a row names what does not lie in the set ({file}, {to})"
            raise AnitagError("bad_manifest", path=log_of(root), row=number, reason=reason)
        if row.get("restored"):
            moved.pop(to, None)
        elif to:
            moved[to] = file
    found = (Moved(file, to) for to, file in moved.items())
    return [one for one in found if _is_out(root, one)]


def _is_out(root: Path, one: Moved) -> bool:
    """Tell whether a file left: a row is written first, and a kill may have come before the move.

    What was thrown out of ``rejected/`` by hand stays left out.
    """
    return os.path.lexists(root / one.to) or not os.path.lexists(root / one.file)


def moved_paths(root: Path) -> frozenset[Path]:
    """Return where files stood that were moved out of a set and have no successor there."""
    paths = (root / one.file for one in moved_files(root))
    return frozenset(path for path in paths if not os.path.lexists(path))


def is_rejected_folder(folder: Path) -> bool:
    """Tell whether a folder is where rejected pictures lie, and no class of that name."""
    return folder.name == FOLDER and (folder / LOG).is_file()
