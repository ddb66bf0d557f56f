"""Which pictures of a set were moved out of it, into ``rejected/``, so that readers do without."""

from pathlib import Path

from training.collecting.row_file import read_rows

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
    for row in read_rows(log_of(root)):
        file = str(row.get("file"))
        if row.get("to"):
            moved[file] = str(row["to"])
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
