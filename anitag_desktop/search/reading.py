"""Reads the values of metatags that choose from a list, or name tags, paths and hashes."""

import difflib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from anitag_desktop.domain.correction import Source
from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.domain.tag import POOL_PREFIX, Rating, TagCategory, normalize_tag_name
from anitag_desktop.search.conditions import (
    COUNTED_CATEGORIES,
    AnyOf,
    Clause,
    Doubt,
    Doubted,
    Hash,
    HashIs,
    HasStatus,
    InCategory,
    InFolder,
    Is,
    Measure,
    Measured,
    Named,
    NoneOf,
    OfFormat,
    PathLike,
    Rated,
    SaidBy,
    Scored,
    SeenBy,
    State,
)
from anitag_desktop.search.quantities import score
from anitag_desktop.search.query import TagName, TagPattern
from anitag_desktop.search.ranges import NumberSet, Range, Unreadable, read_set

Choice = TypeVar("Choice")

_FORMATS = (
    *("png", "jpeg", "webp", "gif", "bmp", "avif", "tiff"),
    *("psd", "kra", "ora", "clip", "jxl", "heif"),
)
FORMATS = {name: name for name in _FORMATS} | {
    "jpg": "jpeg",
    "tif": "tiff",
    "heic": "heif",
}
"""What ``filetype:`` takes, and the format that is meant (an animated PNG is one of format png)."""

STATUSES = {
    **{status.value: frozenset({status}) for status in ImageStatus},
    "any": frozenset(ImageStatus),
}
"""What ``status:`` takes."""

RATINGS: Mapping[str, frozenset[Rating | None]] = {
    **{rating.value: frozenset({rating}) for rating in Rating},
    **{rating.value[0]: frozenset({rating}) for rating in Rating},
    "safe": frozenset({Rating.SENSITIVE}),
    "sfw": frozenset({Rating.GENERAL, Rating.SENSITIVE}),
    "nsfw": frozenset({Rating.QUESTIONABLE, Rating.EXPLICIT}),
    "any": frozenset(Rating),
    "none": frozenset({None}),
}
"""What ``rating:`` takes; "safe" is the old name of sensitive, as on danbooru."""

SOURCES = {source.value: source for source in Source}
"""What ``source:`` takes."""

STATES: Mapping[str, Clause] = {
    **{state.value: Is(state) for state in State},
    "favorite": Is(State.FAVOURITE),
    "tagged": NoneOf(Is(State.UNTAGGED)),
    "unreviewed": NoneOf(Is(State.REVIEWED)),
    **{name: HasStatus(statuses) for name, statuses in STATUSES.items() if name != "any"},
    **{name: Rated(RATINGS[name]) for name in ("general", "sensitive", "questionable", "explicit")},
    **{name: Rated(RATINGS[name]) for name in ("safe", "sfw", "nsfw")},
    **{name: OfFormat(frozenset({known})) for name, known in FORMATS.items()},
}
"""What ``is:`` takes."""

_DUPLICATES: Mapping[str, Clause] = {
    "exact": Is(State.DUPLICATE),
    "lesser": Is(State.LESSER),
    "copies": Is(State.COPIED),
}
_IS_DUPLICATE = AnyOf(tuple(_DUPLICATES.values()))
DUPLICATES: Mapping[str, Clause] = {
    "any": _IS_DUPLICATE,
    "none": NoneOf(_IS_DUPLICATE),
    **_DUPLICATES,
}
"""What ``duplicate:`` takes.

The same pixels in another file, called less good than another, the same file in several places.
"""

YES_NO: Mapping[str, Clause] = {
    "yes": Is(State.FAVOURITE),
    "no": NoneOf(Is(State.FAVOURITE)),
    "any": Is(State.FAVOURITE),
    "none": NoneOf(Is(State.FAVOURITE)),
}
"""What ``fav:`` takes."""

HAS: Mapping[str, Clause] = {
    "tags": NoneOf(Is(State.UNTAGGED)),
    **{
        category.value: Measured(measure, NumberSet((Range(1),)))
        for measure, category in COUNTED_CATEGORIES.items()
    },
    "rating": Rated(RATINGS["any"]),
    "stars": Measured(Measure.STARS, NumberSet((Range(),))),
    "corrections": Is(State.REVIEWED),
    "pools": TagPattern((POOL_PREFIX, "")),
}
"""What ``has:`` takes."""

ANY_OR_NONE = ("any", "none")
"""What the metatags that name tags take besides."""

HASH_DIGITS = {Hash.MD5: 32, Hash.SHA256: 64, Hash.PIXELS: 64}

ABOUT_ANY = (Doubt.UNCERTAIN, Doubt.CONFLICT)
"""Which doubts can be asked about any tag."""

_SCORED = re.compile(r"(?P<tag>.+?)(?P<numbers>(?:<=|>=|<|>|==?)[^<>=]+)", re.DOTALL)
_BETWEEN = re.compile(r"(?P<tag>.+?)[,:](?P<numbers>[0-9.%]*\.\.\.?[0-9.%]*)", re.DOTALL)
_PREDICTED = re.compile(r"(?P<tag>.+?),(?P<numbers>[<>=0-9.%]+)", re.DOTALL)

_NEAR = re.compile(r"(?P<tag>.+?),(?P<margin>[0-9.]+%?)", re.DOTALL)


def choose(text: str, choices: Mapping[str, Choice]) -> Choice:
    """Return what a word stands for.

    Raises:
        Unreadable: ``unknown_value``, with the words that come near.
    """
    word = text.strip().lower()
    if word not in choices:
        near = difflib.get_close_matches(word, choices, n=1)
        code = "unknown_value_near" if near else "unknown_value"
        raise Unreadable(code, known=tuple(choices), near="".join(near))
    return choices[word]


