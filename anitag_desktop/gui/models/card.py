"""One model on the page: what it is at the left, what can be done with it at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from anitag_desktop.gui.models.rows import ModelRow
from anitag_desktop.gui.plain_text import PlainLabel, one_line, set_plain_tooltip
from anitag_desktop.gui.theme.tokens import Size, Space
from anitag_desktop.gui.wording import counted

_FIGURES = 2
"""So many figures stand on a card; of more one reads in the tooltip."""


_QUIET = frozenset({"check", "fast", "forget", "remove"})

Offer = tuple[str, str, SignalInstance, bool]
"""A button: its name, its words, what it says, and whether it is there."""


class ModelCard(QFrame):
    """Each signal carries the row that its button belongs to."""

    install_wanted = Signal(object)
    use_wanted = Signal(object)
    join_wanted = Signal(object)
    leave_wanted = Signal(object)
    fast_wanted = Signal(object)
    check_wanted = Signal(object)
    remove_wanted = Signal(object)
    forget_wanted = Signal(object)

    def __init__(self, row: ModelRow) -> None:
        super().__init__()
        self.row = row
        self.setObjectName("modelCard")
        self.buttons: dict[str, QPushButton] = {}
        down = QVBoxLayout(self)
        down.setContentsMargins(Space.OUTER, Space.CELL, Space.CELL, Space.CELL)
        down.setSpacing(Space.TINY)
        across = QHBoxLayout()
        across.setSpacing(Space.SMALL)
        across.addLayout(self._words(), 1)
        for button in self._make_buttons(self._first()):
            across.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        down.addLayout(across)
        if others := self._make_buttons(self._others()):
            down.addLayout(_row_of(others))

    def show_busy(self, busy: str) -> None:
        """Say which model is worked on; while one is, the buttons of all wait."""
        for button in self.buttons.values():
            button.setEnabled(not busy)

    def _words(self) -> QVBoxLayout:
        row = self.row
        column = QVBoxLayout()
        column.setSpacing(Space.TINY)
        column.addLayout(self._head())
        for text, tone in ((row.summary, ""), (row.facts, "secondary")):
            if text:
                column.addWidget(PlainLabel(one_line(text), tone, wraps=True))
        for label in self._figures():
            column.addWidget(label)
        if row.note:
            column.addWidget(PlainLabel(row.note, "warning", wraps=True))
        column.addStretch(1)
        return column

    def _figures(self) -> list[PlainLabel]:
        """Return the first figures, and what leads to the others."""
        figures = [one_line(figure) for figure in self.row.figures]
        labels = [PlainLabel(figure, "secondary", wraps=True) for figure in figures[:_FIGURES]]
        if more := figures[_FIGURES:]:
            words = counted(
                len(more), self.tr("and {n} more figure"), self.tr("and {n} more figures")
            )
            labels.append(PlainLabel(words, "secondary"))
            set_plain_tooltip(labels[-1], "\n".join(more))
        return labels

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(Space.SMALL)
        head.addWidget(PlainLabel(one_line(self.row.title), "title"))
        if self.row.is_active:
            badge = PlainLabel(self.tr("In use"))
            badge.setObjectName("modelBadge")
            head.addWidget(badge)
        head.addStretch(1)
        return head

    def _first(self) -> list[Offer]:
        """Return what most come for; it stands at the right."""
        row = self.row
        return [
            ("use", self.tr("Use"), self.use_wanted, row.can_be_used),
            ("join", self.tr("Use too"), self.join_wanted, row.can_join),
            ("leave", self.tr("Stop using"), self.leave_wanted, row.can_leave),
            ("install", self._install_words(), self.install_wanted, row.can_be_installed),
        ]

    def _others(self) -> list[Offer]:
        """Return what stands below the words."""
        row = self.row
        can_go = row.can_be_removed or row.is_begun
        return [
            ("check", self.tr("Check"), self.check_wanted, row.is_here),
            ("fast", self.tr("Fast copy…"), self.fast_wanted, row.can_be_fast),
            ("forget", self.tr("Forget…"), self.forget_wanted, row.is_remembered),
            ("remove", self.tr("Remove"), self.remove_wanted, can_go),
        ]

    def _make_buttons(self, offers: Sequence[Offer]) -> list[QPushButton]:
        return [self._button(*offer[:3]) for offer in offers if offer[3]]

    def _install_words(self) -> str:
        return self.tr("Go on") if self.row.is_begun else self.tr("Download")

    def _button(self, name: str, words: str, wanted: SignalInstance) -> QPushButton:
        button = QPushButton(words)
        if name in _QUIET:
            button.setProperty("kind", "quiet")
            button.setMinimumHeight(Size.CONTROL)
        button.setAccessibleName(f"{words}: {one_line(self.row.title)}")
        button.clicked.connect(lambda: wanted.emit(self.row))
        self.buttons[name] = button
        return button


def _row_of(buttons: Sequence[QPushButton]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(0)
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    return row
