"""The scrolling grid: paints the visible cells, and turns mouse and keys into a selection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from anitag_desktop.gui.gallery.grid import Grid
from anitag_desktop.gui.gallery.painting import Cell, paint_cell
from anitag_desktop.gui.gallery.pictures import Pictures
from anitag_desktop.gui.gallery.rubber_band import RubberBand
from anitag_desktop.gui.gallery.selection import Selection
from anitag_desktop.gui.gallery.steps import step_to
from anitag_desktop.gui.theme.theme import colour, theme
from anitag_desktop.gui.theme.tokens import Size
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import (
        QContextMenuEvent,
        QFocusEvent,
        QKeyEvent,
        QMouseEvent,
        QPaintEvent,
        QResizeEvent,
        QWheelEvent,
    )

_LOOKED_AT = 400
"""Milliseconds without scrolling after which the user looks at what he sees."""

_CTRL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier


class GalleryView(QAbstractScrollArea):
    """Pictures in a grid, O(visible) in everything.

    ``selection_changed`` follows every change of what is selected, ``opened`` names the position
    to be looked at, ``cell_changed`` the wished side of cells after zooming, ``looked_at`` the
    image ids in sight when the view has come to rest.
    """

    selection_changed = Signal()
    opened = Signal(int)
    cell_changed = Signal(int)
    menu_wanted = Signal(QPoint)
    looked_at = Signal(object)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Pictures"))
        # Asking Qt for a viewport of its own would load every kind of widget that there is.
        self.setViewport(_surface())
        self.selection = Selection()
        self._ids: Sequence[int] = ()
        self._wished = workspace.memory.cell
        self._grid = Grid(0, 1, self._wished)
        self._hovered: int | None = None
        self._pictures = Pictures(workspace, self)
        self._pictures.arrived.connect(self.viewport().update)
        self._band = RubberBand(self)
        self._fetch = QTimer(self, singleShot=True, interval=0)
        self._fetch.timeout.connect(self._fetch_visible)
        self._pictures.outdated.connect(self._fetch.start)
        self._looking = QTimer(self, singleShot=True, interval=_LOOKED_AT)
        self._looking.timeout.connect(self._tell_looked_at)
        theme.changed.connect(self.viewport().update)

    @property
    def ids(self) -> Sequence[int]:
        """The image ids shown, in order."""
        return self._ids

    @property
    def grid(self) -> Grid:
        """Where the cells lie."""
        return self._grid

    @property
    def pictures(self) -> Pictures:
        """What is known of the pictures shown."""
        return self._pictures

    def show_images(self, ids: Sequence[int], selected: Sequence[int] = ()) -> None:
        """Show other pictures; ``selected`` are positions that stay selected."""
        self._ids = ids
        self._hovered = None
        self.selection.these(selected)
        self._lay_out()
        if not selected:
            self.verticalScrollBar().setValue(0)
        self.selection_changed.emit()

    def replace_images(self, ids: Sequence[int], selected: Sequence[int]) -> None:
        """Show the same search again after a change: the view stays where it is."""
        self._ids = ids
        self._hovered = None
        self.selection.these(selected)
        self._lay_out()
        self.selection_changed.emit()

    def selected_ids(self, limit: int | None = None) -> list[int]:
        """Return the selected image ids in order, at most ``limit``."""
        chosen = iter(self.selection.chosen)
        if limit is None:
            return [self._ids[index] for index in chosen]
        return [self._ids[index] for index, _ in zip(chosen, range(limit), strict=False)]

    def selection_later(self) -> Callable[[], list[int]]:
        """Return a function that gives what is selected now, to be called on a task."""
        ids, chosen = self._ids, self.selection.chosen.copy()
        return lambda: [ids[index] for index in chosen]

    def select_only(self, index: int) -> None:
        """Select one picture and bring it into sight."""
        if 0 <= index < len(self._ids):
            self.selection.only(index)
            self.bring_into_sight(index)
            self._tell_selection()

    def select_all(self) -> None:
        """Select everything."""
        self.selection.everything(len(self._ids))
        self._tell_selection()

    def invert_selection(self) -> None:
        """Select what was not selected."""
        self.selection.invert(len(self._ids))
        self._tell_selection()

    def clear_selection(self) -> None:
        """Select nothing."""
        self.selection.clear()
        self._tell_selection()

    def zoom(self, steps: int) -> None:
        """Make cells larger by ``steps``, or smaller; what is in the middle stays in sight."""
        wished = self._wished + steps * Size.CELL_STEP
        self.set_cell(min(max(wished, Size.CELL_LEAST), Size.CELL_MOST))

    def set_cell(self, wished: int) -> None:
        """Wish for cells of this side."""
        if wished != self._wished:
            self._wished = wished
            self._lay_out()
            self.cell_changed.emit(wished)

    def bring_into_sight(self, index: int) -> None:
        """Scroll as little as needed to see a cell whole."""
        _, top = self._grid.corner(index)
        bar, height = self.verticalScrollBar(), self.viewport().height()
        low = top + self._grid.side + self._grid.margin - height
        high = top - self._grid.margin
        bar.setValue(min(max(bar.value(), low), high) if low <= high else high)

    def index_at(self, point: QPoint) -> int | None:
        """Return the cell under a point of the viewport."""
        return self._grid.at(point.x(), point.y() + self.verticalScrollBar().value())

    def cell_rect(self, index: int) -> QRect:
        """Return where a cell lies in the viewport."""
        left, top = self._grid.corner(index)
        side = self._grid.side
        return QRect(left, top - self.verticalScrollBar().value(), side, side)

    # Layout and painting ------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the cells out for the new width."""
        self._lay_out()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Move what is painted already; only the new strip is painted."""
        self.viewport().scroll(0, dy)
        self._band.follow()
        self._fetch.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the cells that the event touches, and no others."""
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        top = self.verticalScrollBar().value() + event.rect().top()
        for index in self._grid.visible(top, event.rect().height()):
            paint_cell(painter, self._cell(index))
        if not self._band.rect.isNull():
            self._paint_band(painter)
        painter.end()

    def _cell(self, index: int) -> Cell:
        image_id = self._ids[index]
        return Cell(
            rect=self.cell_rect(index),
            row=self._pictures.row(image_id),
            pixmap=self._pictures.pixmap(image_id),
            is_selected=index in self.selection.chosen,
            is_current=index == self.selection.current and self.hasFocus(),
            is_hovered=index == self._hovered,
            is_unreadable=self._pictures.is_unreadable(image_id),
        )

    def _paint_band(self, painter: QPainter) -> None:
        fill = colour("accent")
        fill.setAlphaF(0.15)
        painter.setPen(QPen(colour("accent"), 1))
        painter.setBrush(fill)
        painter.drawRect(self._band.rect)

    def _lay_out(self) -> None:
        middle = self._grid.at_share(self.verticalScrollBar().value())
        self._grid = Grid(len(self._ids), self.viewport().width(), self._wished)
        bar, height = self.verticalScrollBar(), self.viewport().height()
        bar.setRange(0, max(0, self._grid.height - height))
        bar.setPageStep(height)
        bar.setSingleStep(max(1, self._grid.pitch // 3))
        bar.setValue(self._grid.from_share(middle))
        self.viewport().update()
        self._fetch.start()

    def _fetch_visible(self) -> None:
        height = self.viewport().height()
        top = self.verticalScrollBar().value()
        visible = [self._ids[index] for index in self._grid.visible(top, height)]
        nearby = self._grid.visible(max(0, top - height), height * 3)
        near = [self._ids[index] for index in nearby]
        side = round(self._grid.side * self.devicePixelRatioF())
        self._pictures.want(visible, near, side)
        self._looking.start()

    def _tell_looked_at(self) -> None:
        top, height = self.verticalScrollBar().value(), self.viewport().height()
        self.looked_at.emit([self._ids[index] for index in self._grid.visible(top, height)])

    def _tell_selection(self) -> None:
        self.viewport().update()
        self.selection_changed.emit()

    # Mouse --------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select, or begin a rubber band."""
        index = self.index_at(event.position().toPoint())
        modifiers = event.modifiers()
        if event.button() is Qt.MouseButton.RightButton:
            if index is not None and index not in self.selection.chosen:
                self.selection.only(index)
                self._tell_selection()
            return
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        if index is None and not modifiers & (_CTRL | _SHIFT):
            self.selection.clear()
        elif index is not None:
            self._click(index, modifiers)
        self._band.begin(event.position().toPoint(), keeps=bool(modifiers & (_CTRL | _SHIFT)))
        self._tell_selection()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Stretch the rubber band, or notice what is under the pointer."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            if self._band.stretch(event.position().toPoint()):
                self._tell_selection()
            return
        self._hover(self.index_at(event.position().toPoint()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the rubber band."""
        self._band.end()
        self.viewport().update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Look at a picture."""
        index = self.index_at(event.position().toPoint())
        if index is not None and event.button() is Qt.MouseButton.LeftButton:
            self.opened.emit(index)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Say that the menu of the selection is wanted here."""
        self.menu_wanted.emit(event.globalPos())

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        self._hover(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll; with Ctrl, zoom."""
        if event.modifiers() & _CTRL:
            self.zoom(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)

    def _click(self, index: int, modifiers: Qt.KeyboardModifier) -> None:
        if modifiers & _SHIFT:
            self.selection.extend_to(index)
        elif modifiers & _CTRL:
            self.selection.toggle(index)
        else:
            self.selection.only(index)

    def _hover(self, index: int | None) -> None:
        if index == self._hovered:
            return
        for touched in (self._hovered, index):
            if touched is not None:
                self.viewport().update(self.cell_rect(touched))
        self._hovered = index

    # Keyboard -----------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, extend, toggle and open."""
        target = step_to(Qt.Key(event.key()), self.selection.current, self._grid, self._page_rows())
        if target is not None:
            self._move_to(target, event.modifiers())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.selection.current is not None:
                self.opened.emit(self.selection.current)
        elif event.key() == Qt.Key.Key_Space and self.selection.current is not None:
            self.selection.toggle(self.selection.current)
            self._tell_selection()
        elif event.key() == Qt.Key.Key_Escape and len(self.selection.chosen):
            self.clear_selection()
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the current cell."""
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the current cell."""
        self.viewport().update()

    def _move_to(self, index: int, modifiers: Qt.KeyboardModifier) -> None:
        if modifiers & _SHIFT:
            self.selection.extend_to(index)
        elif modifiers & _CTRL:
            self.selection.move_to(index)
        else:
            self.selection.only(index)
        self.bring_into_sight(index)
        self._tell_selection()

    def _page_rows(self) -> int:
        return max(1, self.viewport().height() // self._grid.pitch)


def _surface() -> QWidget:
    made = QWidget()
    made.setMouseTracking(True)
    made.setAutoFillBackground(True)
    return made
