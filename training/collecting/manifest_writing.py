"""The manifest of what was brought, as the layout ``manifest`` reads it."""

import json
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

from training.collecting.row_file import Row, write_parts

MANIFEST = "manifest.jsonl"


def write_manifest(folder: Path, rows: Iterable[Row]) -> None:
    """Write a row for each picture that ``rows`` tell of; nothing where there is none.

    Raises:
        AnitagError: ``disk_full`` or ``cannot_write``.
    """
    lines = (_line(row) for row in rows)
    first = next(lines, None)
    if first is not None:
        write_parts(folder / MANIFEST, chain((first,), lines))


def _line(row: Row) -> bytes:
    told = {
        "file": row["file"],
        "identity": row.get("class"),
        "tags": row.get("general", []),
        "characters": row.get("character", []),
        "copyright": row.get("copyright", []),
        "rating": row.get("rating"),
        "group": row.get("group"),
        "post": row.get("post"),
        "sha256": row.get("sha256"),
        "source": row.get("source"),
    }
    line = json.dumps({k: v for k, v in told.items() if v}, ensure_ascii=False) + "\n"
    return line.encode("utf-8", "backslashreplace")
