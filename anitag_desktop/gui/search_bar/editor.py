"""The one-line editor of the search text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QFileInfo, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence, QTextCursor
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy

from anitag_desktop.gui.theme.theme import font
from anitag_desktop.gui.theme.tokens import Space, Type

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData
    from PySide6.QtGui import QFocusEvent, QResizeEvent

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class QueryEditor(QPlainTextEdit):
    """Plain text on one line. The signals are keys that mean something to the bar.

    ``typed`` follows changes by the user only, never those by ``show_text``; ``picture_given``
    carries the path of a file that was dropped or pasted here.
    """

    typed = Signal()
    entered = Signal()
    completed = Signal()
    stepped = Signal(int)
    removed = Signal()
    escaped = Signal()
    focused = Signal(bool)
    picture_given = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("queryText")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        self.setFont(font(Type.TITLE))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        height = QFontMetrics(self.font()).lineSpacing() + 1
        self.setFixedHeight(height)
        self.setMinimumWidth(Space.HUGE)
        self._known = ""
        self._invitations: tuple[str, ...] = ()
        self.textChanged.connect(self._tell_typed)

    @property
    def text(self) -> str:
        """What is written."""
        return self.toPlainText()

    @property
    def cursor_place(self) -> int:
        """Where the cursor stands, in characters."""
        units = self.textCursor().position()
        return len(_utf16(self.text)[: units * 2].decode("utf-16-le", "surrogatepass"))

    def show_text(self, text: str) -> None:
        """Replace the text without it counting as typed; the cursor stands at its end."""
        self._known = " ".join(text.split("\n"))
        self.setPlainText(self._known)
        self.moveCursor(QTextCursor.MoveOperation.End)
        self._show_start()

    def invite(self, *invitations: str) -> None:
        """Show, while nothing is written, the first of these words that fit; longest first."""
        self._invitations = invitations
        self._show_invitation()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Invite with as many words as there is room for."""
        super().resizeEvent(event)
        self._show_invitation()

    def replace(self, start: int, end: int, text: str) -> None:
        """Replace characters as the user would, so that Ctrl+Z in the field takes it back."""
        cursor = self.textCursor()
        cursor.setPosition(len(_utf16(self.text[:start])) // 2)
        cursor.setPosition(len(_utf16(self.text[:end])) // 2, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text)
        self.setTextCursor(cursor)

    def sizeHint(self) -> QSize:
        """As high as one line."""
        return QSize(Space.HUGE * 4, self.height())

    def insertFromMimeData(self, source: QMimeData) -> None:  # noqa: N802 - Qt's name
        """Paste on one line; a picture's file is not text but something to search by."""
        path = _file_in(source)
        if path:
            self.picture_given.emit(path)
            return
        self.insertPlainText(" ".join(source.text().split()))

    def canInsertFromMimeData(self, source: QMimeData) -> bool:  # noqa: N802 - Qt's name
        """Take text, and the file of a picture."""
        return bool(_file_in(source)) or super().canInsertFromMimeData(source)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pass on the keys that are not text."""
        key = event.key()
        if key in _ENTER:
            self.entered.emit()
        elif key == Qt.Key.Key_Tab:
            self.completed.emit()
        elif key == Qt.Key.Key_Backtab:
            self.focusPreviousChild()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.stepped.emit(1 if key == Qt.Key.Key_Down else -1)
        elif key == Qt.Key.Key_Delete and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.removed.emit()
        elif key == Qt.Key.Key_Escape:
            self.escaped.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Say that the bar is in use."""
        super().focusInEvent(event)
        self.focused.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Say that the bar is left."""
        super().focusOutEvent(event)
        self._show_start()
        self.focused.emit(False)

    def event(self, event: QEvent) -> bool:
        """Leave Ctrl+Z to the window while there is nothing to undo here."""
        if event.type() == QEvent.Type.ShortcutOverride and leaves_undo(
            event, can_undo=self.document().isUndoAvailable()
        ):
            event.ignore()
            return False
        return super().event(event)

    def _show_invitation(self) -> None:
        metrics, room = QFontMetrics(self.font()), self.viewport().width()
        fitting = (one for one in self._invitations if metrics.horizontalAdvance(one) <= room)
        words = next(fitting, self._invitations[-1] if self._invitations else "")
        if words != self.placeholderText():
            self.setPlaceholderText(words)

    def _show_start(self) -> None:
        if not self.hasFocus():
            self.horizontalScrollBar().setValue(0)

    def _tell_typed(self) -> None:
        # Qt also says that the text changed when only its colours did.
        if self.text != self._known:
            self._known = self.text
            self.typed.emit()


def leaves_undo(event: QEvent, *, can_undo: bool) -> bool:
    """Tell whether a key is Undo or Redo that a text field has no use for."""
    if can_undo or not isinstance(event, QKeyEvent):
        return False
    keys = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)
    return any(event.matches(key) for key in keys)


def _file_in(source: QMimeData) -> str:
    """Return the path of the only file that is dragged, empty if it is none or a folder."""
    urls = source.urls()
    path = urls[0].toLocalFile() if len(urls) == 1 and urls[0].isLocalFile() else ""
    return path if path and QFileInfo(path).isFile() else ""


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")
