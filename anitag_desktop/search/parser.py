r"""Parses a search text into its tree.

The grammar (``lexer`` says what a word is)::

    query    = [ choice ]
    choice   = both { ( "or" | "|" ) both }
    both     = terms { "and" terms }
    terms    = term { term }
    term     = "not" term | "-" one | "~" one | one
    one      = "(" choice ")" | metatag | tag | pattern
    metatag  = NAME ":" value
    tag      = WORD | '"' WORDS '"'
    pattern  = a tag with a "*" in it

``and`` binds tighter than ``or``; terms side by side all have to hold, but of the terms with a
``~`` among them any one is enough. ``and``, ``or``, ``not`` and metatag names stand in any letter
case. In quotes white space is the underscore of a tag's name, and ``\*``, ``\"`` and ``\\``
are the characters themselves. Values of metatags stay as they were typed: ``metatags`` reads them.
"""

import re
import unicodedata
from collections.abc import Mapping

from anitag_desktop.domain.tag import normalize_tag_name
from anitag_desktop.search.errors import QueryError
from anitag_desktop.search.lexer import Token, TokenKind, tokens
from anitag_desktop.search.names import METATAG_NAMES
from anitag_desktop.search.query import (
    Everything,
    Extent,
    Leaf,
    Metatag,
    Query,
    TagName,
    TagPattern,
    all_of,
    any_of,
    leaves,
    negate,
)

MAX_DEPTH = 20
"""How deep groups may stand in each other."""

MAX_TERMS = 300
"""How many tags and metatags one search may name."""

MAX_STARS = 8
"""How many wildcards one tag may hold."""

_STAR = re.compile(r"(?<!\\)((?:\\\\)*)\*")
_TERM_STARTS = frozenset(TokenKind) - {TokenKind.CLOSE, TokenKind.AND, TokenKind.OR}


def parse(text: str, metatags: Mapping[str, str] = METATAG_NAMES) -> Query:
    """Return the tree of a text; ``metatags`` maps each spelling of a name to the canonical one.

    Raises:
        QueryError: when the text is not a search.
    """
    query = _Parser(list(tokens(text, metatags)), Extent(len(text), len(text))).query()
    terms = list(leaves(query))
    if len(terms) > MAX_TERMS:
        raise QueryError(terms[MAX_TERMS].extent, "too_many_terms", limit=MAX_TERMS)
    return query


class _Parser:
    """Recursive descent over the tokens, one method for each rule."""

    def __init__(self, found: list[Token], end: Extent) -> None:
        self._tokens = found
        self._end = end
        self._at = 0
        self._depth = 0

    def query(self) -> Query:
        if not self._tokens:
            return Everything(self._end)
        found = self._choice()
        if self._kind() is not None:
            raise QueryError(self._tokens[self._at].extent, "unexpected_close")
        return found

    def _choice(self) -> Query:
        parts = [self._both()]
        while self._accept(TokenKind.OR):
            parts.append(self._both())
        return any_of(parts)

    def _both(self) -> Query:
        parts = [self._terms()]
        while self._accept(TokenKind.AND):
            parts.append(self._terms())
        return all_of(parts)

    def _terms(self) -> Query:
        parts: list[Query] = []
        alternatives: list[Query] = []
        place = 0
        while not (parts or alternatives) or self._kind() in _TERM_STARTS:
            if self._accept(TokenKind.TILDE):
                place = place if alternatives else len(parts)
                alternatives.append(self._one())
            else:
                parts.append(self._term())
        if alternatives:
            parts.insert(place, any_of(alternatives))
        return all_of(parts)

    def _term(self) -> Query:
        is_negated = False
        start = self._here().start
        while self._accept(TokenKind.NOT):
            is_negated = not is_negated
        if self._accept(TokenKind.MINUS):
            is_negated = not is_negated
        found = self._one()
        extent = Extent(start, found.extent.end)
        return negate(found, extent) if is_negated else found

    def _one(self) -> Query:
        token = self._current()
        if token is None or token.kind not in _TERM_STARTS or self._is_dangling():
            raise self._missing_term()
        self._at += 1
        if token.kind is TokenKind.OPEN:
            return self._group(token)
        if token.kind in (TokenKind.MINUS, TokenKind.TILDE, TokenKind.NOT):
            raise QueryError(token.extent, "double_sign", sign=token.text)
        return _leaf(token)

    def _group(self, opening: Token) -> Query:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise QueryError(opening.extent, "too_deep", limit=MAX_DEPTH)
        if self._kind() is TokenKind.CLOSE:
            raise QueryError(Extent(opening.extent.start, self._here().end), "empty_group")
        if self._kind() is None:
            raise QueryError(opening.extent, "unclosed_group")
        found = self._choice()
        if not self._accept(TokenKind.CLOSE):
            raise QueryError(opening.extent, "unclosed_group")
        self._depth -= 1
        return found

    def _is_dangling(self) -> bool:
        """Tell whether the sign before the current token stands alone."""
        sign = self._previous()
        signs = (TokenKind.MINUS, TokenKind.TILDE)
        return sign is not None and sign.kind in signs and sign.extent.end < self._here().start

    def _missing_term(self) -> QueryError:
        before, here = self._previous(), self._current()
        if before is not None and before.kind not in (TokenKind.OPEN, TokenKind.CLOSE):
            return QueryError(before.extent, "missing_term", operator=before.text)
        if here is not None and here.kind in (TokenKind.AND, TokenKind.OR):
            return QueryError(here.extent, "missing_left", operator=here.text)
        return QueryError(self._here(), "unexpected_close")

    def _accept(self, kind: TokenKind) -> bool:
        if self._kind() is not kind:
            return False
        self._at += 1
        return True

    def _current(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _previous(self) -> Token | None:
        return self._tokens[self._at - 1] if self._at else None

    def _kind(self) -> TokenKind | None:
        token = self._current()
        return token.kind if token else None

    def _here(self) -> Extent:
        token = self._current()
        return token.extent if token else self._end


def _leaf(token: Token) -> Leaf:
    if token.kind is TokenKind.METATAG:
        return Metatag(token.name, token.text, token.extent, token.value_extent)
    if token.kind is TokenKind.QUOTED:
        raw = [re.sub(r"\\([\\\"*])", r"\1", piece) for piece in _split_at_stars(token.text)]
    else:
        raw = token.text.split("*")
    if len(raw) == 1:
        return TagName(_name(raw[0], token), token.extent)
    if len(raw) - 1 > MAX_STARS:
        raise QueryError(token.extent, "too_many_stars", limit=MAX_STARS)
    return TagPattern(_pieces(raw), token.extent)


def _split_at_stars(text: str) -> list[str]:
    """Split at each ``*`` without a backslash of its own."""
    return _STAR.sub(r"\1\0", text).split("\0")


def _name(raw: str, token: Token) -> str:
    name = normalize_tag_name(raw)
    if not name:
        raise QueryError(token.extent, "empty_quotes")
    return name


def _pieces(raw: list[str]) -> tuple[str, ...]:
    first, *inner, last = raw
    ends = (_folded(first.lstrip()), _folded(last.rstrip()))
    return (ends[0], *(_folded(piece) for piece in inner if piece), ends[1])


def _folded(piece: str) -> str:
    """Spell part of a name as names are spelt, keeping white space at its ends."""
    folded = re.sub(r"\s+", "_", unicodedata.normalize("NFC", piece).lower())
    return unicodedata.normalize("NFC", folded)
