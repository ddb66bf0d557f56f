"""The place at the right: hints about keys until something is selected, then the inspector."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from anitag_desktop.gui.inspector.key_hints import KeyHints
from anitag_desktop.gui.theme.tokens import Size, Space


class RightPanel(QStackedWidget):
    """Shows the hints or what was put over them."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("rightPanel")
        self.setMinimumWidth(Size.PANEL_RIGHT_LEAST)
        hints = QWidget()
        column = QVBoxLayout(hints)
        column.setContentsMargins(Space.OUTER, Space.WIDE, Space.OUTER, Space.OUTER)
        column.addWidget(KeyHints(), 0, Qt.AlignmentFlag.AlignTop)
        self._hints = hints
        self.addWidget(hints)

    def put(self, inspector: QWidget) -> None:
        """Add the inspector."""
        self.addWidget(inspector)

    def show_inspector(self, shows: bool) -> None:
        """Show the inspector, or the hints."""
        self.setCurrentIndex(1 if shows and self.count() > 1 else 0)
