"""The meaning of a search in plain Python: the oracle that every faster way has to agree with."""

import functools
import math
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from anitag_desktop.domain.correction import Source
from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.domain.tag import Rating, TagCategory
from anitag_desktop.search.conditions import (
    COUNTED_CATEGORIES,
    AllOf,
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
from anitag_desktop.search.lore import TagLore, fits
from anitag_desktop.search.metatags import Likeness, Search
from anitag_desktop.search.ordering import Order, OrderKey, Shuffle
from anitag_desktop.search.query import TagName, TagPattern

BEST_FIRST = (
    ImageStatus.PRESENT,
    ImageStatus.AWAY,
    ImageStatus.UNREADABLE,
    ImageStatus.MISSING,
)
"""Which status of its files an image has: the first of these that there is."""


@dataclass(frozen=True, slots=True)
class SearchedFile:
    """A file of an image; ``modified`` in epoch seconds."""

    path: bytes
    status: ImageStatus
    modified: float


@dataclass(frozen=True, slots=True)
class Seen:
    """A score that an active model gave, and from which one on it counts; in ten-thousandths."""

    score: int
    threshold: int
    model: str = ""


@dataclass(frozen=True, slots=True)
class SearchedImage:
    """What a search can know of an image; tags by name, each effective one with its source.

    ``models`` are the ids of all that looked at it, ``lookers`` the active ones among them (named
    as in ``seen``, whatever that is). ``has_twin``: a present image has the same pixels
    and was not told apart; ``lesser_than``: present ones (sha256) that the user called better.
    """

    image_id: int
    width: int = 1
    height: int = 1
    format: str = "png"
    size: int = 1
    frames: int = 1
    added: float = 0.0
    hashes: Mapping[Hash, str] = field(default_factory=dict)
    files: tuple[SearchedFile, ...] = ()
    tags: Mapping[str, Source] = field(default_factory=dict)
    rejected: frozenset[str] = frozenset()
    confirmed: frozenset[str] = frozenset()
    seen: Mapping[str, tuple[Seen, ...]] = field(default_factory=dict)
    models: frozenset[str] = frozenset()
    lookers: frozenset[str] = frozenset()
    is_favourite: bool = False
    is_reviewed: bool = False
    has_twin: bool = False
    lesser_than: frozenset[str] = frozenset()
    stars: int | None = None
    vector: tuple[float, ...] | None = None

    @property
    def status(self) -> ImageStatus | None:
        """The best status of its files; None without any: its file has other contents now."""
        statuses = {file.status for file in self.files}
        return next((status for status in BEST_FIRST if status in statuses), None)

    @property
    def places(self) -> tuple[SearchedFile, ...]:
        """Its files that are present, or all of them if none is."""
        present = tuple(file for file in self.files if file.status is ImageStatus.PRESENT)
        return present or self.files


def search(asked: Search, images: Iterable[SearchedImage], lore: TagLore) -> list[int]:
    """Return the ids of the images that a search finds, in its order."""
    every = list(images)
    found = [image for image in every if matches(asked.where, image, lore)]
    found.sort(key=lambda image: image.image_id)
    if asked.likeness is not None:
        return _alike(asked.likeness, every, found)[: asked.limit]
    found.sort(key=functools.partial(_place, asked.order, lore))
    if asked.order.is_descending:
        found.reverse()
    return [image.image_id for image in found][: asked.limit]


def _alike(
    likeness: Likeness, every: Iterable[SearchedImage], found: Iterable[SearchedImage]
) -> list[int]:
    """Return those found that can be compared with the image meant, the most alike first."""
    meant = next((image for image in every if _is_meant(likeness.reference, image)), None)
    if meant is None or meant.vector is None:
        return []
    pairs = [
        (cosine(meant.vector, image.vector), image.image_id) for image in found if image.vector
    ]
    return [image_id for _, image_id in sorted(pairs, key=lambda pair: (-pair[0], pair[1]))]


def _is_meant(reference: str, image: SearchedImage) -> bool:
    hashes = {image.hashes.get(Hash.SHA256), image.hashes.get(Hash.MD5)}
    return reference.lower() in hashes or any(
        file.path == os.fsencode(reference) for file in image.files
    )


def cosine(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the cosine of the angle between two vectors, to six places."""
    product = sum(a * b for a, b in zip(one, other, strict=True))
    return round(product / math.hypot(*one) / math.hypot(*other), 6)


def matches(clause: Clause, image: SearchedImage, lore: TagLore) -> bool:
    """Tell whether a search finds an image."""
    if isinstance(clause, AllOf):
        return all(matches(part, image, lore) for part in clause.parts)
    if isinstance(clause, AnyOf):
        return any(matches(part, image, lore) for part in clause.parts)
    if isinstance(clause, NoneOf):
        return not matches(clause.part, image, lore)
    if isinstance(clause, TagName | TagPattern):
        return _has_tag(clause, None, image, lore)
    return _TESTS[type(clause)](clause, image, lore)


def _has_tag(
    tag: TagName | TagPattern, category: TagCategory | None, image: SearchedImage, lore: TagLore
) -> bool:
    """A tag finds what implies it, but never where the user rejected it."""
    own = lore.implied_by(image.tags) - image.rejected
    return bool(lore.meant(tag, category) & own)


def _in_category(asked: InCategory, image: SearchedImage, lore: TagLore) -> bool:
    return _has_tag(asked.tag, asked.category, image, lore)


def _rated(asked: Rated, image: SearchedImage, lore: TagLore) -> bool:
    own = {rating for rating in Rating if rating.tag_name in image.tags}
    return bool(own & asked.ratings) or (not own and None in asked.ratings)


def _scored(asked: Scored, image: SearchedImage, lore: TagLore) -> bool:
    score = _score(asked.tag, image, lore)
    return score is not None and score in asked.scores


def _score(name: str, image: SearchedImage, lore: TagLore) -> int | None:
    seen = image.seen.get(lore.resolve(name) or "", ())
    return max((one.score for one in seen), default=None)


def _doubted(asked: Doubted, image: SearchedImage, lore: TagLore) -> bool:
    if asked.tag is None:
        shown = [name for name in image.seen if _is_shown(name, lore)]
        if asked.doubt is Doubt.CONFLICT:
            return any(_is_in_conflict(name, image, lore) for name in shown)
        return any(_is_close(one, asked.margin) for name in shown for one in image.seen[name])
    name = lore.resolve(asked.tag)
    if name is None:
        return False
    seen = image.seen.get(name, ())
    is_sure = any(one.score >= one.threshold for one in seen)
    spoken = name in image.confirmed or name in image.rejected
    return {
        Doubt.PREDICTED: is_sure,
        Doubt.MISSING: is_sure and not spoken,
        Doubt.WRONG: _is_wrong(name, image, lore) and not is_sure,
        Doubt.UNCERTAIN: any(_is_close(one, asked.margin) for one in seen),
        Doubt.CONFLICT: _is_in_conflict(name, image, lore),
    }[asked.doubt]


def _is_wrong(name: str, image: SearchedImage, lore: TagLore) -> bool:
    """Tell whether a model that knows the tag looked at an image that the user gave it."""
    return bool(image.lookers) and name in lore.scorers and name in image.confirmed


def _is_in_conflict(name: str, image: SearchedImage, lore: TagLore) -> bool:
    """Tell whether a model predicts what the user rejected, or another model does not see."""
    sure = {one.model for one in image.seen.get(name, ()) if one.score >= one.threshold}
    doubting = (lore.scorers.get(name, frozenset()) & image.lookers) - sure
    return bool(sure) and (name in image.rejected or bool(doubting))


def _is_shown(name: str, lore: TagLore) -> bool:
    return lore.categories.get(name, TagCategory.RATING) is not TagCategory.RATING


def _is_close(seen: Seen, margin: int) -> bool:
    return abs(seen.score - seen.threshold) <= margin


def _measured(asked: Measured, image: SearchedImage, lore: TagLore) -> bool:
    return measure(asked.measure, image, lore) in asked.numbers


def measure(asked: Measure, image: SearchedImage, lore: TagLore) -> float | None:
    """Return a number of an image."""
    if asked is Measure.TAGS or asked in COUNTED_CATEGORIES:
        return _count_tags(COUNTED_CATEGORIES.get(asked), image, lore)
    if asked is Measure.DATE:
        return min((file.modified for file in image.places), default=None)
    return {
        Measure.ID: image.image_id,
        Measure.WIDTH: image.width,
        Measure.HEIGHT: image.height,
        Measure.MPIXELS: image.width * image.height / 1e6,
        Measure.RATIO: image.width / image.height,
        Measure.FILESIZE: image.size,
        Measure.ADDED: image.added,
        Measure.STARS: image.stars,
    }[asked]


def _count_tags(category: TagCategory | None, image: SearchedImage, lore: TagLore) -> int:
    shown = [name for name in image.tags if _is_shown(name, lore)]
    return sum(category in (None, lore.categories[name]) for name in shown)


def _of_format(asked: OfFormat, image: SearchedImage, lore: TagLore) -> bool:
    return image.format in asked.formats


def _in_folder(asked: InFolder, image: SearchedImage, lore: TagLore) -> bool:
    return any(
        _lies_in(file.path, os.fsencode(folder))
        for file in image.places
        for folder in spellings(asked.folder)
    )


def _lies_in(path: bytes, folder: bytes) -> bool:
    separator = os.fsencode(os.sep)
    inside = folder.rstrip(separator) + separator
    if folder.startswith(separator):
        return path == folder or path.startswith(inside)
    return _lower(separator + inside) in _lower(path)


def _path_like(asked: PathLike, image: SearchedImage, lore: TagLore) -> bool:
    return _any_fits(asked.pattern, (file.path for file in image.places))


def _named(asked: Named, image: SearchedImage, lore: TagLore) -> bool:
    is_glob = "*" in asked.pattern or "?" in asked.pattern
    pattern = asked.pattern if is_glob else f"*{asked.pattern}*"
    return _any_fits(pattern, (file_name(file.path) for file in image.places))


def file_name(path: bytes) -> bytes:
    """Return a path's last part."""
    return path.rpartition(os.fsencode(os.sep))[2]


def spellings(text: str) -> tuple[str, ...]:
    """Return how a path that was typed may be spelt on disk: composed, or taken apart (macOS)."""
    apart = unicodedata.normalize("NFD", text)
    return (text,) if apart == text else (text, apart)


def _any_fits(pattern: str, texts: Iterable[bytes]) -> bool:
    compiled = [_glob(spelling) for spelling in spellings(pattern)]
    return any(glob.fullmatch(_lower(text)) for text in texts for glob in compiled)


def _glob(pattern: str) -> re.Pattern[bytes]:
    wild = {"*": b".*", "?": b"(?:[\\x00-\\x7f]|[\\xc0-\\xff][\\x80-\\xbf]*)"}
    pieces = (wild.get(char) or re.escape(_lower(os.fsencode(char))) for char in pattern)
    return re.compile(b"".join(pieces), re.DOTALL)


def _lower(text: bytes) -> bytes:
    """Lower the letters of ASCII only, as SQLite does."""
    return text.lower()


def _has_status(asked: HasStatus, image: SearchedImage, lore: TagLore) -> bool:
    return image.status in asked.statuses


def _said_by(asked: SaidBy, image: SearchedImage, lore: TagLore) -> bool:
    return asked.source in image.tags.values()


def _seen_by(asked: SeenBy, image: SearchedImage, lore: TagLore) -> bool:
    pieces = asked.pattern.split("*")
    return any(
        fits(model.lower(), tuple(pieces)) if len(pieces) > 1 else model.lower() == asked.pattern
        for model in image.models
    )


def _hash_is(asked: HashIs, image: SearchedImage, lore: TagLore) -> bool:
    return image.hashes.get(asked.hash, "") in asked.values


def _is(asked: Is, image: SearchedImage, lore: TagLore) -> bool:
    return {
        State.UNTAGGED: not _count_tags(None, image, lore),
        State.REVIEWED: image.is_reviewed,
        State.ANIMATED: image.frames > 1,
        State.FAVOURITE: image.is_favourite,
        State.PORTRAIT: image.width < image.height,
        State.LANDSCAPE: image.width > image.height,
        State.SQUARE: image.width == image.height,
        State.DUPLICATE: image.has_twin,
        State.LESSER: bool(image.lesser_than),
        State.COPIED: sum(file.status is ImageStatus.PRESENT for file in image.files) > 1,
    }[asked.state]


def _place(order: Order, lore: TagLore, image: SearchedImage) -> tuple[bool, Any]:
    """Return what to sort by; what is absent comes first in ascending order."""
    key = order.key
    if key is OrderKey.RANDOM:
        return True, Shuffle.of(order.seed or 0).number(image.image_id)
    if key is OrderKey.SCORE:
        return True, sum(_score(tag, image, lore) or 0 for tag in order.tags)
    if key is OrderKey.NAME:
        names = sorted(_lower(file_name(file.path)) for file in image.places)
        return bool(names), names[0] if names else b""
    if key is OrderKey.MD5:
        return True, image.hashes.get(Hash.MD5, "")
    number = measure(key, image, lore)
    return number is not None, number or 0


_TESTS: Mapping[type, Callable[[Any, SearchedImage, TagLore], bool]] = {
    InCategory: _in_category,
    Rated: _rated,
    Scored: _scored,
    Doubted: _doubted,
    Measured: _measured,
    OfFormat: _of_format,
    InFolder: _in_folder,
    PathLike: _path_like,
    Named: _named,
    HasStatus: _has_status,
    SaidBy: _said_by,
    SeenBy: _seen_by,
    HashIs: _hash_is,
    Is: _is,
}
