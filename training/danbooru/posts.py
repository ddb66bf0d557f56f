"""A post as the site's API tells it, and which of its files is worth bringing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from training.danbooru.ratings import RatingScheme, today_rating

CATEGORIES = ("general", "character", "copyright", "artist", "meta")
STILL = frozenset({"jpg", "jpeg", "png", "webp", "avif", "gif"})
"""What a post's file has to be; others are films, animations and Flash."""

CHOICES = {
    "720": ("720x720", "sample", "original"),
    "sample": ("sample", "original"),
    "original": ("original",),
}
"""Which of a post's files are taken: the first that there is."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One file of a post; ``width`` and ``height`` are 0 where they are not told."""

    kind: str
    url: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Post:
    """What is used of a post."""

    id: int
    rating: str
    md5: str
    suffix: str
    parent_id: int
    source: str
    created_at: str
    tags: Mapping[str, tuple[str, ...]]
    variants: Mapping[str, Variant]

    @classmethod
    def read(cls, found: Mapping[str, Any]) -> "Post":
        """Return a post of the API; absent fields are empty.

        Raises:
            ValueError: a field is not what it has to be.
        """
        return cls(
            found["id"],
            _text(found, "rating"),
            _text(found, "md5"),
            _text(found, "file_ext").lower(),
            _number(found, "parent_id"),
            _text(found, "source"),
            _text(found, "created_at"),
            {name: tuple(_text(found, f"tag_string_{name}").split()) for name in CATEGORIES},
            _variants(found),
        )

    @property
    def is_hidden(self) -> bool:
        """Whether the site does not show its files to who asks."""
        return not self.variants

    def choose(self, choice: str) -> Variant | None:
        """Return the file that is taken; ``choice`` is one of ``CHOICES``."""
        return next((self.variants[k] for k in CHOICES[choice] if k in self.variants), None)

    def facts(self) -> dict[str, Any]:
        """Return what is written down of it beside its picture."""
        rating = today_rating(self.rating, RatingScheme.SINCE_2022)
        return {
            "rating": rating and rating.value,
            "md5": self.md5,
            "group": str(self.parent_id or self.id),
            "source": self.source,
            "created_at": self.created_at,
            **{name: list(tags) for name, tags in self.tags.items()},
        }


def _variants(found: Mapping[str, Any]) -> dict[str, Variant]:
    asset = found.get("media_asset")
    listed = asset.get("variants") if isinstance(asset, dict) else None
    several = listed if isinstance(listed, list) else []
    variants = [_variant(one) for one in several if isinstance(one, dict) and one.get("url")]
    known = {one.kind: one for one in variants}
    for kind, field in (("sample", "large_file_url"), ("original", "file_url")):
        if kind not in known and (url := _text(found, field)):
            known[kind] = Variant(kind, url, 0, 0)
    return known


def _variant(one: Mapping[str, Any]) -> Variant:
    return Variant(
        _text(one, "type"), _text(one, "url"), _number(one, "width"), _number(one, "height")
    )


def _text(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"{name} is not text")
    return value


def _number(found: Mapping[str, Any], name: str) -> int:
    value = found.get(name)
    if value is None:
        return 0
    if type(value) is not int or value < 0:
        raise ValueError(f"{name} is not a number")
    return value
