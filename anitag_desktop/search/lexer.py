"""Cuts a search text into tokens.

A word goes on to the next white space, and parentheses in it belong to it: ``saber_(fate)``. Only
a parenthesis that has no partner in its word may close a group that is open, and a kaomoji keeps
even that. ``|`` is an operator where it stands alone or between letters, so that ``|_|`` stays a
tag. Colons and quotes inside a word are part of it, unless the word begins with the name of a
metatag and a colon.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from anitag_desktop.search.errors import QueryError
from anitag_desktop.search.query import NOWHERE, Extent


class TokenKind(StrEnum):
    """What a token is."""

    OPEN = "("
    CLOSE = ")"
    MINUS = "-"
    TILDE = "~"
    AND = "and"
    OR = "or"
    NOT = "not"
    WORD = "word"
    QUOTED = "quoted"
    METATAG = "metatag"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text.

    ``text`` is what stands there, of a quoted one without its quotation marks but with its
    backslashes. Of a metatag, ``name`` is the canonical name and ``text`` the bare value.
    """

    kind: TokenKind
    text: str
    extent: Extent
    name: str = ""
    value_extent: Extent = NOWHERE


UNBALANCED_KAOMOJI = frozenset({":)", ";)", ":(", ";(", ">:)", ">:(", "=)", ":-)", ":-(", ";-)"})
"""Tags whose parentheses have no partner."""

MAX_LENGTH = 20_000
"""Characters; a longer text is not a search."""

_OPERATORS = {kind.value: kind for kind in (TokenKind.AND, TokenKind.OR, TokenKind.NOT)}
_SIGNS = {sign.value: sign for sign in (TokenKind.MINUS, TokenKind.TILDE)}
_WORD = re.compile(r"\S+")
_VALUE = re.compile(r"(?:\\\s|\S)*")
_NAME = re.compile(r"([A-Za-z_][A-Za-z0-9_]*):")
_FACE = re.compile(r"\([^\s()]+\)_\([^\s()]+\)(?=[\s)]|$)")  # (o)_(o)
_LONE_PIPE = re.compile(r"\|\|?(?=[\s()\"]|$)")
_PIPE_AFTER_TERM = re.compile(r"(?<=[^\s(~\-])\|")
_PIPE_IN_WORD = re.compile(r"(?<=[^\W_]|[)*\"])\|(?=[^\W_]|[(*\"\-])")
_QUOTED = {
    # A backslash is read in one way only: two ways would take exponential time to fail.
    '"': re.compile(r'"((?:[^"\\]|\\["\\*]|\\(?!["\\*]))*)"'),
    "'": re.compile(r"'((?:[^'\\]|\\['\\]|\\(?!['\\]))*)'"),
}
_FORBIDDEN = re.compile("[\0\ud800-\udc7f\udd00-\udfff]")


def tokens(text: str, metatags: Mapping[str, str]) -> Iterator[Token]:
    """Yield the tokens of a text; ``metatags`` maps each spelling of a name to the canonical one.

    Raises:
        QueryError: at an open quotation mark, a character that cannot be searched for, or an
            endless text. The tokens before it have been yielded.
    """
    return _Lexer(text, metatags).run()


