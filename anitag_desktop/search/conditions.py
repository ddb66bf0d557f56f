"""What a metatag asks, once its value is understood: the leaves of a tree that can be answered."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from anitag_desktop.domain.correction import Source
from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.domain.tag import Rating, TagCategory
from anitag_desktop.search.query import TagName, TagPattern
from anitag_desktop.search.ranges import NumberSet


class Measure(StrEnum):
    """A number that an image has (``DATE`` and ``STARS`` may be absent).

    ``DATE`` is the earliest time of its files, ``ADDED`` the library's; both are epoch seconds.
    Tags are counted as they are shown: without ratings and without merely implied ones.
    """

    ID = "id"
    WIDTH = "width"
    HEIGHT = "height"
    MPIXELS = "mpixels"
    RATIO = "ratio"
    FILESIZE = "filesize"
    DATE = "date"
    ADDED = "added"
    STARS = "stars"
    TAGS = "tagcount"
    GENERAL_TAGS = "gentags"
    ARTIST_TAGS = "arttags"
    COPYRIGHT_TAGS = "copytags"
    CHARACTER_TAGS = "chartags"
    META_TAGS = "metatags"


COUNTED_CATEGORIES = {
    Measure.GENERAL_TAGS: TagCategory.GENERAL,
    Measure.ARTIST_TAGS: TagCategory.ARTIST,
    Measure.COPYRIGHT_TAGS: TagCategory.COPYRIGHT,
    Measure.CHARACTER_TAGS: TagCategory.CHARACTER,
    Measure.META_TAGS: TagCategory.META,
}
"""Which category the measures that count one category count."""


class Hash(StrEnum):
    """By which hash an image is named."""

    MD5 = "md5"
    SHA256 = "sha256"
    PIXELS = "pixel_hash"


class State(StrEnum):
    """What an image is or is not."""

    UNTAGGED = "untagged"  # has no tag but perhaps a rating
    REVIEWED = "reviewed"  # the user said something about one of its tags
    ANIMATED = "animated"
    FAVOURITE = "favourite"
    PORTRAIT = "portrait"
    LANDSCAPE = "landscape"
    SQUARE = "square"
    DUPLICATE = "duplicate"  # another, present and not told apart from it, has the very same pixels
    LESSER = "lesser"  # the user called another, which is present, a better copy of it
    COPIED = "copied"  # lies in several present files


class Doubt(StrEnum):
    """How what the models say of a tag stands to its threshold and to the user's word."""

    PREDICTED = "ai"  # a model's score reaches its threshold
    MISSING = "missing"  # predicted, and the user has not said so
    WRONG = "wrong"  # the user said so, and the models that know the tag do not
    UNCERTAIN = "uncertain"  # a model's score is within a margin of its threshold
    CONFLICT = "conflict"  # predicted, though the user rejected it or another model denies it


UNCERTAIN_MARGIN = 1_000
"""How near is uncertain when nobody says, in ten-thousandths of a score."""


@dataclass(frozen=True, slots=True)
class InCategory:
    """Has a tag of this name, or fitting this pattern, which is of this category."""

    category: TagCategory
    tag: TagName | TagPattern


@dataclass(frozen=True, slots=True)
class Rated:
    """Has one of these ratings; None among them: has none."""

    ratings: frozenset[Rating | None]


@dataclass(frozen=True, slots=True)
class Scored:
    """An active model's highest score (ten-thousandths) for the tag is among the numbers."""

    tag: str
    scores: NumberSet


@dataclass(frozen=True, slots=True)
class Doubted:
    """The tag stands so on the image; None is any tag at all.

    ``margin``, in ten-thousandths of a score, matters to UNCERTAIN only.
    """

    doubt: Doubt
    tag: str | None
    margin: int = UNCERTAIN_MARGIN


@dataclass(frozen=True, slots=True)
class Measured:
    """A number of the image is among the numbers."""

    measure: Measure
    numbers: NumberSet


@dataclass(frozen=True, slots=True)
class OfFormat:
    """Its file format is one of these (``png``, ``jpeg``...)."""

    formats: frozenset[str]


@dataclass(frozen=True, slots=True)
class InFolder:
    """A file of it lies in or under this folder, an absolute path or the last parts of one."""

    folder: str


@dataclass(frozen=True, slots=True)
class PathLike:
    """The path of a file of it fits: ``*`` is anything, ``?`` any character."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Named:
    """A file's name without its folder fits; without ``*`` and ``?`` it only has to hold this."""

    pattern: str


@dataclass(frozen=True, slots=True)
class HasStatus:
    """Its status is one of these."""

    statuses: frozenset[ImageStatus]


PRESENT = HasStatus(frozenset({ImageStatus.PRESENT}))


@dataclass(frozen=True, slots=True)
class SaidBy:
    """It has a tag that comes from this source."""

    source: Source


@dataclass(frozen=True, slots=True)
class SeenBy:
    """A model whose id fits (``*`` is anything) has looked at it."""

    pattern: str


@dataclass(frozen=True, slots=True)
class HashIs:
    """Its hash is one of these (lower case)."""

    hash: Hash
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Is:
    """It is so."""

    state: State


Condition = (
    InCategory
    | Rated
    | Scored
    | Doubted
    | Measured
    | OfFormat
    | InFolder
    | PathLike
    | Named
    | HasStatus
    | SaidBy
    | SeenBy
    | HashIs
    | Is
)


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds; no part at all is everything."""

    parts: tuple["Clause", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """A part holds."""

    parts: tuple["Clause", ...]


@dataclass(frozen=True, slots=True)
class NoneOf:
    """The part does not hold."""

    part: "Clause"


Clause = AllOf | AnyOf | NoneOf | TagName | TagPattern | Condition
"""A tree that can be answered: a query whose metatags were read."""


def conditions_of(clause: Clause) -> Iterator[TagName | TagPattern | Condition]:
    """Yield the leaves of a tree from left to right."""
    if isinstance(clause, AllOf | AnyOf):
        for part in clause.parts:
            yield from conditions_of(part)
    elif isinstance(clause, NoneOf):
        yield from conditions_of(clause.part)
    else:
        yield clause
