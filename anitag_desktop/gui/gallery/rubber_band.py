"""Selecting with a stretched rectangle; near an edge the view scrolls along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QRect, QTimer
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from anitag_desktop.gui.gallery.view import GalleryView

_TICK = 30
_FASTEST = 60


class RubberBand(QObject):
    """The rectangle from where the button went down, in content coordinates."""

    def __init__(self, view: GalleryView) -> None:
        super().__init__(view)
        self._view = view
        self._origin: QPoint | None = None
        self._pointer = QPoint()
        self._is_stretched = False
        self._scrolling = QTimer(self, interval=_TICK)
        self._scrolling.timeout.connect(self._scroll)

    @property
    def rect(self) -> QRect:
        """The rectangle in the viewport; null while nothing is stretched."""
        if self._origin is None or not self._is_stretched:
            return QRect()
        return QRect(self._origin - QPoint(0, self._top), self._pointer).normalized()

    def begin(self, point: QPoint, *, keeps: bool) -> None:
        """Remember where the button went down."""
        self._origin = point + QPoint(0, self._top)
        self._is_stretched = False
        self._view.selection.begin_band(keeps)

    def stretch(self, point: QPoint) -> bool:
        """Stretch to ``point`` of the viewport; tell whether the selection changed by it."""
        if self._origin is None:
            return False
        self._pointer = point
        way = (point + QPoint(0, self._top) - self._origin).manhattanLength()
        if not self._is_stretched and way < QApplication.startDragDistance():
            return False
        self._is_stretched = True
        self._select()
        if self._speed() and not self._scrolling.isActive():
            self._scrolling.start()
        return True

    def follow(self) -> None:
        """Select again after the view scrolled under the pointer."""
        if self._is_stretched:
            self._select()
            self._view.viewport().update()

    def end(self) -> None:
        """The button is up."""
        self._origin = None
        self._is_stretched = False
        self._scrolling.stop()

    @property
    def _top(self) -> int:
        return self._view.verticalScrollBar().value()

    def _select(self) -> None:
        rect = self.rect.translated(0, self._top)
        touched = self._view.grid.within(rect.left(), rect.top(), rect.right(), rect.bottom())
        self._view.selection.stretch_band(touched)

    def _speed(self) -> int:
        height = self._view.viewport().height()
        over = min(self._pointer.y(), 0) + max(self._pointer.y() - height, 0)
        return max(-_FASTEST, min(_FASTEST, over))

    def _scroll(self) -> None:
        speed = self._speed()
        if not speed:
            self._scrolling.stop()
            return
        self._view.verticalScrollBar().setValue(self._top + speed)
        self._view.selection_changed.emit()
