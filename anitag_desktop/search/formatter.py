"""Writes a tree as text, so that parsing the text gives the tree again."""

from collections.abc import Mapping

from anitag_desktop.search.errors import QueryError
from anitag_desktop.search.lexer import UNBALANCED_KAOMOJI, TokenKind, is_balanced, tokens
from anitag_desktop.search.names import METATAG_NAMES
from anitag_desktop.search.query import (
    And,
    Everything,
    Leaf,
    Not,
    Or,
    Query,
    TagName,
    TagPattern,
)


def format_query(query: Query) -> str:
    """Return the normalised text of a tree: no more quotes and parentheses than needed."""
    if isinstance(query, Everything):
        return ""
    if isinstance(query, Or):
        return " or ".join(_alternative(part) for part in query.parts)
    if isinstance(query, And):
        return " ".join(_conjunct(part) for part in query.parts)
    if isinstance(query, Not):
        return _negation(query)
    return _leaf(query)


def format_tag(name: str) -> str:
    """Return how the tag of this name is written in a search: quoted where it must be."""
    is_bare = "*" not in name and _stands_bare(name, TokenKind.WORD, name)
    return name if is_bare else f'"{_escaped(name)}"'


def format_metatag(name: str, value: str, metatags: Mapping[str, str] = METATAG_NAMES) -> str:
    """Return how a metatag is written in a search."""
    if _stands_bare(f"{name}:{value}", TokenKind.METATAG, value, metatags):
        return f"{name}:{value}"
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'{name}:"{escaped}"'


def _alternative(part: Query) -> str:
    return f"({format_query(part)})" if isinstance(part, And) else format_query(part)


def _conjunct(part: Query) -> str:
    return f"({format_query(part)})" if isinstance(part, Or) else format_query(part)


def _negation(query: Not) -> str:
    text = format_query(query.part)
    return f"-({text})" if isinstance(query.part, And | Or) else f"-{text}"


def _leaf(leaf: Leaf) -> str:
    if isinstance(leaf, TagName):
        return format_tag(leaf.name)
    if isinstance(leaf, TagPattern):
        return _pattern(leaf)
    return format_metatag(leaf.name, leaf.value)


def _pattern(pattern: TagPattern) -> str:
    bare = "*".join(pattern.pieces)
    is_bare = not any("*" in piece for piece in pattern.pieces) and _stands_bare(
        bare, TokenKind.WORD, bare
    )
    return bare if is_bare else '"' + "*".join(map(_escaped, pattern.pieces)) + '"'


def _escaped(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"').replace("*", "\\*")


def _stands_bare(
    text: str, kind: TokenKind, meaning: str, metatags: Mapping[str, str] = METATAG_NAMES
) -> bool:
    """Tell whether the text means this alone, also behind a minus, in a group, before others."""
    # A parenthesis without a partner may find one behind it, in groups of some depth.
    if meaning not in UNBALANCED_KAOMOJI and not is_balanced(meaning):
        return False
    contexts = (
        (text, 0, 1),
        (f"-{text}", 1, 2),
        (f"({text})", 1, 3),
        (f"({text} a)", 1, 4),
        (f"((a {text}))", 3, 6),  # of which it might take one for a kaomoji
        (f"{text} '", 0, 2),  # which would close an apostrophe that the text begins with
    )
    for context, place, count in contexts:
        try:
            found = list(tokens(context, metatags))
        except QueryError:
            return False
        if len(found) != count or (found[place].kind, found[place].text) != (kind, meaning):
            return False
    return True
