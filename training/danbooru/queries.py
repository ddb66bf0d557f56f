"""What is searched for: a query for each class, from a TOML or CSV file."""

import csv
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anitag_desktop.domain.error import AnitagError
from training.collecting.picture_folder import folder_name
from training.datasets.text_lines import text_lines


@dataclass(frozen=True, slots=True)
class ClassQuery:
    """A class, what is searched for it, and at most how many pictures are wanted (0: all)."""

    name: str
    tags: str
    most: int = 0


def read_queries(path: Path) -> tuple[ClassQuery, ...]:
    """Return the queries of a file.

    TOML has tables ``[[classes]]`` with ``name``, ``tags`` and perhaps ``most``; CSV has these
    columns.

    Raises:
        AnitagError: ``no_such_file`` or ``bad_manifest`` with the row.
    """
    lines = list(text_lines(path))
    is_csv = path.suffix.lower() == ".csv"
    try:
        rows = list(csv.DictReader(lines)) if is_csv else _tables("".join(lines))
    except (ValueError, csv.Error) as error:
        raise AnitagError("bad_manifest", path=path, row=0, reason=str(error)) from error
    numbered = enumerate(rows, start=2 if is_csv else 1)  # the header is a row
    return check_queries([(number, _query(row, number, path)) for number, row in numbered], path)


def check_queries(
    queries: Iterable[tuple[int, ClassQuery]], path: Path | str
) -> tuple[ClassQuery, ...]:
    """Return queries, given with their rows, whose classes have folders of their own.

    Raises:
        AnitagError: ``bad_manifest``.
    """
    checked: dict[str, ClassQuery] = {}
    for number, query in queries:
        folder = folder_name(query.name).lower()
        if not folder or folder in checked:
            reason = f"the class {query.name!r} is empty, or comes twice"
            raise AnitagError("bad_manifest", path=path, row=number, reason=reason)
        checked[folder] = query
    if not checked:
        raise AnitagError("bad_manifest", path=path, row=0, reason="it names no class")
    return tuple(checked.values())


def _tables(text: str) -> list[Any]:
    found = tomllib.loads(text).get("classes")
    if not isinstance(found, list):
        raise ValueError("it has no [[classes]]")
    return found


def _query(row: Any, number: int, path: Path) -> ClassQuery:
    try:
        if not isinstance(row, Mapping):
            raise ValueError("a class has to be a table")
        name, tags = (str(row.get(key) or "").strip() for key in ("name", "tags"))
        if not tags:
            raise ValueError("it has no tags to search for")
        return ClassQuery(name, " ".join(tags.split()), int(row.get("most") or 0))
    except (TypeError, ValueError) as error:
        raise AnitagError("bad_manifest", path=path, row=number, reason=str(error)) from error
