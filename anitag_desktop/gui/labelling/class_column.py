"""The classes beside the picture: the key, the name and the count of each, and a field for more."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from anitag_desktop.domain.label_sheet import CLASS_KEYS, LabelSheet
from anitag_desktop.gui.dialog_bar import bar_button
from anitag_desktop.gui.inspector.tag_field import TagField
from anitag_desktop.gui.labelling.class_button import ClassButton
from anitag_desktop.gui.labelling.class_row import ClassRow
from anitag_desktop.gui.plain_text import PlainLabel, one_line
from anitag_desktop.gui.settings.tick_box import TickBox
from anitag_desktop.gui.theme import icons
from anitag_desktop.gui.theme.tokens import Size, Space
from anitag_desktop.gui.wording import number, tag_text
from anitag_desktop.gui.workspace import Workspace


class ClassColumn(QFrame):
    """``chosen`` carries the class that was pressed, ``dropped`` one that shall go.

    ``renamed`` carries one that shall be called otherwise.
    """

    chosen = Signal(str)
    dropped = Signal(str)
    renamed = Signal(str)

    def __init__(self, workspace: Workspace, dialog: QDialog) -> None:
        super().__init__()
        self.setObjectName("classColumn")
        self.setFixedWidth(Size.PANEL_RIGHT_LEAST)
        self.buttons: dict[str, ClassButton] = {}
        self.field = TagField(workspace, dialog, self.tr("New class…"))
        self.tags_too = TickBox(self.tr("Also tag in the library"))
        self.tags_too.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.help = PlainLabel("", "secondary", wraps=True)
        self._body = QWidget()
        self._rows = QVBoxLayout(self._body)
        self._arrange()

    def show_sheet(self, sheet: LabelSheet) -> None:
        """Show the classes with their keys and counts."""
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.buttons.clear()
        for key, (name, count) in zip(CLASS_KEYS, sheet.counts().items(), strict=False):
            self._rows.addWidget(self._row(key, name, count))
        self._rows.addStretch(1)
        self.field.setVisible(not sheet.is_full)
        self.help.setText(self._words(sheet))

    def _words(self, sheet: LabelSheet) -> str:
        if sheet.is_full:
            return self.tr("Every key has its class.")
        if not sheet.classes:
            return self.tr("Type a class: Enter takes the proposal, Shift+Enter what you typed.")
        return self.tr("Shift+Enter adds it as typed. Esc goes back to the picture, 0 comes here.")

    def _row(self, key: str, name: str, count: int) -> QWidget:
        words = one_line(tag_text(name))
        button = ClassButton(key, words, number(count))
        button.clicked.connect(partial(self._choose, name))
        self.buttons[name] = button
        hint = self.tr("Rename {name} (Ctrl+{key})").format(name=words, key=key)
        offers = [_small_button("pencil", hint, partial(self.renamed.emit, name))]
        if not count:
            hint = self.tr("Let {name} go").format(name=words)
            offers.append(_small_button("cross", hint, partial(self.dropped.emit, name)))
        return ClassRow(button, offers)

    def _choose(self, name: str, _checked: bool = False) -> None:
        self.chosen.emit(name)

    def _arrange(self) -> None:
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(Space.TINY)
        scroll = QScrollArea()
        scroll.setObjectName("classScroll")
        self._body.setObjectName("classRows")
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self._body)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.CELL, Space.CELL, Space.CELL, Space.CELL)
        column.setSpacing(Space.SMALL)
        column.addWidget(PlainLabel(self.tr("Classes"), "head"))
        column.addWidget(scroll, 1)
        column.addWidget(self.field)
        column.addWidget(self.help)
        column.addWidget(self.tags_too)


def _small_button(icon: str, hint: str, wanted: Callable[[], object]) -> QPushButton:
    button = bar_button("", hint, wanted)
    button.setIcon(icons.icon(icon))
    button.setAccessibleName(hint)
    button.setProperty("kind", "quiet")
    return button
