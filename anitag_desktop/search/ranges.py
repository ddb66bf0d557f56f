"""Sets of numbers: ``5``, ``>=5``, ``5..10``, ``5...10``, ``1,3,7``, ``any``, ``none``.

Every kind of value (a size, a day, a ratio) says which stretch of numbers it stands for; the
comparisons and ranges are made of such stretches here, once for all of them.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass


class Unreadable(Exception):  # noqa: N818 - says what a value is, and never reaches a user
    """A value makes no sense: why (a code without ``query_``), and what would make sense."""

    def __init__(
        self, code: str, *, known: tuple[str, ...] = (), near: str = "", digits: int = 0
    ) -> None:
        super().__init__(code)
        self.code = code
        self.params = {"known": ", ".join(known), "near": near, "digits": digits}


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers between two bounds; None is no bound."""

    low: float | None = None
    high: float | None = None
    has_low: bool = True
    has_high: bool = True

    def __contains__(self, number: float) -> bool:
        is_over = self.low is None or number > self.low or (number == self.low and self.has_low)
        is_under = self.high is None or number < self.high
        return is_over and (is_under or (number == self.high and self.has_high))

    def negative(self) -> "Range":
        """Return the range of the opposite numbers."""
        return Range(_opposite(self.high), _opposite(self.low), self.has_high, self.has_low)

    def shifted(self, by: float) -> "Range":
        """Return the range moved by a distance."""
        low = None if self.low is None else self.low + by
        high = None if self.high is None else self.high + by
        return Range(low, high, self.has_low, self.has_high)


@dataclass(frozen=True, slots=True)
class NumberSet:
    """Any of some ranges, and perhaps also that there is no number at all."""

    ranges: tuple[Range, ...] = ()
    has_none: bool = False

    def __contains__(self, number: float | None) -> bool:
        if number is None:
            return self.has_none
        return any(number in one for one in self.ranges)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The numbers that a value stands for in comparisons, and alone (``alone``)."""

    bottom: float
    top: float
    has_top: bool
    alone: Range


def point(number: float, tolerance: float = 0.0) -> Stretch:
    """Return the stretch of one number; alone it holds within a share of ``tolerance``."""
    alone = Range(number * (1 - tolerance), number * (1 + tolerance)) if tolerance else None
    return Stretch(number, number, True, alone or Range(number, number))


def span(bottom: float, top: float) -> Stretch:
    """Return a stretch up to, but without, ``top``."""
    return Stretch(bottom, top, False, Range(bottom, top, True, False))


Reader = Callable[[str], Stretch]
"""Reads one value; raises Unreadable."""

_COMPARISON = re.compile(r"(<=|>=|<|>|==?)?(.*)", re.DOTALL)
_DOTS = re.compile(r"\.\.\.?")


def read_set(text: str, read: Reader, code: str = "bad_number") -> NumberSet:
    """Read a set of numbers of which ``read`` reads the single values.

    Raises:
        Unreadable: with ``code`` when the form is wrong, with the reader's own code otherwise.
    """
    pieces = [piece.strip().lower() for piece in text.split(",")]
    if not all(pieces):
        raise Unreadable(code)
    ranges = [_read_range(piece, read, code) for piece in pieces if piece != "none"]
    return NumberSet(tuple(ranges), "none" in pieces)


def _read_range(text: str, read: Reader, code: str) -> Range:
    if text == "any":
        return Range()
    dots = _DOTS.search(text)
    if dots:
        return _between(text[: dots.start()], text[dots.end() :], read, (code, dots.group()))
    match = _COMPARISON.fullmatch(text)
    sign, value = match.groups() if match else (None, text)
    return _compared(sign or "=", read(value.strip()))


def _between(first: str, last: str, read: Reader, form: tuple[str, str]) -> Range:
    code, dots = form
    if not first and not last:
        raise Unreadable(code)
    is_open = dots == "..."
    if not last:
        return _compared(">=", read(first))
    if not first:
        return _compared("<" if is_open else "<=", read(last))
    low, high = sorted((read(first), read(last)), key=lambda stretch: stretch.bottom)
    if is_open:
        return Range(low.bottom, high.bottom, True, False)
    return Range(low.bottom, high.top, True, high.has_top)


def _compared(sign: str, value: Stretch) -> Range:
    if sign == ">":
        return Range(low=value.top, has_low=not value.has_top)
    if sign == ">=":
        return Range(low=value.bottom)
    if sign == "<":
        return Range(high=value.bottom, has_high=False)
    if sign == "<=":
        return Range(high=value.top, has_high=value.has_top)
    return value.alone


def _opposite(number: float | None) -> float | None:
    return None if number is None else -number
