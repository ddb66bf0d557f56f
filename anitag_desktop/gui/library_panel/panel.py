"""The left panel itself: reads the lists in the background and follows the library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QListView, QVBoxLayout, QWidget

from anitag_desktop.domain.change import LibraryChange
from anitag_desktop.gui.library_panel.content import (
    LateCounts,
    PanelContent,
    count_late,
    read_content,
    read_folders,
)
from anitag_desktop.gui.library_panel.delegate import PanelDelegate
from anitag_desktop.gui.library_panel.faces import Faces
from anitag_desktop.gui.library_panel.folder_tree import Folder
from anitag_desktop.gui.library_panel.model import PanelModel
from anitag_desktop.gui.library_panel.places import ALL
from anitag_desktop.gui.library_panel.rows import PanelRow, RowKind, build_rows
from anitag_desktop.gui.row_model import ROW
from anitag_desktop.gui.tasks import Priority
from anitag_desktop.gui.theme.theme import theme
from anitag_desktop.gui.theme.tokens import Space
from anitag_desktop.gui.workspace import Workspace

_REST = 700


class LibraryPanel(QWidget):
    """``query_chosen`` carries a search, ``page_chosen`` the name of a page.

    ``menu_wanted`` carries a ``PanelRow`` and where; ``counted`` how many pictures there are.
    """

    query_chosen = Signal(str)
    page_chosen = Signal(str)
    menu_wanted = Signal(object, QPoint)
    counted = Signal(int)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._content: PanelContent | None = None
        self._folded: set[str] = set()
        self._opened: set[str] = set()
        self._has_new_files = True
        self._folders: Sequence[Folder] = ()
        self._query = ""
        self._page = ""
        self._model = PanelModel()
        self._faces = Faces(workspace)
        self._delegate = PanelDelegate(self._faces)
        self._list = _make_list(self._model, self._delegate)
        self._list.setAccessibleName(self.tr("Library"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, Space.SMALL - 2, 0, 0)
        column.addWidget(self._list)
        self._reading = QTimer(self, singleShot=True, interval=_REST)
        self._reading.timeout.connect(self.read)
        self._late = LateCounts()
        self._counting = QTimer(self, singleShot=True, interval=0)
        self._counting.timeout.connect(self._count_late)
        self._list.clicked.connect(self._choose)
        self._list.key_pressed.connect(self._on_key)
        self._list.customContextMenuRequested.connect(self._want_menu)
        self._faces.arrived.connect(self._list.viewport().update)
        theme.changed.connect(self._list.viewport().update)
        workspace.signals.changed.connect(self._take_change)

    @property
    def model(self) -> PanelModel:
        """The rows shown."""
        return self._model

    @property
    def view(self) -> QListView:
        """The list itself."""
        return self._list

    def read(self) -> None:
        """Read all lists again, the folders only if files came or went."""
        if self._has_new_files:
            self._has_new_files = False
            self._workspace.tasks.run_in_background(
                partial(read_folders, self._workspace.library),
                self._show_folders,
                owner=self,
                topic="folders",
            )
        self._workspace.tasks.run_in_background(
            partial(read_content, self._workspace.library),
            self._show,
            owner=self,
            topic="content",
        )

    def mark(self, query: str, page: str = "") -> None:
        """Mark the row that stands for the search or the page shown."""
        self._query, self._page = query.strip(), page
        self._mark_current()

    def choose_row(self, row: PanelRow) -> None:
        """Do what a click on ``row`` does."""
        if row.kind is RowKind.HEAD:
            self._fold(row.key, self._folded)
        elif row.query is not None:
            self.query_chosen.emit(row.query)
        elif row.page is not None:
            self.page_chosen.emit(row.page)
        elif row.is_open is not None:
            self._fold(row.key, self._opened)

    def fold(self, row: PanelRow) -> None:
        """Open or fold a row that has others under it."""
        if row.is_open is not None:
            self._fold(row.key, self._folded if row.kind is RowKind.HEAD else self._opened)

    def _show(self, content: PanelContent) -> None:
        self._content = content
        # A large library is not asked all the time while it is being filled.
        self._reading.setInterval(max(_REST, round(content.seconds * 10_000)))
        self._faces.forget_missing()
        self.counted.emit(content.counts[ALL])
        self._rebuild()
        if not self._counting.isActive():
            self._counting.start()

    def _show_folders(self, folders: Sequence[Folder]) -> None:
        self._folders = folders
        self._rebuild()

    def _count_late(self) -> None:
        """Count what may take long, while the last counts stand."""
        self._workspace.tasks.ask(
            partial(count_late, self._workspace.library),
            self._show_late,
            owner=self,
            topic="late",
            priority=Priority.LATER,
        )

    def _show_late(self, late: LateCounts) -> None:
        self._late = late
        self._counting.setInterval(round(late.seconds * 10_000))
        self._rebuild()

    def _rebuild(self) -> None:
        if self._content is None:
            return
        counts = {**self._late.counts, **self._content.counts}
        content = replace(
            self._content, counts=counts, broken=self._late.broken, folders=self._folders
        )
        self._model.show_rows(build_rows(content, self._folded, self._opened))
        self._mark_current()

    def _mark_current(self) -> None:
        self._delegate.current_key = next(
            (row.key for row in self._model.rows if self._is_current(row)), None
        )
        self._list.viewport().update()

    def _is_current(self, row: PanelRow) -> bool:
        if self._page:
            return row.page == self._page
        return row.query is not None and row.query == self._query

    def _fold(self, key: str, keys: set[str]) -> None:
        keys.symmetric_difference_update({key})
        self._rebuild()

    def _choose(self, index: QModelIndex) -> None:
        row: PanelRow = index.data(ROW)
        if self._is_on_chevron(index, row):
            self.fold(row)
        else:
            self.choose_row(row)

    def _is_on_chevron(self, index: QModelIndex, row: PanelRow) -> bool:
        if row.is_open is None or row.kind is RowKind.HEAD:
            return False
        place = self._list.viewport().mapFromGlobal(self._list.cursor().pos())
        rect = self._list.visualRect(index)
        return rect.contains(place) and place.x() < Space.OUTER * (row.depth + 1) + Space.OUTER

    def _want_menu(self, point: QPoint) -> None:
        index = self._list.indexAt(point)
        row: PanelRow | None = index.data(ROW)
        if row is not None and row.kind is not RowKind.HEAD:
            self.menu_wanted.emit(row, self._list.viewport().mapToGlobal(point))

    def _on_key(self, key: int) -> None:
        row: PanelRow | None = self._list.currentIndex().data(ROW)
        if row is None:
            return
        opens, folds = key == Qt.Key.Key_Right, key == Qt.Key.Key_Left
        if (opens and row.is_open is False) or (folds and row.is_open):
            self.fold(row)
        elif not (opens or folds):
            self.choose_row(row)

    def _take_change(self, change: LibraryChange) -> None:
        self._has_new_files |= change.files or change.folders
        if change and not self._reading.isActive():
            self._reading.start()


class _PanelList(QListView):
    """Passes on the keys that choose, open and fold.

    ``activated`` will not do: where one click activates, a click would count twice.
    """

    key_pressed = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pass on Enter, Left and Right."""
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Left, Qt.Key.Key_Right)
        if event.key() in keys:
            self.key_pressed.emit(event.key())
        else:
            super().keyPressEvent(event)


def _make_list(model: PanelModel, delegate: PanelDelegate) -> _PanelList:
    made = _PanelList()
    made.setModel(model)
    made.setItemDelegate(delegate)
    made.setFrameShape(QFrame.Shape.NoFrame)
    made.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
    made.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
    made.setMouseTracking(True)
    return made
