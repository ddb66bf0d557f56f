"""What is known of two pictures, side by side, the better value of each marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from anitag_desktop.gui.plain_text import ElidedLabel, PlainLabel, set_tone
from anitag_desktop.gui.theme import icons
from anitag_desktop.gui.theme.tokens import Size, Space
from anitag_desktop.gui.wording import tr

_ROWS = 9
_NAME = 150


class FactRow(NamedTuple):
    """A fact of both pictures; ``better`` is the side whose value is better, None if neither is."""

    name: str
    values: tuple[str, str]
    better: int | None = None

    @property
    def differs(self) -> bool:
        """Whether the values are not the same."""
        return self.values[0] != self.values[1]


class FactTable(QWidget):
    """Rows of two values with their name between; what is the same on both sides is quiet."""

    def __init__(self) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(Space.OUTER, Space.SMALL, Space.OUTER, Space.SMALL)
        grid.setHorizontalSpacing(Space.SMALL)
        grid.setVerticalSpacing(Space.LINE)
        self._lines = [_Line(grid, place) for place in range(_ROWS)]
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(4, 1)

    def show_rows(self, rows: Sequence[FactRow]) -> None:
        """Show at most nine rows."""
        for line, row in zip(self._lines, [*rows, *[None] * _ROWS], strict=False):
            line.show_row(row)

    def values(self, name: str) -> tuple[str, str] | None:
        """Return what a row of that name says; None if there is none."""
        shown = (line.row for line in self._lines if line.row is not None)
        return next((row.values for row in shown if row.name == name), None)

    def better(self, name: str) -> int | None:
        """Return which side a row marks as better."""
        shown = (line.row for line in self._lines if line.row is not None)
        return next((row.better for row in shown if row.name == name), None)


class _Line:
    """One row of the grid: value, mark, name, mark, value."""

    def __init__(self, grid: QGridLayout, place: int) -> None:
        self.row: FactRow | None = None
        self.values = (ElidedLabel(), ElidedLabel())
        self.marks = (QLabel(), QLabel())
        self.name = PlainLabel("", "secondary")
        self.name.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.name.setMinimumWidth(_NAME)
        self.values[0].setAlignment(Qt.AlignmentFlag.AlignRight)
        for mark in self.marks:
            mark.setFixedWidth(Size.ICON)
        parts = (self.values[0], self.marks[0], self.name, self.marks[1], self.values[1])
        for column, part in enumerate(parts):
            grid.addWidget(part, place, column)
        self._parts = parts

    def show_row(self, row: FactRow | None) -> None:
        """Show a row, or nothing."""
        self.row = row
        for part in self._parts:
            part.setVisible(row is not None)
        if row is None:
            return
        self.name.setText(row.name)
        for side, (label, mark) in enumerate(zip(self.values, self.marks, strict=True)):
            is_better = row.better == side
            label.show_text(row.values[side])
            set_tone(label, "good" if is_better else "" if row.differs else "secondary")
            mark.clear()
            mark.setAccessibleName(tr("better") if is_better else "")
            if is_better:
                mark.setPixmap(icons.pixmap("check", "good", Size.ICON))
