"""Colours for the search bar: which stretch of a text is what. Never fails on any text."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from anitag_desktop.domain.tag import TagCategory, normalize_tag_name
from anitag_desktop.search.errors import QueryError
from anitag_desktop.search.lexer import Token, TokenKind, tokens
from anitag_desktop.search.metatags import KINDS, interpret
from anitag_desktop.search.names import METATAG_NAMES
from anitag_desktop.search.parser import parse


class SpanKind(StrEnum):
    """What a stretch of text is."""

    TAG = "tag"
    OPERATOR = "operator"
    EXCLUSION = "exclusion"
    METATAG = "metatag"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the text from ``start`` up to, but without, ``end``.

    ``category`` is that of the tag, or of the tags that the metatag takes; None if unknown.
    """

    start: int
    end: int
    kind: SpanKind
    category: TagCategory | None = None


CategoryOf = Callable[[str], TagCategory | None]
"""Returns the category of a tag by its name or alias, None if there is no such tag."""

_KINDS = {
    TokenKind.MINUS: SpanKind.EXCLUSION,
    TokenKind.NOT: SpanKind.EXCLUSION,
    TokenKind.METATAG: SpanKind.METATAG,
    TokenKind.WORD: SpanKind.TAG,
    TokenKind.QUOTED: SpanKind.TAG,
}


def highlight(text: str, category_of: CategoryOf) -> list[Span]:
    """Return the spans of a text in their order; an error's span comes last, over the others."""
    spans = [_span(token, category_of) for token in _readable(text)]
    try:
        interpret(parse(text), datetime(2000, 1, 1))
    except QueryError as error:
        spans.append(Span(error.position, error.end, SpanKind.ERROR))
    return spans


def without_unfinished(spans: Sequence[Span], cursor: int) -> list[Span]:
    """Return the spans but for the errors in the term that the cursor is in: it is being typed."""
    typed = [span for span in spans if span.start <= cursor <= span.end]

    def is_unfinished(error: Span) -> bool:
        return any(term.start <= error.start and error.end <= term.end for term in typed)

    return [span for span in spans if span.kind != SpanKind.ERROR or not is_unfinished(span)]


def tag_names(text: str) -> list[str]:
    """Return the tags that stand in a text, as far as it can be read."""
    found = (token for token in _readable(text) if token.kind in (TokenKind.WORD, TokenKind.QUOTED))
    return [normalize_tag_name(token.text) for token in found]


def _readable(text: str) -> Iterator[Token]:
    try:
        yield from tokens(text, METATAG_NAMES)
    except QueryError:
        return


def _span(token: Token, category_of: CategoryOf) -> Span:
    kind = _KINDS.get(token.kind, SpanKind.OPERATOR)
    category = None
    if kind is SpanKind.TAG:
        category = category_of(normalize_tag_name(token.text))
    elif kind is SpanKind.METATAG:
        category = KINDS[token.name].category
    return Span(token.extent.start, token.extent.end, kind, category)
