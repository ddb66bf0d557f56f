"""The ids that a search finds, in order: the first ones at once, the rest when asked for."""

from collections.abc import Callable, Iterator, Sequence
from threading import Lock
from typing import overload

import numpy as np

from anitag_desktop.storage.id_sets import Ids


class FoundIds(Sequence[int]):
    """A sequence of image ids that never is a list of a million numbers.

    Safe to use from several threads. Equal to any sequence of the same ids.
    """

    def __init__(self, first: Ids, count: int, put_in_order: Callable[[], Ids]) -> None:
        """Take the first ids, how many there are in all, and how to find them all."""
        self._first = first
        self._count = count
        self._put_in_order = put_in_order
        self._all: Ids | None = first if len(first) == count else None
        self._lock = Lock()

    def array(self) -> Ids:
        """Return all ids; the array is not to be changed."""
        with self._lock:
            if self._all is None:
                self._all = self._put_in_order()
                self._count = len(self._all)
            return self._all

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> int: ...
    @overload
    def __getitem__(self, place: slice) -> list[int]: ...
    def __getitem__(self, place: int | slice) -> int | list[int]:
        if isinstance(place, slice):
            asked = range(self._count)[place]
            ids = self._up_to(max(asked[0], asked[-1]) + 1) if asked else self._first
            found: list[int] = ids[np.arange(asked.start, asked.stop, asked.step)].tolist()
            return found
        at = range(self._count)[place]
        return int(self._up_to(at + 1)[at])

    def __iter__(self) -> Iterator[int]:
        ids: list[int] = self.array().tolist()
        return iter(ids)

    def __contains__(self, image_id: object) -> bool:
        return bool(np.any(self.array() == image_id)) if isinstance(image_id, int) else False

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, str | bytes):
            return NotImplemented
        if len(other) != len(self):
            return False
        theirs = other.array() if isinstance(other, FoundIds) else np.asarray(other)
        return bool(np.array_equal(self.array(), theirs))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        shown = ", ".join(map(str, self._first[:5].tolist()))
        return f"<{self._count} ids: {shown}{', ...' if self._count > 5 else ''}>"

    def _up_to(self, end: int) -> Ids:
        return self._first if end <= len(self._first) else self.array()
