"""Which term of a half-typed search the cursor is at."""

import re
from dataclasses import dataclass

from anitag_desktop.search.errors import QueryError
from anitag_desktop.search.lexer import Token, TokenKind, tokens
from anitag_desktop.search.names import METATAG_NAMES


@dataclass(frozen=True, slots=True)
class TypedTerm:
    """The term before the cursor: what was typed of it, where it stands, of which metatag."""

    typed: str
    start: int
    end: int
    metatag: str | None = None


_TERMS = frozenset({TokenKind.WORD, TokenKind.QUOTED, TokenKind.AND, TokenKind.OR, TokenKind.NOT})
_METATAG_BEFORE = re.compile(r"([A-Za-z_][A-Za-z0-9_]*):$")


def term_at(text: str, cursor: int) -> TypedTerm | None:
    """Return the term that ends at the cursor, or None between terms.

    Its end is that of the whole word, so that completing replaces all of it.
    """
    cursor = max(0, min(cursor, len(text)))
    found: list[Token] = []
    try:
        found.extend(tokens(text[:cursor], METATAG_NAMES))
    except QueryError as error:
        return _open_quote(text, cursor, error)
    last = found[-1] if found else None
    if last is None or last.extent.end != cursor:
        return None
    if last.kind is TokenKind.METATAG:
        return TypedTerm(last.text, last.extent.start, _word_end(text, cursor), last.name)
    if last.kind not in _TERMS or last.text.startswith("|"):
        return None
    return TypedTerm(last.text, last.extent.start, _word_end(text, cursor))


def _open_quote(text: str, cursor: int, error: QueryError) -> TypedTerm | None:
    """Return the term in quotes that are still open."""
    if error.code != "query_unclosed_quote":
        return None
    typed = text[error.position + 1 : cursor]
    closing = text.find('"', cursor)
    end = len(text) if closing < 0 else closing + 1
    before = _METATAG_BEFORE.search(text, 0, error.position)
    name = METATAG_NAMES.get(before[1].lower()) if before else None
    start = before.start() if before and name else error.position
    return TypedTerm(typed, start, end if closing >= 0 else cursor, name)


def _word_end(text: str, cursor: int) -> int:
    match = re.compile(r"[^\s()]*").match(text, cursor)
    return match.end() if match else cursor
