"""Text from files, tags and models is shown as plain text: labels and tooltips that cannot else.

Qt guesses whether a text is HTML, and HTML may open files. Nothing here guesses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from anitag_desktop.gui.theme.theme import head_font

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent


class PlainLabel(QLabel):
    """A label that shows its text as it is. ``tone`` picks a style: secondary, title, hero, ..."""

    def __init__(self, text: str = "", tone: str = "", *, wraps: bool = False) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)
        self.setWordWrap(wraps)
        if tone:
            self.setProperty("tone", tone)
        if tone == "head":
            self.setFont(head_font())


class ElidedLabel(PlainLabel):
    """One line that is cut in its middle where it does not fit; the whole is in the tooltip."""

    def __init__(self, text: str = "", tone: str = "") -> None:
        super().__init__(text, tone)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_text(self, text: str) -> None:
        """Replace the text and its tooltip."""
        self.setText(text)
        set_plain_tooltip(self, text)

    def minimumSizeHint(self) -> QSize:
        """Allow any width."""
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the text, cut where it does not fit."""
        painter = QPainter(self)
        text = self.fontMetrics().elidedText(
            one_line(self.text()), Qt.TextElideMode.ElideMiddle, self.width()
        )
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), self.alignment() | Qt.AlignmentFlag.AlignVCenter, text)


def set_tone(label: QLabel, tone: str) -> None:
    """Give a label another tone."""
    if label.property("tone") != tone:
        label.setProperty("tone", tone)
        label.style().unpolish(label)
        label.style().polish(label)


def set_plain_tooltip(widget: QWidget, text: str) -> None:
    """Give ``widget`` a tooltip that shows ``text`` as it is."""
    widget.setToolTip(plain_tooltip(text))


def plain_tooltip(text: str) -> str:
    """Return rich text that shows ``text`` as it is, so that Qt has nothing to guess."""
    return f"<p style='white-space:pre-wrap'>{_escaped(printable(text))}</p>" if text else ""


def one_line(text: str) -> str:
    """Return ``text`` with control characters and line ends as spaces, ready to be drawn."""
    return "".join(c if c.isprintable() else " " for c in printable(text))


def printable(text: str) -> str:
    """Return ``text`` with bytes that are not UTF-8 (surrogates) as replacement characters."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def action_text(text: str) -> str:
    """Return ``text`` for a menu or a button, where a single ampersand would mark a key."""
    return one_line(text).replace("&", "&&")


def _escaped(text: str) -> str:
    # html.escape would load the names of all HTML entities before the first paint.
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
