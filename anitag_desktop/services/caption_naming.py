"""Naming captions: where the caption of each file goes, so that no two meet."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import PurePath

SUFFIX = ".txt"


class CaptionNames:
    """Names for the captions of known files, relative to the folder of an export.

    A caption lies under the same folders as its picture does below the watched one, and is named
    after it: ``a/b.png`` has ``a/b.txt``. Where two pictures would share that, both have the
    longer ``a/b.png.txt``; where two watched folders would, the watched folder's name comes first.
    """

    def __init__(self, roots: Sequence[str], paths: Iterable[str]) -> None:
        # The deepest root first: a watched folder may lie in another one.
        self._roots = sorted(roots, key=len, reverse=True)
        self._labels = _labels(roots)
        self._short: Counter[str] = Counter()
        self._long: Counter[str] = Counter()
        for path in paths:
            self._short[_key(self._short_name(path))] += 1
            self._long[_key(self._long_name(path))] += 1

    def of(self, path: str) -> PurePath:
        """Return where the caption of the file ``path`` (absolute) goes."""
        short, long = self._short_name(path), self._long_name(path)
        if self._short[_key(short)] <= 1:
            return short
        if self._long[_key(long)] <= 1:
            return long
        return PurePath(self._labels[self._root(path)], long)

    def _short_name(self, path: str) -> PurePath:
        return self._below_root(path).with_suffix(SUFFIX)

    def _long_name(self, path: str) -> PurePath:
        place = self._below_root(path)
        return place.with_name(place.name + SUFFIX)

    def _below_root(self, path: str) -> PurePath:
        root = self._root(path)
        return PurePath(path).relative_to(root) if root else PurePath(PurePath(path).name)

    def _root(self, path: str) -> str:
        """Return the watched folder that a path lies in, empty if it lies in none."""
        return next((root for root in self._roots if PurePath(path).is_relative_to(root)), "")


def _labels(roots: Iterable[str]) -> dict[str, str]:
    """Name each watched folder as it is called, with a number where another one is called so."""
    taken: Counter[str] = Counter()
    labels = {"": "other"}
    for root in sorted(roots):
        name = PurePath(root).name or "root"
        taken[name.casefold()] += 1
        number = taken[name.casefold()]
        labels[root] = name if number == 1 else f"{name}-{number}"
    return labels


def _key(name: PurePath) -> str:
    """Return what two names share that are one file where letter case does not count."""
    return str(name).casefold()
