"""Files of aliases and implications: Danbooru's dumps, CSV, lists for completion; also packed."""

import json
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.table_row import BrokenRowError, numbered_rows, titled_rows
from anitag_desktop.domain.tag import normalize_tag_name
from training.metadata.lines import MetadataLines
from training.metadata.relations import Relations
from training.metadata.streams import BROKEN, Unpacking, is_packed, said

FROM, TO = "antecedent_name", "consequent_name"

_NAME, _CATEGORY, _COUNT, _ALIASES = range(4)
"""The columns of a list for completion, which has no titles."""

Numbered = tuple[int, Any]


def read_relations(aliases: Path | None, implications: Path | None) -> Relations:
    """Return the relations of two files; None means that there are none of that kind.

    Files are JSON lines or a JSON list of objects with ``antecedent_name``, ``consequent_name`` and
    perhaps ``status`` (only ``active`` counts), or CSV with these columns. Aliases may also come
    from a list for completion: CSV without titles, of name, category, count and aliases. Each may
    be packed (``.gz``, ``.bz2``, ``.xz``, ``.zst``).

    Raises:
        AnitagError: ``no_such_file``, ``bad_manifest`` with the row, ``bad_tag_relation``.
    """
    known = dict(_pairs(aliases)) if aliases else {}
    return Relations(known, _pairs(implications, is_list=False) if implications else ())


def _pairs(path: Path, *, is_list: bool = True) -> Iterator[tuple[str, str]]:
    for number, row in _rows(path, is_list=is_list):
        try:
            one, other = _pair(row)
        except ValueError as error:
            raise _bad(path, number, str(error)) from None
        if row.get("status", "active") in ("active", "", None):
            yield one, other


def _pair(row: Any) -> tuple[str, str]:
    if not isinstance(row, dict):
        raise ValueError("a relation has to be an object")
    for name in (FROM, TO):
        if name not in row:
            raise ValueError(f"there is no {name!r}")
    if not (row[FROM] and row[TO]):
        raise ValueError("a relation has to name two tags")
    return normalize_tag_name(str(row[FROM])), normalize_tag_name(str(row[TO]))


def _rows(path: Path, *, is_list: bool) -> Iterator[Numbered]:
    """Yield what tells a relation, with the line that it begins on."""
    if not path.is_file():
        raise AnitagError("no_such_file", path=path)
    named = Path(path.stem) if is_packed(path) else path
    if named.suffix.lower() == ".csv":
        yield from _of_table(path, is_list=is_list)
        return
    lines = MetadataLines([path])
    for content in lines:
        try:
            yield lines.number, json.loads(content)
        except (ValueError, RecursionError) as error:
            raise lines.wrong(str(error)) from error


def _of_table(path: Path, *, is_list: bool) -> Iterator[Numbered]:
    lines = _text_lines(path)
    first = next(lines, "")
    every = chain((first,), lines)
    try:
        yield from _listed(every) if is_list and _is_listed(first) else titled_rows(every)
    except BrokenRowError as error:
        raise _bad(path, error.line, str(error)) from error


def _is_listed(first: str) -> bool:
    """Tell whether a first line is that of a list for completion, not of titles."""
    try:
        _, row = next(numbered_rows([first]), (1, []))
    except BrokenRowError:
        return False
    return len(row) > _ALIASES and row[_CATEGORY].isdecimal() and row[_COUNT].isdecimal()


def _listed(lines: Iterable[str]) -> Iterator[Numbered]:
    """Yield the aliases of a list; some are the names of other tags in it, and stay these."""
    rows = list(numbered_rows(lines))
    names = {normalize_tag_name(row[_NAME]) for _, row in rows}
    for number, row in rows:
        aliases = row[_ALIASES].split(",") if len(row) > _ALIASES else []
        for alias in aliases:
            if alias.strip() and normalize_tag_name(alias) not in names:
                yield number, {FROM: alias, TO: row[_NAME]}


def _text_lines(path: Path) -> Iterator[str]:
    number = 0
    try:
        with path.open("rb") as packed:
            unpacking = Unpacking(path.stat().st_size)
            stream = unpacking.open(packed, path) if is_packed(path) else packed
            for number, line in enumerate(stream, start=1):
                yield line.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        raise _bad(path, number, f"this is no text in UTF-8 ({error.reason})") from error
    except BROKEN as error:
        raise _bad(path, number, said(error)) from error


def _bad(path: Path, row: int, reason: str) -> AnitagError:
    return AnitagError("bad_manifest", path=path, row=row, reason=reason)
