"""Tiles: pictures with words below them, to be chosen by mouse or keyboard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from anitag_desktop.gui.gallery.grid import Grid
from anitag_desktop.gui.gallery.thumbnails import Thumbnails
from anitag_desktop.gui.plain_text import one_line, plain_tooltip
from anitag_desktop.gui.row_model import ROW, RowModel
from anitag_desktop.gui.tasks import Tasks
from anitag_desktop.gui.theme.theme import colour, font, theme
from anitag_desktop.gui.theme.tokens import Size, Space, Type

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QPaintEvent, QResizeEvent

_LINE = 18


@dataclass(frozen=True, slots=True)
class Tile:
    """A picture with a title and a line below it; both may be empty."""

    key: str
    image_id: int
    thumbnail: Path | None = None
    title: str = ""
    line: str = ""


class TileModel(RowModel[Tile]):
    """Tiles as a Qt list."""

    def shown(self, row: Tile, role: int) -> object:
        """Words and tooltip."""
        words = one_line(", ".join(part for part in (row.title, row.line) if part))
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return words
        return plain_tooltip(words) if role == Qt.ItemDataRole.ToolTipRole else None


class TileList(QListView):
    """Tiles side by side, as high as it takes. ``opened`` carries the key of one.

    They are about ``side`` pixels wide, a little more or less, so that columns fill the width.
    ``chosen_changed`` says that other tiles are selected now.
    """

    opened = Signal(str)
    chosen_changed = Signal()

    def __init__(self, tasks: Tasks, name: str, *, side: int = Size.CELL, lines: int = 0) -> None:
        super().__init__()
        self.setObjectName("tileList")
        self.setAccessibleName(name)
        self._doings: dict[int, Callable[[], object]] = {}
        self._columns = 1
        self._wished, self.side, self.lines = side, side, lines
        self._thumbnails = Thumbnails(tasks, self)
        self._thumbnails.arrived.connect(lambda _image: self.viewport().update())
        self._reading = QTimer(self, singleShot=True, interval=0)
        self._reading.timeout.connect(self._read)
        self._tiles = TileModel()
        self.setModel(self._tiles)
        self.setItemDelegate(TileDelegate(self, self._thumbnails))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSpacing(0)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        for policy in (self.setVerticalScrollBarPolicy, self.setHorizontalScrollBarPolicy):
            policy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.activated.connect(self._open)
        self.selectionModel().selectionChanged.connect(lambda *_: self.chosen_changed.emit())
        theme.changed.connect(self.viewport().update)

    @property
    def tiles(self) -> Sequence[Tile]:
        """What is shown."""
        return self._tiles.rows

    @property
    def chosen(self) -> list[Tile]:
        """The selected tiles, in their order."""
        rows = sorted(index.row() for index in self.selectedIndexes())
        return [self._tiles.rows[row] for row in rows]

    @property
    def chosen_count(self) -> int:
        """How many tiles are selected."""
        return len(self.selectionModel().selectedRows())

    def choose_several(self) -> None:
        """Let a click select one tile more, or one less."""
        self.setSelectionMode(QListView.SelectionMode.MultiSelection)

    def on_key(self, key: Qt.Key, do: Callable[[], object]) -> None:
        """Do something at a key."""
        self._doings[key] = do

    def show_tiles(self, tiles: Sequence[Tile]) -> None:
        """Replace all tiles; nothing is selected then."""
        self._tiles.show_rows(tiles)
        self.setVisible(bool(tiles))
        self._fit()
        self.viewport().update()

    def cell(self) -> QSize:
        """Return the room of one tile."""
        return QSize(self.side + Space.CELL, self.side + self.lines * _LINE + Space.CELL)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the height that the width asks for."""
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open with Return, do what was given to other keys."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._open(self.currentIndex())
        elif event.key() in self._doings and not event.modifiers():
            self._doings[event.key()]()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what is in sight, and read what is lacking of it afterwards."""
        super().paintEvent(event)
        self._reading.start()

    def _read(self) -> None:
        """Read the thumbnails in sight, and those of as much below; the list may be long."""
        sight, height = self.viewport().visibleRegion().boundingRect(), self.cell().height()
        if sight.isEmpty():
            return
        first, last = sight.top() // height, sight.bottom() // height + 1
        end = (2 * last - first) * self._columns
        near = self._tiles.rows[first * self._columns : end]
        paths = {one.image_id: one.thumbnail for one in near if one.thumbnail is not None}
        below = self._tiles.rows[last * self._columns : end]
        side = round(self.side * self.devicePixelRatioF())
        self._thumbnails.want(paths, side, [one.image_id for one in below])

    def _fit(self) -> None:
        width = self.viewport().width() - Space.OUTER  # where the buttons of a head end, too
        grid = Grid(len(self._tiles.rows), width, self._wished, margin=0)
        self._columns = grid.columns
        if grid.side != self.side:
            self.side = grid.side
            self.scheduleDelayedItemsLayout()
        self.setFixedHeight(max(1, grid.rows) * self.cell().height() + Space.TINY)

    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(self._tiles.rows[index.row()].key)


class TileDelegate(QStyledItemDelegate):
    """Draws a tile: the picture, a ring if it is selected, two lines of words."""

    def __init__(self, view: TileList, thumbnails: Thumbnails) -> None:
        super().__init__(view)
        self._view = view
        self._thumbnails = thumbnails

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """All are of one size."""
        return self._view.cell()

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw one tile."""
        tile: Tile = index.data(ROW)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        corner = option.rect.topLeft()
        square = QRect(corner.x(), corner.y(), self._view.side, self._view.side)
        found = self._thumbnails.find(tile.image_id)
        if found is None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("raised"))
            painter.drawRoundedRect(square, Size.RADIUS, Size.RADIUS)
        else:
            painter.drawPixmap(square, found)
        _paint_ring(painter, square, option)
        self._paint_words(painter, square, tile)
        painter.restore()

    def _paint_words(self, painter: QPainter, square: QRect, tile: Tile) -> None:
        top = square.bottom() + Space.TINY
        for words, weight, tone in (
            (tile.title, Type.MEDIUM, "text"),
            (tile.line, Type.REGULAR, "secondary"),
        ):
            if not words:
                continue
            size = Type.BODY if tone == "text" else Type.SECONDARY
            painter.setFont(font(size, weight))
            painter.setPen(colour(tone))
            room = QRect(square.left(), top, square.width(), _LINE)
            elide = Qt.TextElideMode.ElideRight
            text = painter.fontMetrics().elidedText(one_line(words), elide, room.width())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)
            top += _LINE


def _paint_ring(painter: QPainter, square: QRect, option: QStyleOptionViewItem) -> None:
    state = option.state
    is_selected = bool(state & QStyle.StateFlag.State_Selected)
    is_lit = bool(state & (QStyle.StateFlag.State_HasFocus | QStyle.StateFlag.State_MouseOver))
    if not (is_selected or is_lit):
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    width = Size.RING if is_selected else Size.FOCUS
    painter.setPen(QPen(colour("accent" if is_selected else "secondary"), width))
    _draw_inside(painter, square, width / 2)
    if is_selected and state & QStyle.StateFlag.State_HasFocus:
        painter.setPen(QPen(colour("secondary"), Size.FOCUS))
        _draw_inside(painter, square, width + Size.FOCUS / 2)


def _draw_inside(painter: QPainter, square: QRect, by: float) -> None:
    painter.drawRoundedRect(QRectF(square).adjusted(by, by, -by, -by), Size.RADIUS, Size.RADIUS)
