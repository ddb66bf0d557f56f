"""The place of the inspector: until something is selected, the tags of what was found."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from anitag_desktop.gui.inspector.key_hints import KeyHints
from anitag_desktop.gui.theme.tokens import Space


class InspectorPlace(QStackedWidget):
    """Shows the inspector, the tags of the pictures found, or while there are none, hints."""

    def __init__(self, inspector: QWidget, facets: QWidget) -> None:
        super().__init__()
        self._hints = QWidget()
        column = QVBoxLayout(self._hints)
        column.setContentsMargins(Space.OUTER, Space.WIDE, Space.OUTER, Space.OUTER)
        column.addWidget(KeyHints(), 0, Qt.AlignmentFlag.AlignTop)
        self._inspector = inspector
        self._facets = facets
        self._page: QWidget = self._hints
        for page in (self._hints, facets, inspector):
            self.addWidget(page)

    def show_for(self, *, selected: int, found: int) -> None:
        """Show what belongs to ``selected`` of ``found`` pictures."""
        self._page = self._facets if found else self._hints
        if selected:
            self._page = self._inspector
        self.setCurrentWidget(self._page)

    def toggle_hints(self) -> None:
        """Show the keys that matter, or again what was shown before."""
        shows_hints = self.currentWidget() is self._hints
        self.setCurrentWidget(self._page if shows_hints else self._hints)