def ratings(text: str) -> Rated:
    """Read ``g``, ``general``, ``q,e``."""
    return Rated(frozenset().union(*(choose(part, RATINGS) for part in text.split(","))))


def file_formats(text: str) -> OfFormat:
    """Read ``png`` or ``png,jpg``."""
    return OfFormat(frozenset(choose(part, FORMATS) for part in text.split(",")))


def statuses(text: str) -> HasStatus:
    """Read ``missing`` or ``missing,away``."""
    return HasStatus(frozenset().union(*(choose(part, STATUSES) for part in text.split(","))))


def source(text: str) -> SaidBy:
    """Read ``user``, ``model``, ``import`` or ``rule``."""
    return SaidBy(choose(text, SOURCES))


def model(text: str) -> SeenBy:
    """Read the id of a model, with wildcards."""
    return SeenBy(text.strip().lower())


def state(text: str) -> Clause:
    """Read what ``is:`` takes."""
    return choose(text, STATES)


def favourite(text: str) -> Clause:
    """Read what ``fav:`` takes."""
    return choose(text, YES_NO)


def tag_in(category: TagCategory, text: str) -> Clause:
    """Read a tag or a pattern of a category; ``any`` and ``none``."""
    in_any = InCategory(category, TagPattern(("", "")))
    named: Mapping[str, Clause] = {"any": in_any, "none": NoneOf(in_any)}
    return named.get(text.strip().lower()) or InCategory(category, tag_or_pattern(text))


def tag_or_pattern(text: str) -> TagName | TagPattern:
    """Read a tag, or a pattern where there is a ``*``."""
    pieces = [normalize_tag_name(piece) for piece in text.split("*")]
    if len(pieces) == 1:
        return TagName(pieces[0])
    first, *inner, last = pieces
    return TagPattern((first, *(piece for piece in inner if piece), last))


def scored(text: str) -> Scored:
    """Read ``TAG>0.8``, ``TAG>=80%``, ``TAG:0.5..0.8``; signs in a tag's name are its own."""
    match = _SCORED.fullmatch(text) or _BETWEEN.fullmatch(text)
    if match is None:
        raise Unreadable("bad_score")
    return Scored(normalize_tag_name(match["tag"]), _scores(match["numbers"]))


def predicted(text: str) -> Clause:
    """Read ``TAG`` or ``TAG,>=0.8``; ``TAG,0`` asks that no model saw it, as on danbooru."""
    match = _PREDICTED.fullmatch(text)
    if match is None:
        _expect_no_number(text)
        return Doubted(Doubt.PREDICTED, normalize_tag_name(text))
    tag, numbers = normalize_tag_name(match["tag"]), match["numbers"]
    if numbers in ("0", "0%"):
        return NoneOf(Scored(tag, read_set("any", score)))
    is_bare = numbers[0] not in "<>=" and ".." not in numbers
    return Scored(tag, _scores(f">={numbers}" if is_bare else numbers))


def doubted(doubt: Doubt, text: str) -> Doubted:
    """Read a tag; of ``uncertain:`` and ``conflict:`` also ``any``."""
    name = normalize_tag_name(text)
    return Doubted(doubt, None if doubt in ABOUT_ANY and name == "any" else name)


def uncertain(text: str) -> Doubted:
    """Read a tag or ``any``, and perhaps how near to the threshold: ``any,0.03``, ``any,3%``."""
    match = _NEAR.fullmatch(text)
    if match is None:
        _expect_no_number(text)
    asked = doubted(Doubt.UNCERTAIN, match["tag"] if match else text)
    return replace(asked, margin=round(score(match["margin"]).bottom)) if match else asked


def _expect_no_number(text: str) -> None:
    """Refuse what stands behind a comma and is no number: no tag's name holds a comma."""
    if "," in text:
        raise Unreadable("bad_margin")


def duplicate(text: str) -> Clause:
    """Read what ``duplicate:`` takes."""
    return choose(text, DUPLICATES)


def pool(text: str) -> Clause:
    """Read the name of a pool, with wildcards; ``any`` and ``none``.

    A pool is a collection that the user makes: the pictures with the tag ``pool:NAME``.
    """
    name = normalize_tag_name(text)
    if name in ("any", "none"):
        in_any = TagPattern((POOL_PREFIX, ""))
        return NoneOf(in_any) if name == "none" else in_any
    return tag_or_pattern(POOL_PREFIX + name)


def has(text: str) -> Clause:
    """Read what ``has:`` takes."""
    return choose(text, HAS)


def folder(text: str) -> InFolder:
    """Read a folder: an absolute path, or the last parts of one."""
    return InFolder(_path(text).rstrip("/") or "/")


def path(text: str) -> PathLike:
    """Read a path with wildcards."""
    return PathLike(_path(text))


def file_name(text: str) -> Named:
    """Read a file name, or a part of one, or one with wildcards."""
    return Named(_path(text))


def hashes(kind: Hash, text: str) -> HashIs:
    """Read full hashes."""
    values = frozenset(part.strip().lower() for part in text.split(","))
    if not all(re.fullmatch(rf"[0-9a-f]{{{HASH_DIGITS[kind]}}}", value) for value in values):
        raise Unreadable("bad_hash", digits=HASH_DIGITS[kind])
    return HashIs(kind, values)


def limit(text: str) -> int:
    """Read how many pictures at most."""
    if not re.fullmatch("[0-9]{1,15}", text.strip()):
        raise Unreadable("bad_limit")
    return int(text)


def _scores(text: str) -> NumberSet:
    return read_set(text, score, "bad_score")


def _path(text: str) -> str:
    return unicodedata.normalize("NFC", text)
