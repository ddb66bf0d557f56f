"""Captions: the tags of a picture as one line of text, written for trainers, read from anyone."""

import re
from collections.abc import Iterable

from anitag_desktop.domain.tag import normalize_tag_name

LARGEST_CAPTION = 1024 * 1024
"""Bytes; no caption of a real picture comes near it."""

MOST_TAGS = 5_000
"""Tags of one picture; more is not a caption."""

_WEIGHTED = re.compile(r"(^|[,\n])\s*\(((?:[^()\\\n]|\\.)*):\s*[0-9]*\.?[0-9]+\s*\)\s*(?=$|[,\n])")
"""``(tag:1.2)`` or ``(tag, tag:0.8)`` where a term begins; ``ratio_(16:9)`` is a tag."""


class CaptionError(ValueError):
    """Text that is not a caption: its line (from 1) and the reason."""

    def __init__(self, line: int, reason: str) -> None:
        self.line = line
        self.reason = reason
        super().__init__(f"line {line}: {reason}")


def parse_caption(content: bytes) -> tuple[str, ...]:
    r"""Return the terms of a caption file, in its order, each once, as they are spelt there.

    They are separated by commas or line ends; a single line without commas whose words hold
    underscores is booru style, separated by spaces. ``\(`` and ``\)`` stand for parentheses and
    prompt weights are taken off. An empty file is a caption without tags.

    Raises:
        CaptionError: it is too large, or not UTF-8 text.
    """
    if len(content) > LARGEST_CAPTION:
        raise CaptionError(1, f"a caption of {len(content)} bytes is too large")
    text = _WEIGHTED.sub(r"\1\2", _decoded(content))
    terms = dict.fromkeys(_unescaped(term) for term in _split(text) if term)
    if len(terms) > MOST_TAGS:
        raise CaptionError(1, f"{len(terms)} tags are more than the {MOST_TAGS} of a caption")
    return tuple(terms)


def format_caption(names: Iterable[str], *, underscores: bool = False, escape: bool = False) -> str:
    r"""Return one line of text with the tags in their order, separated by ``", "``.

    Spaces stand for underscores except in kaomoji; ``escape`` writes parentheses as ``\(`` and
    ``\)``, as prompts need them. A name with a comma cannot be told apart and must not be given.
    """
    spelt = (name if underscores else _spaced(name) for name in names)
    if escape:
        spelt = (re.sub(r"([()])", r"\\\1", name) for name in spelt)
    return ", ".join(spelt) + "\n"


def _decoded(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CaptionError(line, "this is not UTF-8 text") from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if (at := text.find("\0")) >= 0:
        raise CaptionError(text.count("\n", 0, at) + 1, "this is not text")
    return text


def _split(text: str) -> list[str]:
    text = text.strip()
    words = text.split()
    if "," not in text and "\n" not in text and len(words) > 1 and "_" in text:
        return words
    return [term.strip() for term in re.split(r"[,\n]", text)]


def _unescaped(term: str) -> str:
    return re.sub(r"\\([()])", r"\1", term)


def _spaced(name: str) -> str:
    """Write spaces for underscores where reading them back gives the same name."""
    spaced = name.replace("_", " ")
    is_safe = not _is_kaomoji(name) and normalize_tag_name(spaced) == name
    return spaced if is_safe else name


def _is_kaomoji(name: str) -> bool:
    """Tell whether a name is a drawn face such as ``^_^`` or ``o_o``: no two letters in a row."""
    return re.search(r"[^\W_]{2}", name) is None
