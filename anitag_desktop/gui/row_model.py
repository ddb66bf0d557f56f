"""Rows of one kind as a Qt list: what every list of the window has in common."""

from collections.abc import Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

ROW = Qt.ItemDataRole.UserRole
"""The role that gives the row itself."""

Row = TypeVar("Row")


class RowModel(QAbstractListModel, Generic[Row]):
    """Flat rows; subclasses say what a view shows of one."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[Row] = ()

    @property
    def rows(self) -> Sequence[Row]:
        """All rows."""
        return self._rows

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Replace all of them."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def shown(self, row: Row, role: int) -> object:
        """Return what a view asks of a row: its text, its tooltip; None for nothing."""
        raise NotImplementedError

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:
        """How many rows there are."""
        return 0 if parent.isValid() else len(self._rows)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return the row itself, or what is ``shown`` of it."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        return row if role == ROW else self.shown(row, role)
