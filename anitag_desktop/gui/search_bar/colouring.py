"""Colours the search text by what each part of it is understood as."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.gui.theme.theme import category_colour, colour, theme

if TYPE_CHECKING:
    from anitag_desktop.search.highlight import Span


class QueryColouring(QSyntaxHighlighter):
    """Holds the newest spans and one marked error; both give way when the text changes."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._spans: Sequence[Span] = ()
        self._error: tuple[int, int] | None = None
        theme.changed.connect(self.rehighlight)

    def show_spans(self, spans: Sequence[Span]) -> None:
        """Colour the text by ``spans``."""
        self._spans = spans
        self.rehighlight()

    def mark_error(self, extent: tuple[int, int] | None) -> None:
        """Underline what is wrong (start and end in characters), or nothing."""
        self._error = extent
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        """Format the one line."""
        is_excluded = False
        for span in self._spans:
            tone = "bad" if is_excluded and span.kind in ("tag", "metatag") else None
            self._format(text, span.start, span.end, _format_of(span, tone))
            # A minus and what it excludes are one thing to the eye.
            is_excluded = span.kind == "exclusion"
        if self._error is not None:
            start, end = self._error
            self._format(text, min(start, max(0, len(text) - 1)), max(end, start + 1), _wavy())

    def _format(self, text: str, start: int, end: int, style: QTextCharFormat) -> None:
        # Qt counts UTF-16 units, Python characters.
        begin = len(text[:start].encode("utf-16-le", "surrogatepass")) // 2
        length = len(text[start:end].encode("utf-16-le", "surrogatepass")) // 2
        merged = self.format(begin)
        merged.merge(style)
        self.setFormat(begin, length, merged)


def _format_of(span: Span, tone: str | None) -> QTextCharFormat:
    style = QTextCharFormat()
    if span.kind == "error":
        return _wavy()
    style.setForeground(colour(tone) if tone else _colour_of(span))
    return style


def _colour_of(span: Span) -> QColor:
    if span.kind == "tag" and span.category is not None:
        return category_colour(span.category)
    if span.kind == "metatag":
        return category_colour(TagCategory.META)
    tones = {"operator": "secondary", "exclusion": "bad"}
    return colour(tones.get(span.kind, "text"))


def _wavy() -> QTextCharFormat:
    style = QTextCharFormat()
    style.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
    style.setUnderlineColor(colour("bad"))
    return style
