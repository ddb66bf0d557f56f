"""A line of metadata as a post: of the dumps of 2020 and 2021, or as the API tells it since.

The old dumps have numbers as text and a list of tags with their categories; later ones have a text
of tags for each category. Fields that nobody asks for are skipped without being read.
"""

import re
from typing import Annotated

import msgspec
from msgspec import Meta

CATEGORIES = {0: "general", 1: "artist", 3: "copyright", 4: "character", 5: "meta"}
TAGS_AT_MOST = 10_000

_SUFFIX = re.compile(r"\w{0,10}")
_MD5 = re.compile("[0-9a-fA-F]{32}|")


class ListedTag(msgspec.Struct, gc=False):
    """A tag of the old dumps."""

    name: str
    category: int


class MetadataPost(msgspec.Struct, gc=False):
    """What is read of a line."""

    id: Annotated[int, Meta(ge=0)]
    created_at: str = ""
    rating: str = ""
    parent_id: int | None = None
    is_pending: bool = False
    is_flagged: bool = False
    is_deleted: bool = False
    is_banned: bool = False
    file_ext: str = ""
    md5: str | None = None
    tags: Annotated[list[ListedTag], Meta(max_length=TAGS_AT_MOST)] = []
    tag_string_general: str | None = None
    tag_string_artist: str = ""
    tag_string_copyright: str = ""
    tag_string_character: str = ""
    tag_string_meta: str = ""


Tagged = dict[str, list[str]]
"""Names of tags by their category."""

read_post = msgspec.json.Decoder(MetadataPost, strict=False).decode
"""Returns the post of a line; raises ``msgspec.MsgspecError`` with what is wrong."""


def sorted_tags(post: MetadataPost) -> Tagged:
    """Return a post's tags by category, as they are written.

    Raises:
        ValueError: a category that is not known.
    """
    if post.tag_string_general is None:
        by_number: dict[int, list[str]] = {0: [], 1: [], 3: [], 4: [], 5: []}
        try:
            for tag in post.tags:
                by_number[tag.category].append(tag.name)
        except KeyError as error:
            raise ValueError(f"{error} is no category of tags") from None
        return {CATEGORIES[number]: names for number, names in by_number.items() if names}
    strings = {
        "general": post.tag_string_general,
        "artist": post.tag_string_artist,
        "copyright": post.tag_string_copyright,
        "character": post.tag_string_character,
        "meta": post.tag_string_meta,
    }
    return {category: text.split() for category, text in strings.items() if text}


def check_file(post: MetadataPost) -> None:
    """Check what becomes part of a path.

    Raises:
        ValueError: it might lead elsewhere.
    """
    if not _SUFFIX.fullmatch(post.file_ext) or not _MD5.fullmatch(post.md5 or ""):
        raise ValueError("its file_ext or md5 is none")
