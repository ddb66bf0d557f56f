"""The form of one change of a tag: what is asked, what it would do, and the button that does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.domain.tag_change import ChangeKind, TagChange, TagPreview
from anitag_desktop.gui.plain_text import PlainLabel, set_tone
from anitag_desktop.gui.tags.effect_words import question, sentence
from anitag_desktop.gui.theme.tokens import Space
from anitag_desktop.gui.wording import category_name, error_text
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.domain.tag import Tag

_REST = 200
_MOST_TOLD = 8
_WITHOUT_NAME = frozenset({ChangeKind.DELETE, ChangeKind.SILENCE, ChangeKind.HEED})
_CATEGORIES = tuple(one for one in TagCategory if one is not TagCategory.RATING)


class ChangeForm(QWidget):
    """Asks for what is missing and shows what it would do before it is done.

    ``wanted`` carries the change; ``shown`` says whether the form is there.
    """

    wanted = Signal(object)
    shown = Signal(bool)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._kind = ChangeKind.RENAME
        self._tag: Tag | None = None
        self.head = PlainLabel("", "title", wraps=True)
        self.name = QLineEdit()
        self.category = QComboBox()
        self.preview = PlainLabel("", "secondary", wraps=True)
        self.apply_button = QPushButton(self.tr("Apply"))
        self._arrange()
        self._resting = QTimer(self, singleShot=True, interval=_REST)
        self._resting.timeout.connect(self._ask)
        self.name.textEdited.connect(self._wait)
        self.name.returnPressed.connect(self._apply)
        self.category.activated.connect(self._wait)
        self.apply_button.clicked.connect(self._apply)

    @property
    def change(self) -> TagChange | None:
        """What is asked for, None while something is missing."""
        if self._tag is None:
            return None
        second = "" if self._kind in _WITHOUT_NAME else self._second()
        if not second and self._kind not in _WITHOUT_NAME:
            return None
        if self._kind is ChangeKind.ALIAS:
            return TagChange(self._kind, second, self._tag.name)
        return TagChange(self._kind, self._tag.name, second)

    def open(self, kind: ChangeKind, tag: Tag) -> None:
        """Ask for a change of a tag."""
        self._kind, self._tag = kind, tag
        self.head.setText(question(kind, tag.name))
        self.name.setVisible(kind not in _WITHOUT_NAME and kind is not ChangeKind.CATEGORY)
        self.name.setText(tag.name if kind is ChangeKind.RENAME else "")
        self.name.setAccessibleName(self.head.text())
        self.category.setVisible(kind is ChangeKind.CATEGORY)
        self.category.setCurrentIndex(_CATEGORIES.index(tag.category))
        self.preview.clear()
        self.apply_button.setEnabled(False)
        self.show()
        self.shown.emit(True)
        self._focus()
        self._ask()

    def _focus(self) -> None:
        if self.name.isVisible():
            self.name.setFocus()
            self.name.selectAll()
        else:
            (self.category if self.category.isVisible() else self.apply_button).setFocus()

    def _second(self) -> str:
        if self._kind is ChangeKind.CATEGORY:
            return _CATEGORIES[self.category.currentIndex()].value
        return self.name.text().strip()

    def _wait(self) -> None:
        self.apply_button.setEnabled(False)
        self._resting.start()

    def _ask(self) -> None:
        change, library = self.change, self._workspace.library
        if change is None:
            self.preview.clear()
            return
        self._workspace.tasks.run_in_background(
            lambda: library.administering.preview(change),
            self._show_preview,
            self._refuse,
            owner=self,
            topic="preview",
        )

    def _show_preview(self, preview: TagPreview) -> None:
        told = [sentence(effect) for effect in preview.effects]
        more = len(told) - _MOST_TOLD
        lines = told[:_MOST_TOLD] + ([self.tr("and {n} more").format(n=more)] if more > 0 else [])
        set_tone(self.preview, "secondary")
        self.preview.setText("\n".join(lines) if lines else self.tr("It is so already."))
        self.apply_button.setEnabled(bool(told))

    def _refuse(self, error: BaseException) -> None:
        if not isinstance(error, AnitagError):
            self._workspace.tasks.failed.emit(error)
            return
        set_tone(self.preview, "bad")
        self.preview.setText(error_text(error))

    def _apply(self) -> None:
        change = self.change
        if change is not None and self.apply_button.isEnabled():
            self.leave()
            self.wanted.emit(change)

    def leave(self) -> None:
        """Close the form and do nothing."""
        if not self.isHidden():
            self.hide()
            self.shown.emit(False)

    def _arrange(self) -> None:
        for one in _CATEGORIES:
            self.category.addItem(category_name(one))
        self.category.setAccessibleName(self.tr("Category"))
        self.apply_button.setProperty("kind", "primary")
        cancel = QPushButton(self.tr("Cancel"))
        cancel.clicked.connect(self.leave)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.SMALL)
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.apply_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.SMALL)
        for widget in (self.head, self.name, self.category, self.preview):
            column.addWidget(widget)
        column.addLayout(buttons)
        for button in (cancel, self.apply_button):
            button.setAutoDefault(False)