class _Lexer:
    """Walks over the text once, knowing how many groups are open."""

    def __init__(self, text: str, metatags: Mapping[str, str]) -> None:
        self._text = text
        self._metatags = metatags
        self._at = 0
        self._depth = 0

    def run(self) -> Iterator[Token]:
        self._refuse_impossible_text()
        while self._skip_space():
            yield self._next()

    def _refuse_impossible_text(self) -> None:
        if len(self._text) > MAX_LENGTH:
            raise QueryError(Extent(MAX_LENGTH, len(self._text)), "too_long", limit=MAX_LENGTH)
        forbidden = _FORBIDDEN.search(self._text)
        if forbidden:
            raise QueryError(Extent(*forbidden.span()), "bad_character")

    def _skip_space(self) -> bool:
        while self._at < len(self._text) and self._text[self._at].isspace():
            self._at += 1
        return self._at < len(self._text)

    def _next(self) -> Token:
        char = self._text[self._at]
        if char == ")" or (char == "(" and not _FACE.match(self._text, self._at)):
            return self._parenthesis(char)
        if char in _SIGNS:
            return self._take(_SIGNS[char], char)
        if char == '"':
            return self._quoted()
        pipe = _LONE_PIPE.match(self._text, self._at) or _PIPE_AFTER_TERM.match(
            self._text, self._at
        )
        if pipe:
            return self._take(TokenKind.OR, pipe.group())
        return self._metatag() or self._word()

    def _take(self, kind: TokenKind, text: str) -> Token:
        start, self._at = self._at, self._at + len(text)
        return Token(kind, text, Extent(start, self._at))

    def _parenthesis(self, char: str) -> Token:
        self._depth = self._depth + 1 if char == "(" else max(0, self._depth - 1)
        return self._take(TokenKind(char), char)

    def _quoted(self) -> Token:
        start = self._at
        match = self._closed_quote('"')
        self._at = match.end()
        after = self._text[self._at : self._at + 1]
        if after and not after.isspace() and after not in ")|":
            raise QueryError(Extent(self._at, self._at + 1), "text_after_quote")
        return Token(TokenKind.QUOTED, match.group(1), Extent(start, self._at))

    def _closed_quote(self, mark: str) -> re.Match[str]:
        match = _QUOTED[mark].match(self._text, self._at)
        if match is None:
            raise QueryError(Extent(self._at, len(self._text)), "unclosed_quote")
        return match

    def _metatag(self) -> Token | None:
        match = _NAME.match(self._text, self._at)
        name = self._metatags.get(match.group(1).lower()) if match else None
        if match is None or name is None:
            return None
        start, self._at = self._at, match.end()
        value_start = self._at
        value = self._quoted_value() + self._bare_value()
        extent, inner = Extent(start, self._at), Extent(value_start, self._at)
        return Token(TokenKind.METATAG, value, extent, name, inner)

    def _quoted_value(self) -> str:
        mark = self._text[self._at : self._at + 1]
        is_apostrophe = mark == "'" and not _QUOTED[mark].match(self._text, self._at)
        if mark not in _QUOTED or is_apostrophe:
            return ""
        match = self._closed_quote(mark)
        self._at = match.end()
        return re.sub(rf"\\([{mark}\\])", r"\1", match.group(1))

    def _bare_value(self) -> str:
        match = _VALUE.match(self._text, self._at)
        word = self._own_part(match.group() if match else "", is_value=True)
        self._at += len(word)
        return re.sub(r"\\(\s)", r"\1", word)

    def _word(self) -> Token:
        match = _WORD.match(self._text, self._at)
        word = self._own_part(match.group() if match else "", is_value=False)
        return self._take(_OPERATORS.get(word.lower(), TokenKind.WORD), word)

    def _own_part(self, word: str, *, is_value: bool) -> str:
        """Cut off the operator or the closing parentheses at which the word really ends."""
        pipe = _PIPE_IN_WORD.search(self._text, self._at, self._at + len(word) + 1)
        if pipe and self._at < pipe.start() < self._at + len(word):
            word = word[: pipe.start() - self._at]
        if not self._depth:
            return word
        word = _cut_at_inner_close(word)
        for _ in range(self._depth):
            if not word.endswith(")") or self._keeps_parenthesis(word, is_value):
                break
            word = word[:-1]
        return word

    def _keeps_parenthesis(self, word: str, is_value: bool) -> bool:
        """Tell whether the word's last parenthesis is its own rather than the group's."""
        if is_value and ")" not in self._text[self._at + len(word) :]:
            return False
        return word in UNBALANCED_KAOMOJI or is_balanced(word)


def is_balanced(word: str) -> bool:
    """Tell whether every parenthesis of a word has its partner."""
    depth = 0
    for char in word:
        depth += (char == "(") - (char == ")")
        if depth < 0:
            return False
    return depth == 0


def _cut_at_inner_close(word: str) -> str:
    """Cut ``a)(b`` after ``a``: a parenthesis without a partner ends a word within a group."""
    depth = 0
    for at, char in enumerate(word):
        depth += (char == "(") - (char == ")")
        if depth < 0:
            return word if not word[at:].strip(")") else word[:at]
    return word
