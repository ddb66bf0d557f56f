"""What is searched for: a query for each class, from a TOML or CSV file."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anitag_desktop.domain.error import AnitagError
from training.collecting.picture_folder import folder_name
from training.datasets.text_lines import table_rows, text_lines

UNHEEDED = ("order:", "ordfav:", "ordpool:", "limit:", "random:")
"""Words of a search that paging by id overrules."""


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
    numbered: Iterable[tuple[int, Any]]
    if path.suffix.lower() == ".csv":
        numbered = table_rows(path)
    else:
        numbered = enumerate(_tables(path), start=1)
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


def _tables(path: Path) -> list[Any]:
    try:
        found = tomllib.loads("".join(text_lines(path))).get("classes")
        if not isinstance(found, list):
            raise ValueError("it has no [[classes]]")
    except ValueError as error:
        raise AnitagError("bad_manifest", path=path, row=0, reason=str(error)) from error
    return found


def _query(row: Any, number: int, path: Path) -> ClassQuery:
    try:
        if not isinstance(row, Mapping):
            raise ValueError("a class has to be a table")
        name, tags = (str(row.get(key) or "").strip() for key in ("name", "tags"))
        if not name:
            raise ValueError("it has no name, which is that of its class")
        if not tags:
            raise ValueError("it has no tags to search for")
        if ordered := [word for word in tags.lower().split() if word.startswith(UNHEEDED)]:
            raise ValueError(f"{ordered[0]} is not heeded: posts come by id, the newest first")
        most = int(row.get("most") or 0)
        if most < 0:
            raise ValueError(f"most is {most}, which is under 0")
        return ClassQuery(name, " ".join(tags.split()), most)
    except (TypeError, ValueError) as error:
        raise AnitagError("bad_manifest", path=path, row=number, reason=str(error)) from error
