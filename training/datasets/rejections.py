"""Which pictures of a set were moved out of it, into ``rejected/``, so that readers do without."""

from pathlib import Path

from anitag_desktop.domain.error import AnitagError
from training.collecting.row_file import read_rows
from training.datasets.places import name_in

FOLDER = "rejected"
LOG = "rejected.jsonl"
"""Rows that are only ever added: what was moved where and why, and what was put back."""


def log_of(root: Path) -> Path:
    """Return the log of what was moved out of a set."""
    return root / FOLDER / LOG


def moved_files(root: Path) -> dict[str, str]:
    """Return where the files of a set are that were moved out and not put back, as paths in it.

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
        if to:
            moved[file] = to
        else:
            moved.pop(file, None)
    # A row is written before the file is moved: what a kill came between lies where it was.
    return {file: to for file, to in moved.items() if not (root / file).exists()}


def moved_paths(root: Path) -> frozenset[Path]:
    """Return where the files stood that were moved out of a set."""
    return frozenset(root / file for file in moved_files(root))


def is_rejected_folder(folder: Path) -> bool:
    """Tell whether a folder is where rejected pictures lie, and no class of that name."""
    return folder.name == FOLDER and (folder / LOG).is_file()
