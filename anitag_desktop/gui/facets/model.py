"""The tags of a result as a Qt list."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt

from anitag_desktop.gui.facets.rows import FacetRow
from anitag_desktop.gui.plain_text import plain_tooltip
from anitag_desktop.gui.row_model import RowModel


class FacetModel(RowModel[FacetRow]):
    """Flat rows: heads and tags."""

    def show_rows(self, rows: Sequence[FacetRow]) -> None:
        """Replace the rows; the same ones again keep the view as it is."""
        if rows != self._rows:
            super().show_rows(rows)

    def shown(self, row: FacetRow, role: int) -> object:
        """Text and tooltip."""
        if role == Qt.ItemDataRole.DisplayRole:
            return row.text
        if role == Qt.ItemDataRole.ToolTipRole and row.tag is not None:
            return plain_tooltip(row.tag.name)
        return None

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        """Heads cannot be chosen."""
        if not index.isValid() or self._rows[index.row()].tag is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
