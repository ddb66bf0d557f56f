"""The keys that matter, in place of the inspector."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from anitag_desktop.gui.plain_text import PlainLabel
from anitag_desktop.gui.theme.tokens import Space


class KeyHints(QWidget):
    """A sentence and a small table of keys."""

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.OUTER)
        words = self.tr("Select a picture to see and correct its tags.")
        column.addWidget(PlainLabel(words, "secondary", wraps=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.OUTER)
        grid.setVerticalSpacing(Space.SMALL)
        grid.setColumnStretch(1, 1)
        for row, (key, does) in enumerate(self._keys()):
            grid.addWidget(PlainLabel(key), row, 0, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(PlainLabel(does, "secondary", wraps=True), row, 1)
        column.addLayout(grid)

    def _keys(self) -> list[tuple[str, str]]:
        return [
            (self.tr("Enter"), self.tr("look at the picture")),
            (self.tr("T"), self.tr("add a tag; with a minus, reject one")),
            (self.tr("S"), self.tr("go to the suggestions")),
            (self.tr("Y, N"), self.tr("accept or reject the tag you are on")),
            (self.tr("F"), self.tr("make the picture a favourite, or no longer")),
            (self.tr("1 to 5"), self.tr("give stars; 0 takes them away")),
            (self.tr("R"), self.tr("fully reviewed: its tags are right, and nothing is missing")),
            (self.tr("B, E"), self.tr("in a picture: show or edit its regions")),
            (self.tr("Ctrl+L"), self.tr("learn from what you corrected")),
            (self.tr("Ctrl+Z"), self.tr("take back what you did last")),
            (self.tr("/"), self.tr("search")),
            (
                self.tr("Click"),
                self.tr("on a tag: search it; with Ctrl, add it; with Shift, exclude it"),
            ),
        ]
