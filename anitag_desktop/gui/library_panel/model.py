"""The panel's rows as a Qt list."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from anitag_desktop.gui.library_panel.rows import PanelRow, RowKind
from anitag_desktop.gui.plain_text import plain_tooltip

ROW = Qt.ItemDataRole.UserRole
"""The role that gives the ``PanelRow``."""


class PanelModel(QAbstractListModel):
    """Flat rows; folding is done by building other rows."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[PanelRow] = []

    @property
    def rows(self) -> Sequence[PanelRow]:
        """All rows."""
        return self._rows

    def show_rows(self, rows: list[PanelRow]) -> None:
        """Replace the rows; where only counts differ, the view keeps everything."""
        before = [row.key for row in self._rows]
        if before == [row.key for row in rows]:
            self._rows = rows
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:
        """How many rows there are."""
        return 0 if parent.isValid() else len(self._rows)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Text, tooltip and the row itself."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == ROW:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.text
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(row.tooltip)
        return None

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        """Heads can be clicked, not chosen."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if self._rows[index.row()].kind is RowKind.HEAD:
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
