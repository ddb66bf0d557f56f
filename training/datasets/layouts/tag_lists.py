"""The tag files of animesion's sets: SPLIT_tags.csv, also as ``generate_tags`` writes them."""

import ast
from pathlib import Path

from anitag_desktop.domain.error import AnitagError
from training.datasets.text_lines import table_rows

TAGS = "tags_cat0"
LARGEST_CELL = 1 << 20


def read_captions(path: Path) -> dict[str, tuple[str, ...]]:
    """Return the tags of each file in their order; nothing when the set has no such list.

    Raises:
        AnitagError: ``bad_manifest`` with the row.
    """
    if not path.exists():
        return {}
    found = {}
    for number, row in table_rows(path):
        if not row.get("dir"):
            reason = "there is no picture in the column dir"
            raise AnitagError("bad_manifest", path=path, row=number, reason=reason)
        found[row["dir"]] = _tags(row, path, number)
    return found


def _tags(row: dict[str, str], path: Path, number: int) -> tuple[str, ...]:
    """Return the tags of a cell: a Python list as text, which is read and never run."""
    cell = row.get(TAGS) or "[]"
    try:
        if len(cell) > LARGEST_CELL:
            raise ValueError
        tags = ast.literal_eval(cell)
        if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
            raise ValueError
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        reason = f"{TAGS} is not a list of tags"
        raise AnitagError("bad_manifest", path=path, row=number, reason=reason) from None
    return tuple(dict.fromkeys(stripped for tag in tags if (stripped := tag.strip())))
