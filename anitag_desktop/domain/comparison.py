"""Which of two pictures that show the same is better, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from anitag_desktop.domain.image import ImageFacts

DECISIVE = 0.85
"""A picture whose detail is less than this much of another's has clearly less.

Of 40 pictures of ``shared/data``, one that was made smaller (by 1.33, 2, 3) and then enlarged again
has 0.42 to 0.83 of the small one's detail, whichever way it was enlarged; the picture that the
small one was made from has 0.92 to 3.5. One saved again as JPEG has 0.95 to 1.06 (quality 90), 0.75
to 1.01 (50).
"""

_SAME_SIZE = 0.01
"""Numbers of pixels that differ by less than this share count as the same."""


class Reason(StrEnum):
    """What speaks for a picture."""

    DETAIL = "detail"  # it shows finer detail
    ENLARGED = "enlarged"  # the other has more pixels and no more detail
    LARGER = "larger"  # it has more pixels
    BYTES = "bytes"  # as many pixels in more bytes: it was compressed less
    FIRST = "first"  # it came first; nothing else tells them apart


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The better of two pictures (0 or 1), and what speaks for it, the strongest first."""

    better: int
    reasons: tuple[Reason, ...]


def suggest(pair: Sequence[ImageFacts], added: Sequence[float], detail: float | None) -> Suggestion:
    """Suggest the better of two pictures.

    ``added`` are the times when they came (epoch seconds). ``detail`` is how much finer the detail
    of the first is than that of the second (1 is as fine, see ``services.weighing``); None where
    that is not known (yet).
    """
    larger = _larger([one.width * one.height for one in pair], _SAME_SIZE)
    finer = None if detail is None else _larger([detail, 1.0], 1 - DECISIVE)
    heavier = _larger([one.bytes for one in pair], 0.0)
    if finer is not None:
        by_size = {None: (), finer: (Reason.LARGER,)}.get(larger, (Reason.ENLARGED,))
        return Suggestion(finer, (Reason.DETAIL, *by_size))
    if larger is not None:
        return Suggestion(larger, (Reason.LARGER,))
    if heavier is not None:
        return Suggestion(heavier, (Reason.BYTES,))
    return Suggestion(0 if added[0] <= added[1] else 1, (Reason.FIRST,))


def _larger(pair: Sequence[float], tolerance: float) -> int | None:
    """Return which of two numbers is clearly larger; None if neither is."""
    small, large = sorted(pair)
    return None if small >= large * (1 - tolerance) else pair.index(large)
