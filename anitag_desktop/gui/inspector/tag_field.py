"""The field that adds tags to the selection."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QWidget

from anitag_desktop.domain.tag import normalize_tag_name
from anitag_desktop.gui.completion.popup import CompletionPopup
from anitag_desktop.gui.completion.suggestion import Suggestion
from anitag_desktop.gui.inspector.tag_entry import last_part
from anitag_desktop.gui.plain_text import PlainLabel
from anitag_desktop.gui.search_bar.editor import leaves_undo
from anitag_desktop.gui.tasks import Priority
from anitag_desktop.gui.theme.tokens import Size, Space
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.search.completion import Completion

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class TagField(QFrame):
    """``entered`` carries the text to be added, ``left`` follows Esc. ``words`` stand in it.

    Enter takes the highlighted completion, Shift+Enter what is written.
    """

    entered = Signal(str)
    left = Signal()

    def __init__(self, workspace: Workspace, window: QWidget, words: str = "") -> None:
        super().__init__()
        self.setObjectName("tagField")
        self.setFixedHeight(Size.CONTROL + Space.TINY)
        self._workspace = workspace
        self._known: Collection[str] = ()
        self._answered = ""
        self._enters_on_answer = False
        self._edit = _TagEdit()
        self._edit.setPlaceholderText(words or self.tr("Add a tag…"))
        self._edit.setAccessibleName(words or self.tr("Add a tag"))
        self._key = PlainLabel("" if words else "T", "secondary")
        self._popup = CompletionPopup(window)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.CELL, 0, Space.CELL, 0)
        row.addWidget(self._edit, 1)
        row.addWidget(self._key)
        self._edit.textEdited.connect(self._complete)
        self._edit.key_pressed.connect(self._on_key)
        self._edit.focused.connect(self._on_focused)
        self._popup.taken.connect(self._take)

    @property
    def edit(self) -> QLineEdit:
        """The field itself."""
        return self._edit

    @property
    def popup(self) -> CompletionPopup:
        """The list at the field."""
        return self._popup

    def know(self, names: Collection[str]) -> None:
        """Grey these tags in the list: all the pictures have them already."""
        self._known = names

    def _complete(self) -> None:
        text = self._edit.text()
        _, part = last_part(text)
        self._dismiss()
        if not part:
            return
        library, asked = self._workspace.library, part.replace(" ", "_")
        self._workspace.tasks.run_in_background(
            lambda: (text, library.searching.complete(asked, len(asked))),
            self._offer,
            self._offer_nothing,
            owner=self,
            topic="complete",
            priority=Priority.URGENT,
        )

    def _offer(self, answer: tuple[str, Sequence[Completion]]) -> None:
        text, found = answer
        if text != self._edit.text():
            return
        start, part = last_part(text)
        rows = [self._row(one, start, len(text)) for one in found if one.kind in ("tag", "alias")]
        self._answered = text
        typed = normalize_tag_name(part)
        rows.sort(key=lambda row: normalize_tag_name(row.text) != typed)
        if self._edit.hasFocus():
            self._popup.offer(rows, self, first=True)
            self._edit.is_listing = bool(rows)
        if self._enters_on_answer:
            self._enter()

    def _offer_nothing(self, _error: BaseException) -> None:
        self._answered = self._edit.text()
        if self._enters_on_answer:
            self._enter()

    def _row(self, found: Completion, start: int, end: int) -> Suggestion:
        name = found.alias_of or found.text
        return Suggestion(
            text=found.text,
            insert=name,
            start=start,
            end=end,
            category=found.category,
            count=found.count if found.kind in ("tag", "alias") else None,
            alias_of=found.alias_of,
            is_known=name in self._known,
        )

    def _on_key(self, key: int, is_shifted: bool) -> None:
        if key == Qt.Key.Key_Escape:
            self._on_escaped()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._popup.step(1 if key == Qt.Key.Key_Down else -1)
        elif key == Qt.Key.Key_Tab:
            self._popup.step(-1 if is_shifted else 1)
        elif is_shifted or not last_part(self._edit.text())[1]:
            self._give(self._edit.text())
        elif self._answered == self._edit.text():
            self._enter()
        else:
            # What the list will offer is not known yet: Enter waits for it, so that the same
            # keys always give the same tag.
            self._enters_on_answer = True

    def _on_escaped(self) -> None:
        if self._popup.isVisible():
            self._dismiss()
        else:
            self._edit.clear()
            self.left.emit()

    def _on_focused(self, is_focused: bool) -> None:
        self.setProperty("focused", is_focused)
        self.style().unpolish(self)
        self.style().polish(self)
        if not is_focused:
            self._dismiss()

    def _enter(self) -> None:
        self._enters_on_answer = False
        chosen = self._popup.chosen
        if chosen is not None:
            self._take(chosen)
        else:
            self._give(self._edit.text())

    def _take(self, row: Suggestion) -> None:
        text = self._edit.text()
        self._give(text[: row.start] + row.insert + text[row.end :])

    def _dismiss(self) -> None:
        self._popup.dismiss()
        self._edit.is_listing = False

    def _give(self, text: str) -> None:
        self._dismiss()
        self._edit.clear()
        if text.strip():
            self.entered.emit(text)


class _TagEdit(QLineEdit):
    """A line edit that passes on the keys which are not text; several lines paste as a list."""

    key_pressed = Signal(int, bool)
    focused = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.is_listing = False
        self.setObjectName("tagText")
        self.setFrame(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pass on Enter, Esc and the arrows."""
        keys = (*_ENTER, Qt.Key.Key_Escape, Qt.Key.Key_Up, Qt.Key.Key_Down)
        if event.key() in keys:
            is_shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.key_pressed.emit(event.key(), is_shifted)
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.insert(", ".join(QGuiApplication.clipboard().text().split("\n")))
            self.textEdited.emit(self.text())
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Leave Ctrl+Z to the window while there is nothing to undo here."""
        if event.type() == QEvent.Type.ShortcutOverride and leaves_undo(
            event, can_undo=bool(self.text())
        ):
            event.ignore()
            return False
        return super().event(event)

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802 - Qt's name
        """Tab walks through the list while there is one, else to the next widget."""
        if not self.is_listing:
            return super().focusNextPrevChild(forward)
        self.key_pressed.emit(Qt.Key.Key_Tab.value, not forward)
        return True

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Say that the field is in use."""
        super().focusInEvent(event)
        self.focused.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Say that the field is left."""
        super().focusOutEvent(event)
        self.focused.emit(False)
