"""Reading tag lists: CSV and JSON as boorus dump them and as completion lists carry them.

A list is known by what is in it. ``name,category,count,"alias,alias"`` is a completion list, with
or without a first line of titles; objects (or columns) with ``name`` and ``category`` are tags,
those with ``antecedent_name`` and ``consequent_name`` aliases or implications: which of the two,
the objects do not say, only the name of the file. Files may be packed with gzip. Every line is
read by itself, so that a broken one spoils no other.
"""

import csv
import gzip
import json
import os
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from io import BufferedReader
from pathlib import PurePath
from typing import Any, NamedTuple

from anitag_desktop.domain.tag_list import (
    Listed,
    ListedAlias,
    ListedImplication,
    ListedTag,
)
from anitag_desktop.services.json_streaming import BrokenValue, objects

LONGEST_LINE = 1 << 20
"""Bytes of one line, or of one object."""

MOST_LINES = 10_000_000

_SNIFFED = 1 << 16
_SUFFIXES = (".csv", ".json", ".jsonl")
_GZIP = b"\x1f\x8b"
_NUMBER = re.compile(r"[0-9]{1,12}")
_CATEGORY = re.compile(r"[0-9]")
_ALIVE = frozenset({"active", "approved", ""})
_NAME_COLUMNS = ("name", "tag", "tag_name")
_CATEGORY_COLUMNS = ("category", "type", "tag_type")
_ALIAS_COLUMNS = ("aliases", "alias")
_FROM, _TO = "antecedent_name", "consequent_name"
_PICTURE_KEYS = frozenset({"path", "sha256", "tags"})

Fields = Mapping[str, Any]


class Found(NamedTuple):
    """What a line (from 1) says; a text as ``what`` says why it says nothing."""

    line: int
    what: Listed | str


class TagList(NamedTuple):
    """A file that was found to be a tag list, and how it is read."""

    path: str
    read: "Callable[[str], Iterator[Found]]"


def tag_lists_in(path: str) -> list[TagList]:
    """Return the list that a file is, or those in a folder, however deep."""
    if not os.path.isdir(path):  # noqa: PTH112 - bytes that are not UTF-8 stay as they are
        files = [path]
    else:
        files = [
            os.path.join(folder, name)  # noqa: PTH118
            for folder, _, names in os.walk(path)
            for name in names
            if name.lower().removesuffix(".gz").endswith(_SUFFIXES)
        ]
    return [found for file in sorted(files) if (found := tag_list_at(file)) is not None]


def tag_list_at(path: str) -> TagList | None:
    """Return the list that a file is, or None for a file of another kind, or none."""
    if not os.path.isfile(path):  # noqa: PTH113 - bytes that are not UTF-8 stay as they are
        return None
    try:
        with _opened(path) as stream:
            head = stream.read(_SNIFFED)
    except (OSError, EOFError, zlib.error):
        return None
    text = head.decode("utf-8-sig", "replace").lstrip()
    if text[:1] in ("[", "{"):
        return TagList(path, _read_json) if _is_json_list(text) else None
    return _csv_list(path, text)


@contextmanager
def _opened(path: str) -> Iterator[BufferedReader | gzip.GzipFile]:
    with open(path, "rb") as stream:  # noqa: PTH123 - bytes that are not UTF-8 stay as they are
        yield gzip.GzipFile(fileobj=stream) if stream.peek(2)[:2] == _GZIP else stream


def _is_json_list(text: str) -> bool:
    """Tell whether the first object of a JSON file is about a tag."""
    try:
        start = text.index("{")
        first, _ = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return False
    if not isinstance(first, dict) or _PICTURE_KEYS & first.keys():
        return False
    is_relation = _FROM in first and _TO in first
    return is_relation or ("name" in first and bool({"category", "post_count"} & first.keys()))


def _csv_list(path: str, text: str) -> TagList | None:
    """Return the list that a text is: by its titles, or by numbers where they belong."""
    rows = [row for line in text.splitlines()[:20] if (row := _cells(line))]
    if not rows:
        return None
    titles = [cell.strip().lower() for cell in rows[0]]
    is_relation = _FROM in titles and _TO in titles
    if is_relation or (_one_of(titles, _NAME_COLUMNS) and _one_of(titles, _CATEGORY_COLUMNS)):
        return TagList(path, lambda read: _read_csv(read, titles))
    fitting = sum(map(_is_untitled, rows))
    if _is_untitled(rows[0]) and fitting >= len(rows) / 2:  # a few lines may be broken
        return TagList(path, lambda read: _read_csv(read, None))
    return None


