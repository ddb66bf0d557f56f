"""The panel of the tags that the pictures found have: one click narrows the search."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListView,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from anitag_desktop.domain.change import LibraryChange
from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.gui.facets.delegate import FacetDelegate, minus_rect
from anitag_desktop.gui.facets.model import FacetModel
from anitag_desktop.gui.facets.rows import MOST, FacetRow, facet_rows
from anitag_desktop.gui.plain_text import PlainLabel, set_plain_tooltip
from anitag_desktop.gui.row_model import ROW
from anitag_desktop.gui.theme.theme import theme
from anitag_desktop.gui.theme.tokens import Space
from anitag_desktop.gui.wording import pictures
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from anitag_desktop.gui.tasks import IsGivenUp
    from anitag_desktop.services.library import Library

_RELATED = "related"
_MOST_RELATED = 80
_REST = 700
"""Milliseconds after a change of many pictures before their tags are counted again."""

_EXCLUDING = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Plus)
_MINUS = (Qt.Key.Key_Minus, Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


class FacetPanel(QWidget):
    """``added`` and ``excluded`` carry the tag that narrows the search.

    ``menu_wanted`` carries a tag and where its menu should open. Nothing is counted while the
    panel cannot be seen.
    """

    added = Signal(Tag)
    excluded = Signal(Tag)
    menu_wanted = Signal(Tag, QPoint)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._text = ""
        self._is_stale = False
        self._title = PlainLabel("", "secondary", wraps=True)
        self._choice = _Choice(is_related=workspace.memory.flag(_RELATED, False))
        self._model = FacetModel()
        self._list = _FacetList(self._model)
        self._list.setAccessibleName(self.tr("Tags of the pictures found"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(Space.OUTER, Space.OUTER, Space.OUTER, 0)
        head.setSpacing(Space.SMALL)
        head.addWidget(self._title)
        head.addWidget(self._choice)
        column.addLayout(head)
        column.addWidget(self._list, 1)
        self._choice.changed.connect(self._choose)
        self._list.added.connect(self._add)
        self._list.excluded.connect(self._exclude)
        self._list.customContextMenuRequested.connect(self._want_menu)
        theme.changed.connect(self._list.viewport().update)
        self._resting = QTimer(self, singleShot=True, interval=_REST)
        self._resting.timeout.connect(self._count_again)
        workspace.signals.changed.connect(self._take_change)

    @property
    def model(self) -> FacetModel:
        """The rows shown."""
        return self._model

    @property
    def view(self) -> QListView:
        """The list itself."""
        return self._list

    def show_result(self, text: str, count: int) -> None:
        """Show the tags of the ``count`` pictures that the search ``text`` finds."""
        self._text = text
        words = self.tr("In {pictures}. Click a tag to add it to the search.")
        self._title.setText(words.format(pictures=pictures(count)))
        self._count_again()

    def _count_again(self) -> None:
        self._is_stale = True
        if self.isVisible():
            self._read()

    def _take_change(self, change: LibraryChange) -> None:
        """Count again after what touches all: a page may stand where the search would tell it."""
        if change.all_images or change.models:
            self._resting.start()

    def showEvent(self, event: QShowEvent) -> None:
        """Count what was not counted while nobody saw it."""
        super().showEvent(event)
        if self._is_stale:
            self._read()

    def show_related(self) -> None:
        """Show what is typical of the pictures rather than what is common in them."""
        self._choice.related.click()

    def _choose(self, is_related: bool) -> None:
        self._workspace.memory.keep_flag(_RELATED, is_related)
        self._read()

    def _read(self) -> None:
        self._is_stale = False
        read = _read_related if self._choice.related.isChecked() else _read_common
        self._workspace.tasks.ask(
            partial(read, self._workspace.library, self._text),
            self._model.show_rows,
            owner=self,
            topic="facets",
        )

    def _add(self, row: FacetRow) -> None:
        self.added.emit(row.tag)

    def _exclude(self, row: FacetRow) -> None:
        self.excluded.emit(row.tag)

    def _want_menu(self, point: QPoint) -> None:
        row: FacetRow | None = self._list.indexAt(point).data(ROW)
        if row is not None and row.tag is not None:
            self.menu_wanted.emit(row.tag, self._list.viewport().mapToGlobal(point))


class _Choice(QWidget):
    """Common or related tags. ``changed`` carries whether it is the related ones."""

    changed = Signal(bool)

    def __init__(self, *, is_related: bool) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.TINY)
        self.common = _choice(self.tr("Common"), self.tr("Tags that most of these pictures have"))
        self.related = _choice(
            self.tr("Related"), self.tr("Tags that are more frequent here than elsewhere")
        )
        (self.related if is_related else self.common).setChecked(True)
        for button in (self.common, self.related):
            row.addWidget(button)
        row.addStretch(1)
        self.related.toggled.connect(self.changed)


def _choice(words: str, tooltip: str) -> QPushButton:
    button = QPushButton(words)
    button.setProperty("kind", "choice")
    button.setCheckable(True)
    button.setAutoExclusive(True)
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    set_plain_tooltip(button, tooltip)
    return button


class _FacetList(QListView):
    """Tells which row is to be added and which one excluded."""

    added = Signal(object)
    excluded = Signal(object)

    def __init__(self, model: FacetModel) -> None:
        super().__init__()
        self.setModel(model)
        self.setItemDelegate(FacetDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setMouseTracking(True)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Add the tag that was clicked; with Shift or Ctrl, or on the minus, exclude it."""
        super().mouseReleaseEvent(event)
        place = event.position().toPoint()
        index = self.indexAt(place)
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        is_on_minus = minus_rect(self.visualRect(index)).contains(place)
        self._tell(index, excludes=is_on_minus or bool(event.modifiers() & _EXCLUDING))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and plus add, minus and Delete exclude."""
        if event.key() in _ENTER:
            self._tell(self.currentIndex(), excludes=bool(event.modifiers() & _EXCLUDING))
        elif event.key() in _MINUS:
            self._tell(self.currentIndex(), excludes=True)
        else:
            super().keyPressEvent(event)

    def _tell(self, index: QModelIndex, *, excludes: bool) -> None:
        row: FacetRow | None = index.data(ROW)
        if row is not None and row.tag is not None:
            (self.excluded if excludes else self.added).emit(row)


def _read_common(library: Library, text: str, is_given_up: IsGivenUp) -> Sequence[FacetRow]:
    from anitag_desktop.search.highlight import tag_names

    facets = library.searching.facets(text, MOST, is_given_up=is_given_up)
    return facet_rows(facets, tag_names(text))


def _read_related(library: Library, text: str, is_given_up: IsGivenUp) -> Sequence[FacetRow]:
    found: dict[TagCategory, list[tuple[Tag, int]]] = {}
    for one in library.searching.related(text, limit=_MOST_RELATED, is_given_up=is_given_up):
        found.setdefault(one.tag.category, []).append((one.tag, one.count))
    return facet_rows(found, ())
