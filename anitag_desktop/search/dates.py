"""Reads days and ages. A day is a day where the user is; times are epoch seconds."""

import re
from datetime import datetime, timedelta

from anitag_desktop.search.ranges import NumberSet, Range, Stretch, Unreadable, read_set, span

_YEAR_FIRST = re.compile(r"([0-9]{4})(?:[-/.]([0-9]{1,2})(?:[-/.]([0-9]{1,2}))?)?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})")
_UNITS = {
    "s": 1,
    "sec": 1,
    "m": 60,
    "min": 60,
    "h": 3600,
    "d": 86_400,
    "w": 604_800,
    "mo": 2_629_746,  # a twelfth of a mean year
    "y": 31_556_952,
}
_AGE_PART = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)\s*(sec|s|min|mo|m|h|d|w|y)")
_AGE = re.compile(rf"(?:{_AGE_PART.pattern}\s*)+")
_COMPARED_SECONDS = re.compile(r"([<>]=?)\s*([0-9]{1,12})\s*(?=,|$)")


def read_days(text: str, now: datetime) -> NumberSet:
    """Read dates: ``2024``, ``2024-05``, ``2024-05-17``, ``17.5.2024``, ``today``, ``yesterday``.

    An age (``<7d``) is read as well. ``now`` knows the user's time zone, or is naive local time.
    """
    if _AGE_PART.search(text.lower()):
        return read_ages(text, now)
    return read_set(text, lambda value: _period(value, now), "bad_date")


def read_ages(text: str, now: datetime) -> NumberSet:
    """Read how long ago: ``<2d`` is after the day before yesterday at this hour."""
    ages = read_set(_COMPARED_SECONDS.sub(r"\1\2s", text), _age, "bad_age")
    present = now.timestamp()
    return NumberSet(tuple(one.negative().shifted(present) for one in ages.ranges), ages.has_none)


def _age(text: str) -> Stretch:
    if not _AGE.fullmatch(text):
        raise Unreadable("bad_age")
    parts = [(float(number), _UNITS[unit]) for number, unit in _AGE_PART.findall(text)]
    seconds = sum(number * unit for number, unit in parts)
    alone = Range(seconds, seconds + min(unit for _, unit in parts), True, False)
    return Stretch(seconds, seconds, True, alone)


def _period(text: str, now: datetime) -> Stretch:
    try:
        first, after = _days(text, now)
        return span(first.timestamp(), after.timestamp())
    except (ValueError, OverflowError, OSError) as error:
        raise Unreadable("bad_date") from error


def _days(text: str, now: datetime) -> tuple[datetime, datetime]:
    """Return the first day of a period and the day after its last, at midnight."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if text in ("today", "yesterday"):
        first = today if text == "today" else today - timedelta(days=1)
        return first, first + timedelta(days=1)
    year, month, day = _numbers(text)
    first = today.replace(year=year, month=1 if month is None else month, day=1)
    if day is not None:
        first = first.replace(day=day)
        return first, first + timedelta(days=1)
    if month is not None:
        return first, first.replace(year=year + month // 12, month=month % 12 + 1)
    return first, first.replace(year=year + 1)


def _numbers(text: str) -> tuple[int, int | None, int | None]:
    day_first = _DAY_FIRST.fullmatch(text)
    if day_first:
        return int(day_first[3]), int(day_first[2]), int(day_first[1])
    match = _YEAR_FIRST.fullmatch(text)
    if match is None:
        raise ValueError(text)
    year, month, day = (None if group is None else int(group) for group in match.groups())
    return year or 0, month, day
