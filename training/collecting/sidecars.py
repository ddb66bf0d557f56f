"""What lies beside a picture and tells of it: captions, hydrus's tags, gallery-dl's JSON."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from anitag_desktop.domain.booru_post import post_tags
from anitag_desktop.domain.caption import CaptionError, parse_caption
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.sidecar import LARGEST_JSON, SidecarTag, parse_json
from anitag_desktop.domain.tag import Rating, TagCategory, normalize_tag_name
from anitag_desktop.recognition.reading import read_file
from training.collecting.outcome import NotBroughtError, Outcome
from training.danbooru.ratings import RatingScheme, rating_words, today_rating

NAMESPACES = {
    "character": "character",
    "series": "copyright",
    "copyright": "copyright",
    "creator": "artist",
    "artist": "artist",
    "meta": "meta",
    "general": "general",
}
"""Hydrus's words before a colon, and the category that they mean; others are of no use here."""

_LEFT_OUT = re.compile(r"(title|page|chapter|volume|filename|source|studio|person|url|set|pool):.")


@dataclass(slots=True)
class Told:
    """What is told of a picture: tags by category, its rating today, its post and source."""

    tags: dict[str, list[str]] = field(default_factory=dict)
    rating: str | None = None
    post: str = ""
    source: str = ""
    parent: str = ""

    def add(self, category: str, names: Iterable[str]) -> None:
        """Add tags, each once."""
        known = self.tags.setdefault(category, [])
        normal = (normalize_tag_name(name) for name in names)
        known += [name for name in dict.fromkeys(normal) if name and name not in known]

    def take(self, tag: SidecarTag) -> None:
        """Add a tag with its category, or with what stands before its colon."""
        name = normalize_tag_name(tag.name)
        space, colon, rest = name.partition(":")
        if colon and space == "rating":
            self.rating = rest if rest in set(Rating) else self.rating
        elif tag.category is not None:
            self.add(tag.category.value, [name])
        elif colon and rest and space in NAMESPACES:
            self.add(NAMESPACES[space], [rest])
        elif not _LEFT_OUT.match(name):
            self.add("general", [name])

    def facts(self) -> dict[str, Any]:
        """Return what is written down of it beside its picture."""
        group = f"post {self.parent or self.post}" if self.parent or self.post else ""
        named = {"rating": self.rating, "post": self.post, "source": self.source, "group": group}
        return {**named, **self.tags}


def told_beside(picture: Path) -> Told:
    """Return what the files beside a picture tell: ``a.jpg.txt``, ``a.txt``, likewise ``.json``.

    Raises:
        NotBroughtError: ``damaged``, naming the file that makes no sense.
    """
    told = Told()
    for suffix, take in ((".txt", _take_text), (".json", _take_json)):
        names = (picture.with_name(picture.name + suffix), picture.with_suffix(suffix))
        found = next((path for path in names if path.is_file()), None)
        if found is None:
            continue
        try:
            content = read_file(bytes(found), limit=LARGEST_JSON).content
            take(told, content)
        except AnitagError as error:
            if error.code != "picture_empty":  # a caption without tags
                raise NotBroughtError(Outcome.DAMAGED, f"{found.name}: {error}") from None
        except (CaptionError, ValueError) as error:
            raise NotBroughtError(Outcome.DAMAGED, f"{found.name}: {error}") from None
    return told


def told_by_caption(content: bytes) -> Told:
    """Return what a caption tells: tags, those with a namespace in their category, a rating.

    Raises:
        CaptionError: it is none, with the line.
    """
    told = Told()
    _take_text(told, content)
    return told


def _take_text(told: Told, content: bytes) -> None:
    for name in parse_caption(content):
        told.take(SidecarTag(name))


def _take_json(told: Told, content: bytes) -> None:
    """Take what gallery-dl writes of a post, or else a picture as anitag's exports tell it."""
    try:
        value = json.loads(content.decode("utf-8-sig"))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if isinstance(value, dict) and isinstance(value.get("category"), str):
        _take_post(told, value)
        return
    for picture in parse_json(content):
        for tag in picture.tags:
            told.take(tag)


def _take_post(told: Told, post: Mapping[str, Any]) -> None:
    for name, category in post_tags(post).items():
        told.add((category or TagCategory.GENERAL).value, [name])
    told.rating = _rating(post.get("rating"), post["category"]) or told.rating
    told.post, told.parent = (_number(post.get(name)) for name in ("id", "parent_id"))
    told.source = str(post.get("source") or "")[:2000]


def _rating(value: object, site: str) -> str | None:
    """Return today's rating; letters mean something only where Danbooru says them."""
    if not isinstance(value, str):
        return None
    if value in set(Rating):
        return value
    words = rating_words(RatingScheme.SINCE_2022)
    if site not in ("danbooru", "safebooru", "aibooru") or value not in words:
        return None
    found = today_rating(value, RatingScheme.SINCE_2022)
    return found.value if found else None


def _number(value: object) -> str:
    return str(value) if value and isinstance(value, (int, str)) else ""
