"""Reads the values of the metatags that count and measure, dates apart."""

import re
from decimal import Decimal

from anitag_desktop.search.ranges import Stretch, Unreadable, point, span

TOLERANCE = 0.05
"""The share by which a measure may differ from a bare value, as on danbooru."""

SCORE_STEPS = 10_000
"""Scores are counted in ten-thousandths, as they are stored."""

_INTEGER = re.compile(r"[0-9]{1,15}")
_DECIMAL = re.compile(r"[0-9]{1,15}(?:\.[0-9]{0,15})?|\.[0-9]{1,15}")
_SIZE = re.compile(rf"({_DECIMAL.pattern})\s*(b|[kmgt]i?b?)?")
_SIZE_UNITS = {"b": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}
_RATIO = re.compile(rf"({_DECIMAL.pattern})(?:[:/x]({_DECIMAL.pattern}))?")
_SCORE = re.compile(rf"({_DECIMAL.pattern})(%?)")


def count(text: str) -> Stretch:
    """Read a whole number."""
    if not _INTEGER.fullmatch(text):
        raise Unreadable("bad_number")
    return point(int(text))


def megapixels(text: str) -> Stretch:
    """Read a decimal number; alone it allows for the tolerance."""
    if not _DECIMAL.fullmatch(text):
        raise Unreadable("bad_number")
    return point(float(text), TOLERANCE)


def file_size(text: str) -> Stretch:
    """Read bytes: exact without a unit, within the tolerance with one (``1.5mb``)."""
    match = _SIZE.fullmatch(text)
    if match is None or (match[2] is None and not _INTEGER.fullmatch(text)):
        raise Unreadable("bad_size")
    if match[2] is None:
        return point(int(text))
    return point(float(match[1]) * _SIZE_UNITS[match[2][0]], TOLERANCE)


def ratio(text: str) -> Stretch:
    """Read ``16:9``, ``149/100`` or ``1.78``: the ratios that round to it at two decimals."""
    match = _RATIO.fullmatch(text)
    divisor = Decimal(match[2] or 1) if match else Decimal(0)
    if match is None or not divisor:
        raise Unreadable("bad_ratio")
    hundredths = round(Decimal(match[1]) / divisor * 100)
    return span((hundredths - 0.5) / 100, (hundredths + 0.5) / 100)


def score(text: str) -> Stretch:
    """Read a probability, ``0.8`` or ``80%``, in ten-thousandths."""
    match = _SCORE.fullmatch(text)
    value = Decimal(match[1]) / (100 if match[2] else 1) if match else Decimal(2)
    if value > 1:
        raise Unreadable("bad_score")
    return point(float(value * SCORE_STEPS))
