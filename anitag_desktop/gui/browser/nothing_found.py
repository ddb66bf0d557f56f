"""What is shown when a search finds nothing."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from anitag_desktop.gui.plain_text import PlainLabel, one_line
from anitag_desktop.gui.theme.tokens import Space


class NothingFound(QWidget):
    """Two quiet lines in the middle."""

    def __init__(self) -> None:
        super().__init__()
        self._title = PlainLabel("", "title")
        self._note = PlainLabel("", "secondary", wraps=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.OUTER, 0, Space.OUTER, 0)
        column.setSpacing(Space.TINY)
        column.addStretch(2)
        for label in (self._title, self._note):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addStretch(3)

    def explain(self, text: str) -> None:
        """Say that ``text`` finds nothing."""
        if text.strip():
            self._title.setText(self.tr("No picture fits"))
            self._note.setText(one_line(text))
        else:
            self._title.setText(self.tr("No pictures yet"))
            self._note.setText(self.tr("They appear here as they are found in your folders."))
