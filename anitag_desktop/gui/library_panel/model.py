"""The panel's rows as a Qt list."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt

from anitag_desktop.gui.library_panel.rows import PanelRow, RowKind
from anitag_desktop.gui.plain_text import plain_tooltip
from anitag_desktop.gui.row_model import RowModel


class PanelModel(RowModel[PanelRow]):
    """Flat rows; folding is done by building other rows."""

    def show_rows(self, rows: Sequence[PanelRow]) -> None:
        """Replace the rows; where only counts differ, the view keeps everything."""
        if [row.key for row in self._rows] != [row.key for row in rows]:
            super().show_rows(rows)
            return
        self._rows = rows
        if rows:
            self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))

    def shown(self, row: PanelRow, role: int) -> object:
        """Text and tooltip."""
        if role == Qt.ItemDataRole.DisplayRole:
            return row.text
        return plain_tooltip(row.tooltip) if role == Qt.ItemDataRole.ToolTipRole else None

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        """Heads can be clicked, not chosen."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if self._rows[index.row()].kind is RowKind.HEAD:
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
