"""Posts of boorus: what a site's API, or a program that downloads from it, tells of a picture.

Danbooru gives names by category as text (``tag_string_character``), gallery-dl as lists or text
(``tags_character``), e621 as an object of lists; older sites only all names in one text.
"""

from collections.abc import Iterator, Mapping

from anitag_desktop.domain.tag import Rating, TagCategory
from anitag_desktop.domain.tag_list import WORDS

_CATEGORIES: Mapping[str, TagCategory] = {
    **{word: category for word, category in WORDS.items() if word and category is not None},
    "metadata": TagCategory.META,
}
"""What a site calls a category, and which is meant; names that should not be used are left out."""

_FIELDS = {
    f"{prefix}_{word}": category
    for word, category in _CATEGORIES.items()
    for prefix in ("tag_string", "tags")
}
_EVERY = ("tag_string", "tags")

_LETTERS = {rating.value[0]: rating for rating in Rating}
"""As Danbooru gives them since 2022; elsewhere ``s`` means safe."""

_LIKE_DANBOORU = ("danbooru", "aibooru")
"""Such sites by the names that gallery-dl has for them."""


def is_post(value: Mapping[str, object]) -> bool:
    """Tell whether an object tells of a picture as a booru, or gallery-dl, does."""
    if "accepted" in value:
        return False
    has_fields = "tag_string" in value or isinstance(value.get("tags"), dict)
    has_fields = has_fields or any(name in value for name in _FIELDS)
    is_downloaded = isinstance(value.get("category"), str) or {"id", "md5"} <= value.keys()
    return has_fields or (is_downloaded and _are_names(value.get("tags")))


def post_tags(value: Mapping[str, object]) -> dict[str, TagCategory | None]:
    """Return the tags of a post as it spells them, with their categories; None: it says none."""
    found: dict[str, TagCategory | None] = {}
    for name, category in _named(value):
        found.setdefault(name, category)
    for field in _EVERY:
        for name in _names(value.get(field)):
            found.setdefault(name, None)
    return found


def post_rating(value: Mapping[str, object]) -> Rating | None:
    """Return the rating of a post; a letter means something only where Danbooru's are used."""
    told = value.get("rating")
    if not isinstance(told, str):
        return None
    if told in set(Rating):
        return Rating(told)
    has_categories = any(name.startswith("tag_string") for name in value)
    is_danbooru = value.get("category", "danbooru" if has_categories else "") in _LIKE_DANBOORU
    return _LETTERS.get(told) if is_danbooru else None


def post_md5(value: Mapping[str, object]) -> object:
    """Return the hash that a post names, which e621 tells of its file."""
    file = value.get("file")
    return value.get("md5") or (file.get("md5") if isinstance(file, dict) else None)


def _named(value: Mapping[str, object]) -> Iterator[tuple[str, TagCategory]]:
    for field, category in _FIELDS.items():
        yield from ((name, category) for name in _names(value.get(field)))
    by_category = value.get("tags")
    if isinstance(by_category, dict):
        for word, category in _CATEGORIES.items():
            yield from ((name, category) for name in _names(by_category.get(word)))


def _are_names(value: object) -> bool:
    is_list = isinstance(value, list) and all(isinstance(name, str) for name in value)
    return is_list or isinstance(value, str)


def _names(value: object) -> list[str]:
    """Return the names in a list, or in text: apart by commas if it has any, else by blanks."""
    if isinstance(value, str):
        parts = value.split(",") if "," in value else value.split()
        return [name for part in parts if (name := part.strip())]
    return [name for name in value if isinstance(name, str)] if isinstance(value, list) else []
