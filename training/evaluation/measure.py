"""One measured number with everything that is needed to compare it with another."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Measure:
    """``name`` of ``value`` on a ``set``.

    ``averaging`` says over what the mean goes, ``at`` which thresholds or settings were used,
    ``support`` how many pictures (or positives) stand behind it, ``note`` what to compare with.
    """

    name: str
    value: float
    set: str
    averaging: str
    at: str
    support: int
    note: str = ""

    def as_plain(self) -> dict[str, Any]:
        """Return plain values; the value rounded to four digits."""
        return {**asdict(self), "value": round(self.value, 4)}


def interval_note(low: float, high: float) -> str:
    """Return how a 95 % interval is told in a note; nothing where it has no width.

    That is what resampling says of a perfect score: that it does not know.
    """
    return "" if low == high else f"95 % interval {low:.3f} to {high:.3f}"


def as_table(measures: Iterable[Measure]) -> str:
    """Return measures as a Markdown table."""
    lines = ["| set | measure | value | averaged over | at | n | compare |", "|" + "---|" * 7]
    lines += [
        f"| {m.set} | {m.name} | {m.value:.3f} | {m.averaging} | {m.at} | {m.support} | {m.note} |"
        for m in measures
    ]
    return "\n".join(lines)
