"""The manifest of what was brought, as the layout ``manifest`` reads it."""

import json
from collections.abc import Iterable
from pathlib import Path

from training.collecting.row_file import Row, write_whole

MANIFEST = "manifest.jsonl"


def write_manifest(folder: Path, rows: Iterable[Row]) -> None:
    """Write a row for each picture that ``rows`` tell of; nothing where there is none.

    Raises:
        AnitagError: ``disk_full`` or ``cannot_write``.
    """
    lines = []
    for row in rows:
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
        lines.append(json.dumps({k: v for k, v in told.items() if v}, ensure_ascii=False) + "\n")
    if lines:
        write_whole(folder / MANIFEST, "".join(lines).encode("utf-8", "backslashreplace"))
