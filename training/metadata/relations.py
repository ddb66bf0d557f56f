"""Aliases and implications of tags, from Danbooru's own dumps or as CSV."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.tag import normalize_tag_name
from training.datasets.text_lines import table_rows, text_lines

FROM, TO = "antecedent_name", "consequent_name"


class Relations(dict[str, tuple[str, ...]]):
    """What a tag stands for: its own name or the one it is an alias of, then what that implies.

    Each name is worked out once; looking it up again costs nothing.
    """

    def __init__(self, aliases: Mapping[str, str], implications: Iterable[tuple[str, str]]) -> None:
        """Take relations of normalised names; chains of aliases are followed.

        Raises:
            AnitagError: ``bad_tag_relation`` for aliases that lead in a circle.
        """
        self.aliases = {name: _end(name, aliases) for name in sorted(aliases)}
        self._parents: dict[str, list[str]] = {}
        for child, parent in implications:
            children = self._parents.setdefault(self.aliases.get(child, child), [])
            children.append(self.aliases.get(parent, parent))

    def __missing__(self, name: str) -> tuple[str, ...]:
        """Work out what a name stands for, as it stands in the metadata."""
        normal = normalize_tag_name(name)
        found = dict.fromkeys([self.aliases.get(normal, normal)] if normal else [])
        waiting = list(found)
        while waiting:
            parents = [p for p in self._parents.get(waiting.pop(), ()) if p not in found]
            found.update(dict.fromkeys(parents))
            waiting += parents
        self[name] = tuple(found)
        return self[name]

    def implied(self, name: str) -> tuple[str, ...]:
        """Return what a tag implies, directly and through others."""
        return self[name][1:]


def read_relations(aliases: Path | None, implications: Path | None) -> Relations:
    """Return the relations of two files; None means that there are none of that kind.

    Files are JSON lines or a JSON list of objects with ``antecedent_name``, ``consequent_name`` and
    perhaps ``status`` (only ``active`` counts), or CSV with these columns.

    Raises:
        AnitagError: ``no_such_file``, ``bad_manifest`` with the row, ``bad_tag_relation``.
    """
    known = dict(_pairs(aliases)) if aliases else {}
    return Relations(known, _pairs(implications) if implications else ())


def _pairs(path: Path) -> Iterator[tuple[str, str]]:
    for number, row in _values(path):
        try:
            one, other = _pair(row)
        except ValueError as error:
            raise AnitagError("bad_manifest", path=path, row=number, reason=str(error)) from None
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


def _values(path: Path) -> Iterator[tuple[int, Any]]:
    """Yield the lines that tell a relation with their numbers; of a JSON list, places (from 1)."""
    if path.suffix.lower() == ".csv":
        yield from table_rows(path)
        return
    number, lines = 0, text_lines(path)
    try:
        for number, line in enumerate(lines, start=1):
            if number == 1 and line.lstrip().startswith("["):
                yield from enumerate(json.loads("".join([line, *lines])), start=1)
            elif line.strip():
                yield number, json.loads(line)
    except (ValueError, RecursionError) as error:
        raise AnitagError("bad_manifest", path=path, row=number, reason=str(error)) from error


def _end(name: str, aliases: Mapping[str, str]) -> str:
    end = name
    for _ in range(len(aliases) + 1):
        if end not in aliases or aliases[end] == end:
            return end
        end = aliases[end]
        if end == name:
            break
    raise AnitagError(
        "bad_tag_relation",
        first=name,
        relation="be an alias of",
        second=aliases[name],
        reason="the aliases lead in a circle",
    )
