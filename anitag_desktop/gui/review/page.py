"""What stands in the dialog of the review: the picture, the question, the answers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from anitag_desktop.domain.question import Question, Why
from anitag_desktop.domain.tag import Tag
from anitag_desktop.gui.dialog_bar import bar_button, dialog_bar
from anitag_desktop.gui.flow_layout import FlowLayout
from anitag_desktop.gui.inspector.tag_field import TagField
from anitag_desktop.gui.plain_text import ElidedLabel, PlainLabel, action_text
from anitag_desktop.gui.review.sentences import question_text, reason_text
from anitag_desktop.gui.theme.tokens import Size, Space
from anitag_desktop.gui.viewer.canvas import Canvas
from anitag_desktop.gui.wording import number, tag_text
from anitag_desktop.gui.workspace import Workspace

_SEEN = 320
"""Smaller pictures are blown up to about so many pixels, and as others are from there."""


class ReviewPage(QObject):
    """Fills a dialog. ``wanted`` carries the name of what a button does, ``meant`` a tag's name."""

    wanted = Signal(str)
    meant = Signal(str)

    def __init__(self, workspace: Workspace, dialog: QDialog) -> None:
        super().__init__(dialog)
        self.canvas = Canvas()
        self.question = PlainLabel("", "hero", wraps=True)
        self.reason = PlainLabel("", "secondary", wraps=True)
        self.trouble = PlainLabel("", "warning", wraps=True)
        self.name = ElidedLabel("", "secondary")
        self.measured = PlainLabel("", "secondary")
        self.progress = ElidedLabel("", "secondary")
        self.empty = PlainLabel("", "title", wraps=True)
        self.field = TagField(workspace, dialog, self.tr("What is it then?"))
        self.modes = self._make_modes()
        self.buttons = self._make_buttons()
        self._others = QWidget()
        self._flow = FlowLayout(self._others)
        self._pages = QStackedWidget()
        self._arrange(dialog)
        self.field.entered.connect(self.meant)
        self.field.setMaximumWidth(Size.TEXT_COLUMN)  # its list leaves the picture in sight
        self.field.hide()

    def show_empty(self, words: str, *, can_go_on: bool = True) -> None:
        """Show words instead of a picture, and whether more can be looked for."""
        self.empty.setText(words)
        self.name.show_text("")
        self._pages.setCurrentIndex(1)
        self._enable(is_asked=False, is_label=False)
        self.buttons["more"].setVisible(can_go_on)

    def show_question(self, question: Question, name: str, *, is_answered: bool) -> None:
        """Show a question; its picture follows."""
        self._pages.setCurrentIndex(0)
        self.trouble.hide()
        self.field.hide()
        self.question.setText(question_text(question))
        reason = reason_text(question)
        again = self.tr("You answered this; another answer takes its place.")
        self.reason.setText(f"{again} {reason}" if is_answered else reason)
        self.name.show_text(name)
        self._show_others(question.others)
        self._enable(is_asked=True, is_label=Why.LABEL in question.reasons)
        self.canvas.setAccessibleName(self.tr("The picture {name}").format(name=name))

    def show_image(self, image: QImage | None) -> None:
        """Show the whole picture, or none as long as it is read."""
        show_whole(self.canvas, image)

    def show_progress(self, left: int, total: int) -> None:
        """Show how many questions are left of how many."""
        words = self.tr("{left} left of {total}")
        text = words.format(left=number(left), total=number(total)) if total else ""
        self.progress.show_text(text)

    def show_measured(self, right: int, asked: int) -> None:
        """Show how right the tags are, as answers say whose questions were drawn by lot."""
        words = self.tr("Drawn by lot: {right} of {asked} right")
        text = words.format(right=number(right), asked=number(asked)) if asked else ""
        self.measured.setText(text)

    def say(self, words: str) -> None:
        """Say something where the progress stands."""
        self.progress.show_text(words)

    def complain(self, words: str) -> None:
        """Say why the picture cannot be shown."""
        self.trouble.setText(words)
        self.trouble.show()

    def ask_name(self) -> None:
        """Let the user type what it is."""
        self.field.show()
        self.field.edit.setFocus()

    def can_undo(self, can: bool) -> None:
        """Offer to take the last answer back, or not."""
        self.buttons["undo"].setEnabled(can)

    def mark(self, mode: str) -> None:
        """Show which list is gone through."""
        self.modes[mode].setChecked(True)

    def _enable(self, *, is_asked: bool, is_label: bool) -> None:
        for name, button in self.buttons.items():
            if name not in ("undo", "close", "more"):
                button.setVisible(is_asked)
        self.buttons["leave_out"].setVisible(is_asked)
        self.buttons["more"].setVisible(not is_asked)
        self.buttons["skip"].setText(self.tr("U  Unsure") if not is_label else self.tr("U  Later"))

    def _show_others(self, others: Sequence[Tag]) -> None:
        while (place := self._flow.takeAt(0)) is not None:
            if (widget := place.widget()) is not None:
                widget.deleteLater()
        for key, tag in enumerate(others, 1):
            words = f"{key}  {tag_text(tag.name)}"
            button = bar_button(action_text(words), "", partial(self.meant.emit, tag.name))
            self._flow.addWidget(button)
        self._others.setVisible(bool(others))

    def _make_modes(self) -> dict[str, QPushButton]:
        group = QButtonGroup(self)
        words = {
            "questions": (self.tr("Questions"), self.tr("What is most worth a look (L)")),
            "labels": (
                self.tr("Doubtful labels"),
                self.tr("What you said and does not fit the rest (L)"),
            ),
        }
        made = {}
        for name, (text, hint) in words.items():
            made[name] = bar_button(text, hint, partial(self.wanted.emit, name))
            made[name].setProperty("kind", "choice")
            made[name].setCheckable(True)
            group.addButton(made[name])
        return made

    def _make_buttons(self) -> dict[str, QPushButton]:
        tr = self.tr
        words = {
            "yes": (tr("Y  Yes"), tr("It has the tag (Enter)")),
            "no": (tr("N  No"), tr("It has it not (Backspace)")),
            "skip": (tr("U  Unsure"), tr("Go on; it is not asked again this time")),
            "other": (tr("0  Other tag…"), tr("Type what it is")),
            "leave_out": (
                tr("X  Never learn from it"),
                tr("The picture stays, and nothing is learnt from it"),
            ),
            "undo": (tr("B  Undo"), tr("Take back the last answer (Ctrl+Z)")),
            "more": (tr("Enter  Go on"), tr("Look for more questions")),
            "close": (tr("Close"), tr("Esc")),
        }
        made = {
            name: bar_button(text, hint, partial(self.wanted.emit, name))
            for name, (text, hint) in words.items()
        }
        for name in ("yes", "more"):
            made[name].setProperty("kind", "primary")
        return made

    def _arrange(self, dialog: QDialog) -> None:
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.name.setAlignment(Qt.AlignmentFlag.AlignRight)
        top = QHBoxLayout()
        top.setContentsMargins(Space.OUTER, Space.CELL, Space.OUTER, Space.CELL)
        top.setSpacing(Space.SMALL)
        for button in self.modes.values():
            top.addWidget(button)
        self.measured.setToolTip(self.tr("How right the tags are: the others are asked in doubt"))
        top.addWidget(self.measured)
        top.addWidget(self.name, 1)
        said = QVBoxLayout()
        said.setContentsMargins(Space.OUTER, Space.CELL, Space.OUTER, Space.CELL)
        said.setSpacing(Space.SMALL)
        for part in (self.trouble, self.question, self.reason, self._others, self.field):
            said.addWidget(part)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.canvas, 1)
        column.addLayout(said)
        self._pages.addWidget(body)
        self._pages.addWidget(self.empty)
        whole = QVBoxLayout(dialog)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(top)
        whole.addWidget(self._pages, 1)
        whole.addWidget(dialog_bar(self.progress, *self.buttons.values()))


def show_whole(canvas: Canvas, image: QImage | None) -> None:
    """Show all of a picture, or none as long as it is read."""
    width, height = (0, 0) if image is None else (image.width(), image.height())
    # A face of 64 pixels is to be seen as well.
    larger = max(1, _SEEN // max(width, height, 1))
    canvas.show_image(image, width * larger, height * larger)
    canvas.fit()
