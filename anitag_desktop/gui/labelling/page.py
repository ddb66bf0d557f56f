"""What stands in the dialog of the labelling: the file, the picture, the classes."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from anitag_desktop.domain.label_sheet import LabelSheet
from anitag_desktop.gui.dialog_bar import bar_button, dialog_bar
from anitag_desktop.gui.labelling.class_column import ClassColumn
from anitag_desktop.gui.plain_text import ElidedLabel, PlainLabel
from anitag_desktop.gui.review.page import show_whole
from anitag_desktop.gui.theme.tokens import Space
from anitag_desktop.gui.viewer.canvas import Canvas
from anitag_desktop.gui.workspace import Workspace


class LabellingPage(QObject):
    """Fills a dialog. ``wanted`` carries the name of what a button does."""

    wanted = Signal(str)

    def __init__(self, workspace: Workspace, dialog: QDialog) -> None:
        super().__init__(dialog)
        self.canvas = Canvas()
        self.classes = ClassColumn(workspace, dialog)
        self.file = ElidedLabel("", "secondary")
        self.name = ElidedLabel("", "secondary")
        self.trouble = PlainLabel("", "warning", wraps=True)
        self.progress = ElidedLabel("", "secondary")
        self.empty = PlainLabel("", "title", wraps=True)
        self.buttons = self._make_buttons()
        self._pages = QStackedWidget()
        self._arrange(dialog)
        self.trouble.hide()

    def show_empty(self, words: str, *, offers: str = "") -> None:
        """Show words instead of a picture, and offer one thing to do, if there is one."""
        self.empty.setText(words)
        self.name.show_text("")
        self._pages.setCurrentIndex(1)
        for name in ("choose", "again"):
            self.buttons[name].setVisible(name == offers)
        self.buttons["skip"].hide()

    def show_picture(self, name: str) -> None:
        """Show which picture is asked about; its pixels follow."""
        self._pages.setCurrentIndex(0)
        self.trouble.hide()
        self.name.show_text(name)
        self.canvas.setAccessibleName(self.tr("The picture {name}").format(name=name))
        for one in ("choose", "again"):
            self.buttons[one].hide()
        self.buttons["skip"].show()

    def show_image(self, image: QImage | None) -> None:
        """Show the whole picture, or none as long as it is read."""
        show_whole(self.canvas, image)

    def show_sheet(self, sheet: LabelSheet, path: str) -> None:
        """Show the classes, and where the labels are kept."""
        self.file.show_text(path)
        self.classes.show_sheet(sheet)
        self.classes.show()

    def complain(self, words: str) -> None:
        """Say what went wrong."""
        self.trouble.setText(words)
        self.trouble.show()

    def can_undo(self, can: bool) -> None:
        """Offer to take the last label back, or not."""
        self.buttons["undo"].setEnabled(can)

    def _make_buttons(self) -> dict[str, QPushButton]:
        tr = self.tr
        words = {
            "choose": (tr("Choose the file…"), tr("A CSV file; one that was begun goes on")),
            "again": (tr("Enter  Ask again"), tr("Ask about what was skipped")),
            "skip": (tr("U  Skip"), tr("Go on without a label; it is asked about again later")),
            "undo": (tr("B  Undo"), tr("Take back the last label (Ctrl+Z)")),
            "close": (tr("Close"), tr("Esc")),
        }
        made = {
            name: bar_button(text, hint, partial(self.wanted.emit, name))
            for name, (text, hint) in words.items()
        }
        for name in ("choose", "again"):
            made[name].setProperty("kind", "primary")
        return made

    def _arrange(self, dialog: QDialog) -> None:
        self.trouble.setContentsMargins(Space.OUTER, Space.SMALL, Space.OUTER, Space.SMALL)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.name.setAlignment(Qt.AlignmentFlag.AlignRight)
        top = QHBoxLayout()
        top.setContentsMargins(Space.OUTER, Space.CELL, Space.OUTER, Space.CELL)
        top.setSpacing(Space.WIDE)
        top.addWidget(self.file, 1)
        top.addWidget(self.name, 1)
        self._pages.addWidget(self.canvas)
        self._pages.addWidget(self._make_empty())
        shown = QVBoxLayout()
        shown.setContentsMargins(0, 0, 0, 0)
        shown.addWidget(self._pages, 1)
        shown.addWidget(self.trouble)
        body = QHBoxLayout()
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        body.addLayout(shown, 1)
        body.addWidget(self.classes)
        self.classes.hide()
        whole = QVBoxLayout(dialog)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(top)
        whole.addLayout(body, 1)
        foot = (self.buttons[name] for name in ("skip", "undo", "close"))
        whole.addWidget(dialog_bar(self.progress, *foot))

    def _make_empty(self) -> QWidget:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(Space.HUGE, Space.HUGE, Space.HUGE, Space.HUGE)
        column.setSpacing(Space.OUTER)
        column.addStretch(1)
        column.addWidget(self.empty)
        for name in ("choose", "again"):
            column.addWidget(self.buttons[name], 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        return body
