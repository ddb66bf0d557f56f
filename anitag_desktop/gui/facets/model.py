"""The tags of a result as a Qt list."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from anitag_desktop.gui.facets.rows import FacetRow
from anitag_desktop.gui.plain_text import plain_tooltip

ROW = Qt.ItemDataRole.UserRole
"""The role that gives the ``FacetRow``."""


class FacetModel(QAbstractListModel):
    """Flat rows: heads and tags."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[FacetRow] = ()

    @property
    def rows(self) -> Sequence[FacetRow]:
        """All rows."""
        return self._rows

    def show_rows(self, rows: Sequence[FacetRow]) -> None:
        """Replace the rows; the same ones again keep the view as it is."""
        if rows == self._rows:
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
        if role == Qt.ItemDataRole.ToolTipRole and row.tag is not None:
            return plain_tooltip(row.tag.name)
        return None

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        """Heads cannot be chosen."""
        if not index.isValid() or self._rows[index.row()].tag is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
