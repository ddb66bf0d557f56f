"""A line of metadata as a post: of the dumps of 2020 and 2021, or as the API tells it since.

The old dumps have numbers as text and a list of tags with their categories; later ones have a text
of tags for each category. What a rule can decide without the tags is decided before they are read.
"""

from typing import Annotated

import msgspec
from msgspec import Meta, Raw

CATEGORIES = {0: "general", 1: "artist", 3: "copyright", 4: "character", 5: "meta"}
TAGS_AT_MOST = 10_000

_NO_TAGS = Raw(b"[]")


class ListedTag(msgspec.Struct):
    """A tag of the old dumps."""

    name: str
    category: int


class MetadataPost(msgspec.Struct):
    """What is read of a line, all else is skipped; ``tags`` are read when they are needed."""

    id: Annotated[int, Meta(ge=0)]
    created_at: str = ""
    rating: str = ""
    parent_id: int | None = None
    is_pending: bool = False
    is_flagged: bool = False
    is_deleted: bool = False
    is_banned: bool = False
    file_ext: Annotated[str, Meta(pattern=r"^\w{0,10}$")] = ""
    md5: Annotated[str, Meta(pattern="^[0-9a-fA-F]{0,32}$")] | None = None
    tags: Raw = _NO_TAGS
    tag_string_general: str | None = None
    tag_string_artist: str = ""
    tag_string_copyright: str = ""
    tag_string_character: str = ""
    tag_string_meta: str = ""


Tagged = list[tuple[str, str]]
"""Pairs of category and name."""

_posts = msgspec.json.Decoder(MetadataPost, strict=False)
_tags = msgspec.json.Decoder(
    Annotated[list[ListedTag], Meta(max_length=TAGS_AT_MOST)], strict=False
)

read_post = _posts.decode
"""Returns the post of a line; raises ``msgspec.MsgspecError`` with what is wrong."""


def read_tags(post: MetadataPost) -> Tagged:
    """Return a post's tags with their categories.

    Raises:
        msgspec.MsgspecError: the tags are none.
        ValueError: a category that is not known.
    """
    if post.tag_string_general is None:
        try:
            return [(CATEGORIES[tag.category], tag.name) for tag in _tags.decode(post.tags)]
        except KeyError as error:
            raise ValueError(f"{error} is no category of tags") from None
    strings = (
        ("general", post.tag_string_general),
        ("artist", post.tag_string_artist),
        ("copyright", post.tag_string_copyright),
        ("character", post.tag_string_character),
        ("meta", post.tag_string_meta),
    )
    return [(category, name) for category, text in strings for name in text.split()]
