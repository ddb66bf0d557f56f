"""The place of the inspector: hints about keys until something is selected."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from anitag_desktop.gui.inspector.key_hints import KeyHints
from anitag_desktop.gui.theme.tokens import Space


class InspectorPlace(QStackedWidget):
    """Shows the hints or the inspector."""

    def __init__(self, inspector: QWidget) -> None:
        super().__init__()
        hints = QWidget()
        column = QVBoxLayout(hints)
        column.setContentsMargins(Space.OUTER, Space.WIDE, Space.OUTER, Space.OUTER)
        column.addWidget(KeyHints(), 0, Qt.AlignmentFlag.AlignTop)
        self.addWidget(hints)
        self.addWidget(inspector)

    def show_inspector(self, shows: bool) -> None:
        """Show the inspector, or the hints."""
        self.setCurrentIndex(1 if shows else 0)
