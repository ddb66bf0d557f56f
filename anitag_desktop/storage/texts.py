"""Many short texts in one array: which of them fit a glob, and in which order they come.

A million file names take 30 MB so, and NumPy goes through all of them in a few hundredths of a
second, without the interpreter's lock for most of it.
"""

import re
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from anitag_desktop.storage.interruptions import give_up_if_asked

Places = NDArray[np.int64]

_WORD = 8
_SAMPLED = 64
_UNCHECKED = 10_000
_FEW = 2_000
_RAREST = 3
_ANY_CHARACTER = rb"(?:[\x00-\x7f]|[\xc0-\xff][\x80-\xbf]*)"
"""What ``?`` stands for: a character of UTF-8, as SQLite's LIKE takes it."""


class Texts:
    """Texts by their places, from 0; none holds a byte 0. Never changed."""

    def __init__(self, joined: bytes = b"", lengths: ArrayLike = ()) -> None:
        """Take all texts, one after the other without anything between, and their lengths."""
        ends = np.cumsum(np.asarray(lengths, np.int64))
        self._bounds = np.concatenate([[0], ends]).astype(np.int64)
        self._bytes = np.frombuffer(joined + bytes(_WORD), np.uint8)

    @classmethod
    def of(cls, texts: Sequence[bytes]) -> "Texts":
        """Join some texts."""
        return cls(b"".join(texts), list(map(len, texts)))

    def __len__(self) -> int:
        return len(self._bounds) - 1

    def __getitem__(self, place: int) -> bytes:
        start, end = self._bounds[place : place + 2]
        return self._bytes[start:end].tobytes()

    @classmethod
    def joined(cls, parts: Sequence["Texts"]) -> "Texts":
        """Return the texts of several, one after the other."""
        lengths = [np.empty(0, np.int64), *(part.lengths for part in parts)]
        return cls(b"".join(map(bytes, parts)), np.concatenate(lengths))

    def __bytes__(self) -> bytes:
        """All texts, one after the other."""
        return self._bytes[: self._end].tobytes()

    def fitting(self, glob: bytes, among: Places | None = None) -> Places:
        """Return the places of the texts that fit a glob as a whole, ascending.

        ``*`` stands for anything, ``?`` for one character; ``among``: only of these, ascending.
        """
        if b"?" not in glob:
            return self.holding(glob.split(b"*"), among)
        nearly = self.holding(re.split(rb"[*?]+", glob), among)
        return self._checked(nearly, [_compiled(piece) for piece in glob.split(b"*")])

    def ranks(self) -> NDArray[np.int64]:
        """Return for each text how many are less than it, byte by byte."""
        found = np.zeros(len(self), np.int64)
        tied = np.arange(len(self))
        depth = 0
        while len(tied):
            give_up_if_asked()
            words = self._words(tied, depth)
            order = np.lexsort((words, found[tied])) if depth else np.argsort(words, kind="stable")
            tied, words = tied[order], words[order]
            ranks = found[tied]
            groups = _starts(ranks[1:] != ranks[:-1])
            starts = _starts((ranks[1:] != ranks[:-1]) | (words[1:] != words[:-1]))
            found[tied] = ranks + starts - groups
            depth += _WORD
            is_alone = np.bincount(starts, minlength=len(tied))[starts] == 1
            # One that ends here comes before those that go on: it stays for another round.
            tied = tied[~is_alone & (self.lengths[tied] >= depth)]
        return found

    def holding(self, pieces: Sequence[bytes], among: Places | None = None) -> Places:
        """Return the texts that consist of pieces, in this order, with anything between them."""
        first, last = pieces[0], pieces[-1] if len(pieces) > 1 else b""
        found = self._long_enough(pieces, among)
        if first:
            found = found[self._stands(first, self._bounds[found])]
        if last:
            found = found[self._stands(last, self._bounds[found + 1] - len(last))]
        inner = [piece for piece in pieces[1:-1] if piece]
        if inner and len(found) <= _FEW:
            return self._checked(found, [re.compile(re.escape(piece)) for piece in pieces])
        begins, ends = self._bounds[:-1] + len(first), self._bounds[1:] - len(last)
        for piece in inner:
            give_up_if_asked()
            found, at = self._first_places(piece, found, begins, ends)
            begins[found] = at + len(piece)
        return found

    def _long_enough(self, pieces: Sequence[bytes], among: Places | None) -> Places:
        least = sum(map(len, pieces))
        lengths = self.lengths if among is None else self.lengths[among]
        fits = np.flatnonzero(lengths >= least if len(pieces) > 1 else lengths == least)
        return fits if among is None else among[fits]

    def _first_places(
        self, piece: bytes, found: Places, begins: Places, ends: Places
    ) -> tuple[Places, Places]:
        """Return those of some texts that hold a piece, and where each first does.

        ``begins`` and ``ends`` say for every text between which places it has to stand.
        """
        at = self._occurrences(piece)
        owners = np.searchsorted(self._bounds, at, side="right") - 1
        is_wanted = np.zeros(len(self), np.bool_)
        is_wanted[found] = True
        is_held = is_wanted[owners] & (at >= begins[owners]) & (at + len(piece) <= ends[owners])
        at, owners = at[is_held], owners[is_held]
        is_first = np.diff(owners, prepend=-1) > 0
        return owners[is_first], at[is_first]

    def _checked(self, places: Places, pieces: list[re.Pattern[bytes]]) -> Places:
        """Return those of some texts that fit, looking at each."""
        fits = np.zeros(len(places), np.bool_)
        for count, place in enumerate(places.tolist()):
            if count % _UNCHECKED == 0:
                give_up_if_asked()
            fits[count] = _fits(self[place], pieces)
        return places[fits]

    @property
    def _end(self) -> int:
        return int(self._bounds[-1])

    @cached_property
    def lengths(self) -> Places:
        """The length of each in bytes."""
        return np.diff(self._bounds)

    @cached_property
    def _frequencies(self) -> Places:
        """About how often each byte occurs."""
        return np.bincount(self._bytes[: self._end : _SAMPLED], minlength=256)

    def _words(self, places: Places, depth: int) -> NDArray[np.uint64]:
        """Return eight bytes of each text as a number, with zeros after its end."""
        at = np.minimum(self._bounds[places] + depth, self._end)
        every = np.ndarray((self._end + 1,), ">u8", self._bytes, strides=(1,))
        words = every[at].astype(np.uint64)
        left = np.clip(self._bounds[places + 1] - at, 0, _WORD)
        beyond = (8 * (_WORD - left)).astype(np.uint64)
        kept = words >> np.minimum(beyond, np.uint64(63)) << np.minimum(beyond, np.uint64(63))
        return np.where(left > 0, kept, np.uint64(0))

    def _stands(self, piece: bytes, at: Places) -> Places:
        """Return which of some places in the array have a piece there."""
        left = np.arange(len(at))
        for offset in self._rarest_first(piece):
            left = left[self._bytes[at[left] + offset] == piece[offset]]
        return left

    def _occurrences(self, piece: bytes) -> Places:
        """Return every place in the array where a piece stands, ascending, also across texts.

        All of the array is looked through for its rarest bytes, the others only where these are.
        """
        count = self._end - len(piece) + 1
        if count <= 0:
            return np.empty(0, np.int64)
        stands = np.ones(count, np.bool_)
        for offset in self._rarest_first(piece)[:_RAREST]:
            stands &= self._bytes[offset : offset + count] == piece[offset]
        at = np.flatnonzero(stands)
        return at[self._stands(piece, at)] if len(piece) > _RAREST else at

    def _rarest_first(self, piece: bytes) -> list[int]:
        return sorted(range(len(piece)), key=lambda offset: self._frequencies[piece[offset]])


def _starts(is_other: NDArray[np.bool_]) -> Places:
    """Return where the run of equals begins in which each of some values stands."""
    place = np.arange(len(is_other) + 1)
    place[1:][~is_other] = 0
    return np.maximum.accumulate(place)


def _compiled(piece: bytes) -> re.Pattern[bytes]:
    return re.compile(_ANY_CHARACTER.join(map(re.escape, piece.split(b"?"))), re.DOTALL)


def _fits(text: bytes, pieces: list[re.Pattern[bytes]]) -> bool:
    """Tell whether a text consists of pieces: each is taken where it comes first."""
    if len(pieces) == 1:
        return pieces[0].fullmatch(text) is not None
    first, *inner, last = pieces
    match = first.match(text)
    for piece in inner:
        match = match and piece.search(text, match.end())
    return match is not None and _ends(text, match.end(), last)


def _ends(text: bytes, start: int, last: re.Pattern[bytes]) -> bool:
    """Tell whether a text has a piece at its end, not before ``start``."""
    return any(last.fullmatch(text, at) for at in range(len(text), start - 1, -1))
