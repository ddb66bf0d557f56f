"""In which order pictures come: what ``order:`` takes."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from anitag_desktop.domain.tag import normalize_tag_name
from anitag_desktop.search.conditions import Measure
from anitag_desktop.search.ranges import Unreadable


class OrderKey(StrEnum):
    """What pictures are ordered by, besides the measures."""

    NAME = "name"
    MD5 = "md5"
    SCORE = "score"
    RANDOM = "random"


@dataclass(frozen=True, slots=True)
class Order:
    """An order. Equals follow each other by id, in the same direction.

    Of an image with several files that count (see ``conditions.Measure``) NAME is the first of
    their names in the alphabet, wherever they lie, and DATE the earliest of their times.
    SCORE orders by the sum of the models' scores of ``tags`` (none yet: those that the search
    asks for). ``seed`` makes RANDOM repeatable (None: not chosen yet).
    """

    key: OrderKey | Measure
    is_descending: bool
    tags: tuple[str, ...] = ()
    seed: int | None = None


NEWEST_FIRST = Order(Measure.ADDED, is_descending=True)
"""The order when nothing else was asked for."""

_ASCENDING: Mapping[str, OrderKey | Measure] = {
    "name": OrderKey.NAME,
    "md5": OrderKey.MD5,
    "id": Measure.ID,
    "portrait": Measure.RATIO,
}
_DESCENDING = {
    **{measure.value: measure for measure in Measure},
    "rated": Measure.STARS,
    "landscape": Measure.RATIO,
    "created_at": Measure.DATE,
    "size": Measure.FILESIZE,
}
ORDER_NAMES = (
    *("added", "date", "name", "filesize", "width", "height", "mpixels", "ratio", "landscape"),
    *("portrait", "score", "stars", "tagcount", "gentags", "arttags", "copytags", "chartags"),
    *("metatags", "id", "md5", "random"),
)
"""What is worth offering; each also takes ``_asc`` and ``_desc``."""

_ORDER = re.compile(r"(?P<minus>-)?(?P<name>[a-z0-9_]+?)(?P<turn>_asc|_desc|_reverse)?")
_RANDOM = re.compile(r"random(?::(?P<seed>[0-9]{1,15}))?")
_SCORE = re.compile(r"score:(?P<tag>.+?)(?P<turn>_asc|_desc|_reverse)?", re.DOTALL)


def read_order(text: str) -> Order:
    """Read ``name``, ``name_desc``, ``-name``, ``reverse``, ``score:TAG``, ``random:SEED``.

    Raises:
        Unreadable: ``unknown_value``, ``unknown_value_near``.
    """
    text = normalize_tag_name(text)
    random = _RANDOM.fullmatch(text)
    if random:
        return Order(OrderKey.RANDOM, False, seed=int(random["seed"]) if random["seed"] else None)
    scored = _SCORE.fullmatch(text)
    if scored:
        return _turned(Order(OrderKey.SCORE, True, tags=(scored["tag"],)), scored["turn"])
    if text in ("none", "default", "reverse"):
        return _turned(NEWEST_FIRST, "_reverse" if text == "reverse" else None)
    match = _ORDER.fullmatch(text)
    order = _by_name(match["name"]) if match else None
    if match is None or order is None:
        near = difflib.get_close_matches(text, ORDER_NAMES, n=1)
        code = "unknown_value_near" if near else "unknown_value"
        raise Unreadable(code, known=ORDER_NAMES, near="".join(near))
    order = _turned(order, match["turn"])
    return _turned(order, "_reverse") if match["minus"] else order


def _by_name(name: str) -> Order | None:
    if name in _ASCENDING:
        return Order(_ASCENDING[name], is_descending=False)
    if name in _DESCENDING:
        return Order(_DESCENDING[name], is_descending=True)
    return Order(OrderKey.SCORE, is_descending=True) if name == "score" else None


def _turned(order: Order, turn: str | None) -> Order:
    turned = {"_asc": False, "_desc": True, "_reverse": not order.is_descending}
    is_descending = turned.get(turn or "", order.is_descending)
    return Order(order.key, is_descending, order.tags, order.seed)


BITS = 0x7FFF_FFFF
"""The lowest 31 bits of a number."""

DROPPED = 15
"""So many of the lowest bits of a square, which are the least mixed, are dropped."""


@dataclass(frozen=True, slots=True)
class Shuffle:
    """Turns ids into numbers without a pattern; the same arithmetic works in SQL and in arrays.

    An id is multiplied, and the middle bits are taken of the square of that: without the square,
    each would follow its neighbour at one of eight distances. Nothing exceeds 63 bits for ids of
    31.
    """

    factor: int
    offset: int

    @classmethod
    def of(cls, seed: int) -> "Shuffle":
        """Return the shuffle of a seed; an odd factor loses no bit."""
        draw = Random(seed)
        return cls(draw.randrange(2**29, 2**30) * 2 + 1, draw.randrange(BITS))

    def number(self, image_id: int) -> int:
        """Return the place of an image in the random order, as a number to sort by."""
        mixed = (image_id * self.factor + self.offset) & BITS
        return mixed * mixed >> DROPPED & BITS
