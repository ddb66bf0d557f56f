"""What is shown of one picture: the values behind the inspector, ``show`` and the exports."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from anitag_desktop.domain.correction import Source, Verdict
from anitag_desktop.domain.image import ImageFacts, ImageStatus
from anitag_desktop.domain.region import Region
from anitag_desktop.domain.tag import Tag


@dataclass(frozen=True, slots=True)
class ShownTag:
    """An effective tag, or a suggestion (``source`` model); ``score`` is None without a model."""

    tag: Tag
    source: Source
    score: float | None


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One line of the corrections log about this picture, oldest first."""

    at: datetime
    tag: Tag
    verdict: Verdict | None
    source: Source
    score: float | None


@dataclass(frozen=True, slots=True)
class FileProblem:
    """Why a file has no picture: ``code`` with ``params``, in words as ``message``."""

    path: str
    code: str
    message: str
    since: datetime


@dataclass(frozen=True, slots=True)
class ModelOpinion:
    """What a model that knows a tag says of it; ``score`` is None if it does not see it at all.

    ``threshold`` is the score from which on the tag counts on this picture; None where there is
    none: of ratings the likeliest counts.
    """

    model: str
    score: float | None
    is_sure: bool
    threshold: float | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """A tag that a model is sure of, though the user rejected it or another model denies it."""

    tag: Tag
    opinions: tuple[ModelOpinion, ...]
    is_rejected: bool


@dataclass(frozen=True, slots=True)
class ImageDetails:
    """All that is known of one picture. ``path`` is one place where it was seen, absolute.

    Bytes of a path that are not UTF-8 stand as surrogates (``os.fsdecode``). ``tags`` are the
    effective ones without ratings and without merely implied ones; ``suggestions`` every stored
    score under its threshold; ``facts`` is None for a file that could not be read; ``stars`` are
    1 to 5. ``opinions`` has what models in use say of each tag and rating, by name, the surest
    first. ``broader`` has the uids of tags that only repeat a more exact one, where they are to
    be left out.
    """

    image_id: int | None
    path: str
    paths: tuple[str, ...]
    facts: ImageFacts | None
    added: datetime
    modified: datetime
    status: ImageStatus
    rating: str | None
    tags: tuple[ShownTag, ...] = ()
    suggestions: tuple[ShownTag, ...] = ()
    rejected: tuple[Tag, ...] = ()
    problems: tuple[FileProblem, ...] = ()
    history: tuple[HistoryLine, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    opinions: Mapping[str, tuple[ModelOpinion, ...]] = field(default_factory=dict)
    broader: frozenset[str] = frozenset()
    regions: tuple[Region, ...] = ()
    is_favourite: bool = False
    stars: int | None = None
