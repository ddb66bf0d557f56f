"""How long a site is left alone: as long as it says, else longer after each failure."""

import random
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST = 600.0
"""Seconds; who asks for more is asked again all the same, and may refuse again."""


def asked_wait(headers: Mapping[str, str], now: datetime | None = None) -> float:
    """Return the seconds that ``Retry-After`` asks for: a number, or a date; 0 when it is neither.

    Args:
        headers: of the answer, with names in lower case.
        now: the time that a date is compared with; the clock's when it is not given.
    """
    asked = headers.get("retry-after", "").strip()
    if asked.isascii() and asked.isdigit():
        return min(float(asked[:9]), LONGEST)
    try:
        until = parsedate_to_datetime(asked)
    except ValueError:
        return 0.0
    zoned = until if until.tzinfo else until.replace(tzinfo=UTC)
    seconds = (zoned - (now or datetime.now(UTC))).total_seconds()
    return min(max(seconds, 0.0), LONGEST)


def backed_off(base: float, failures: int) -> float:
    """Return seconds that double with each failure, spread so that not all come back at once."""
    whole = min(base * 2.0 ** min(failures, 16), LONGEST)
    return whole * random.uniform(0.75, 1.25)
