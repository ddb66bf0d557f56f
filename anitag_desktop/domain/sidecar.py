"""Sidecars: what a file beside a picture, or the export of a library, says of its tags."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from anitag_desktop.domain.booru_post import is_post, post_md5, post_rating, post_tags
from anitag_desktop.domain.caption import MOST_TAGS, CaptionError, parse_caption
from anitag_desktop.domain.image import MD5_DIGITS, SHA256_DIGITS
from anitag_desktop.domain.tag import Rating, TagCategory

LARGEST_JSON = 64 * 1024 * 1024
"""Bytes of one JSON document (or of one line of JSON lines)."""

IMPORTED_SOURCES = frozenset({"user", "import", "rule"})
"""Of tags that name their source, only these are trusted; what a model said is not a statement."""


@dataclass(frozen=True, slots=True)
class SidecarTag:
    """A tag as a sidecar spells it; ``category`` is None where it does not say."""

    name: str
    category: TagCategory | None = None


@dataclass(frozen=True, slots=True)
class SidecarPicture:
    """What a sidecar says of one picture.

    ``tags`` are statements, ``model_tags`` what it tells of a model's view, which is none;
    ``unsourced`` is the rating of an export, which does not tell whether a model or a person
    gave it.
    ``sha256`` and ``md5`` name it by its bytes (hex), ``path`` by its place; where all are None
    the sidecar's own name tells. ``line`` counts from 1.
    """

    line: int
    tags: tuple[SidecarTag, ...]
    sha256: str | None = None
    md5: str | None = None
    path: str | None = None
    model_tags: tuple[SidecarTag, ...] = ()
    unsourced: tuple[SidecarTag, ...] = ()


def parse_text_sidecar(content: bytes) -> SidecarPicture:
    """Read a caption file.

    Raises:
        CaptionError: it is not one.
    """
    return SidecarPicture(1, tuple(SidecarTag(term) for term in parse_caption(content)))


def parse_json(content: bytes, first_line: int = 1) -> Iterator[SidecarPicture]:
    """Read one JSON document: a picture, a list of them, or an object of them by path.

    Raises:
        CaptionError: it is not JSON, or does not describe pictures.
    """
    yield from _pictures(_loaded(content, first_line), first_line)


def is_one_json_object(content: bytes) -> bool:
    """Tell whether a line is a whole JSON object, as each line of a JSON-lines file is."""
    try:
        return isinstance(_loaded(content, 1), dict)
    except CaptionError:
        return False


def _loaded(content: bytes, first_line: int) -> object:
    if len(content) > LARGEST_JSON:
        raise CaptionError(first_line, f"{len(content)} bytes are too many for one JSON document")
    try:
        return json.loads(content.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        line = first_line + error.lineno - 1
        raise CaptionError(line, f"this is not JSON ({error.msg})") from None
    except UnicodeDecodeError as error:
        line = first_line + content.count(b"\n", 0, error.start)
        raise CaptionError(line, "this is not UTF-8 text") from None
    except (RecursionError, ValueError):
        raise CaptionError(first_line, "this JSON is nested too deeply or not sound") from None


def _pictures(value: object, line: int) -> Iterator[SidecarPicture]:
    if isinstance(value, list):
        for part in value:
            yield _picture(part, line)
    elif isinstance(value, dict) and value and all(_is_picture(v) for v in value.values()):
        for path, part in value.items():
            yield _picture({"path": path, **part}, line)
    else:
        yield _picture(value, line)


def _is_picture(value: object) -> bool:
    return isinstance(value, dict) and ("tags" in value or "accepted" in value or is_post(value))


def _picture(value: object, line: int) -> SidecarPicture:
    if not isinstance(value, dict):
        raise CaptionError(line, "a picture must be a JSON object")
    if not _is_picture(value):
        raise CaptionError(line, 'the object has neither "tags" nor "accepted"')
    if is_post(value):
        return _post(value, line)
    parts = _parts(value.get("accepted", value.get("tags")), line)
    _check_count(len(parts), line)
    tags = tuple(_tag(part, line) for part in parts if _is_statement(part))
    rating, is_export = _rating(value.get("rating")), _is_export(value, parts)
    return SidecarPicture(
        line,
        tags if is_export else (*tags, *rating),
        _digest(value.get("sha256"), SHA256_DIGITS, line),
        _digest(value.get("md5"), MD5_DIGITS, line),
        _path(value, line),
        tuple(_tag(part, line) for part in parts if not _is_statement(part)),
        rating if is_export else (),
    )


def _post(value: dict[str, object], line: int) -> SidecarPicture:
    """Return what a post of a booru tells; ``file`` may be what e621 says of the file."""
    found = post_tags(value)
    _check_count(len(found), line)
    tags = tuple(SidecarTag(name, category) for name, category in found.items())
    rating = _rating(post_rating(value))
    told = value if not isinstance(value.get("file"), dict) else {**value, "file": None}
    return SidecarPicture(
        line,
        (*tags, *rating),
        _digest(value.get("sha256"), SHA256_DIGITS, line),
        _digest(post_md5(value), MD5_DIGITS, line),
        _path(told, line),
    )


def _check_count(tags: int, line: int) -> None:
    if tags > MOST_TAGS:
        raise CaptionError(line, f"{tags} tags are more than the {MOST_TAGS} of a picture")


def _is_export(value: dict[str, object], parts: Sequence[object]) -> bool:
    """Tell whether a picture is told as our exports do: by its hash, each tag with its source."""
    has_sources = all(isinstance(part, dict) and "source" in part for part in parts)
    return "tags" in value and "sha256" in value and has_sources


def _parts(value: object, line: int) -> Sequence[object]:
    if isinstance(value, str):
        return parse_caption(value.encode("utf-8", "replace"))
    if not isinstance(value, list):
        raise CaptionError(line, '"tags" must be a list')
    return value


def _is_statement(part: object) -> bool:
    source = part.get("source", "import") if isinstance(part, dict) else "import"
    return str(source) in IMPORTED_SOURCES


def _tag(value: object, line: int) -> SidecarTag:
    if isinstance(value, str):
        return SidecarTag(value)
    if not isinstance(value, dict) or not isinstance(value.get("name"), str):
        raise CaptionError(line, "a tag must be a name, or an object with a name")
    return SidecarTag(value["name"], _category(value.get("category"), line))


def _category(value: object, line: int) -> TagCategory | None:
    if value is None:
        return None
    try:
        return TagCategory(str(value))
    except ValueError:
        raise CaptionError(line, f"{value!r} is not a category of tags") from None


def _rating(value: object) -> tuple[SidecarTag, ...]:
    if value not in [rating.value for rating in Rating]:
        return ()
    return (SidecarTag(Rating(value).tag_name, TagCategory.RATING),)


def _digest(value: object, digits: int, line: int) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not re.fullmatch(f"[0-9a-fA-F]{{{digits}}}", value):
        raise CaptionError(line, f"a hash must have {digits} hex digits")
    return value.lower()


def _path(value: dict[str, object], line: int) -> str | None:
    path = value.get("path", value.get("file"))
    if path is None:
        return None
    if not isinstance(path, str) or not path or "\0" in path:
        raise CaptionError(line, "a path must be text")
    return path