def _is_untitled(row: list[str]) -> bool:
    """Tell whether a row is name, category, perhaps count and aliases."""
    if not 2 <= len(row) <= 4 or not _CATEGORY.fullmatch(row[1].strip()):
        return False
    return len(row) == 2 or _NUMBER.fullmatch(row[2].strip()) is not None


def _one_of(titles: list[str], wanted: tuple[str, ...]) -> str | None:
    return next((title for title in titles if title in wanted), None)


def _cells(line: str) -> list[str]:
    """Return the cells of a line, none if it has none or is no CSV."""
    try:
        rows = list(csv.reader([line], strict=True))
    except csv.Error:
        return []
    return rows[0] if rows else []


def _read_csv(path: str, titles: list[str] | None) -> Iterator[Found]:
    told = _relation_of(path)
    for number, line in _lines(path):
        if isinstance(line, Found):
            yield line
            continue
        if not line.strip():
            continue
        cells = _cells(line)
        if not cells:
            yield Found(number, "its quotation marks do not fit together")
        elif titles is None:
            yield Found(number, _untitled(cells))
        elif any(cells[len(titles) :]):
            yield Found(number, f"it has {len(cells)} cells, and there are {len(titles)} titles")
        elif [cell.strip().lower() for cell in cells] != titles:
            yield from _said(number, dict(zip(titles, cells, strict=False)), told)


def _untitled(cells: list[str]) -> Listed | str:
    if not _is_untitled(cells):
        return "it is not name, category, count, aliases"
    aliases = _split(cells[3]) if len(cells) > 3 else ()
    return ListedTag(cells[0], cells[1].strip(), aliases)


def _lines(path: str) -> Iterator[tuple[int, str | Found]]:
    """Yield each line with its number; one that is no text is a Found that says so."""
    with _opened(path) as stream:
        number = 0
        while raw := stream.readline(LONGEST_LINE + 1):
            number += 1
            if len(raw) > LONGEST_LINE or number > MOST_LINES:
                yield number, Found(number, "the file is longer than any tag list from here on")
                return
            try:
                yield number, raw.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError:
                yield number, Found(number, "it is not UTF-8")


def _read_json(path: str) -> Iterator[Found]:
    told = _relation_of(path)
    with _opened(path) as stream:
        for line, value in objects(stream, LONGEST_LINE):
            if isinstance(value, BrokenValue):
                yield Found(line, value.reason)
            else:
                yield from _said(line, value, told)


def _said(line: int, fields: Fields, told: "Relation | None") -> Iterator[Found]:
    """Yield what the fields of an object or a row say; nothing if it does not hold any more."""
    if str(fields.get("status") or "").lower() not in _ALIVE:
        return
    if _FROM in fields and _TO in fields:
        first, second = fields[_FROM], fields[_TO]
        if not isinstance(first, str) or not isinstance(second, str):
            yield Found(line, "its names are no texts")
        elif told is None:
            yield Found(line, _NOT_TOLD)
        else:
            yield Found(line, told(first, second))
        return
    name = next((fields[key] for key in _NAME_COLUMNS if key in fields), None)
    if not isinstance(name, str):
        yield Found(line, "it has no name")
        return
    category = next((fields[key] for key in _CATEGORY_COLUMNS if key in fields), "")
    aliases = next((fields[key] for key in _ALIAS_COLUMNS if key in fields), ())
    yield Found(line, ListedTag(name, _word(category), _several(aliases)))


Relation = type[ListedAlias] | type[ListedImplication]

_NOT_TOLD = (
    "neither the file nor its name tells whether these are aliases or implications; "
    "let its name hold one of the two words"
)


def _relation_of(path: str) -> Relation | None:
    """Return what a file's name says that its pairs are."""
    name = PurePath(path).name.lower()
    is_alias, is_implication = "alias" in name, "implication" in name
    if is_alias is is_implication:
        return None
    return ListedAlias if is_alias else ListedImplication


def _several(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return _split(value)
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def _word(category: object) -> str:
    """Return what stands as a category; nonsense is nothing."""
    word = str(category).strip().lower()
    return word if word.isascii() and len(word) < 20 else ""


def _split(text: str) -> tuple[str, ...]:
    return tuple(name for part in text.split(",") if (name := part.strip()))
