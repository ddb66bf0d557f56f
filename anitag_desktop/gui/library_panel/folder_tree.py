"""The watched folders and those in them as a tree with recursive counts. No Qt here."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder with the count of pictures in it and below; ``root_id`` is set if it is watched."""

    path: str
    name: str
    count: int
    children: tuple[Folder, ...] = ()
    root_id: int | None = None
    is_away: bool = False

    @property
    def query(self) -> str:
        """The search for what is in it and below."""
        from anitag_desktop.search.formatter import format_metatag

        return format_metatag("folder", self.path)


def build_tree(
    root_id: int, root: str, counts: Mapping[str, int], *, is_away: bool, total: int
) -> Folder:
    """Return a watched folder with ``total`` different pictures.

    ``counts`` are the pictures directly in each folder; those elsewhere are left out.
    """
    recursive: Counter[str] = Counter()
    for path, count in counts.items():
        for above in _upwards(path, root):
            recursive[above] += count
    below: dict[str, list[str]] = {}
    for path in recursive:
        if path != root:
            below.setdefault(os.path.dirname(path), []).append(path)  # noqa: PTH120 - str is faster
    return Folder(
        root,
        os.path.basename(root.rstrip(os.sep)) or root,  # noqa: PTH119
        total,
        tuple(_branches(root, below, recursive)),
        root_id,
        is_away,
    )


def _upwards(path: str, root: str) -> Iterable[str]:
    """Give ``path`` and the folders above it up to ``root``; nothing if it is not under it."""
    prefix = root.rstrip(os.sep) + os.sep
    if path != root and not path.startswith(prefix):
        return
    while path != root:
        yield path
        path = os.path.dirname(path)  # noqa: PTH120
    yield root


def _branches(
    parent: str, below: Mapping[str, list[str]], counts: Mapping[str, int]
) -> Iterable[Folder]:
    for path in sorted(below.get(parent, ()), key=str.casefold):
        name = os.path.basename(path)  # noqa: PTH119
        yield Folder(path, name, counts[path], tuple(_branches(path, below, counts)))
