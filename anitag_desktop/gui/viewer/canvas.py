"""Draws one picture: fitted, or zoomed and panned."""

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from anitag_desktop.gui.theme.theme import colour

_CLOSEST = 16.0
_STEP = 1.2


class Outlook(NamedTuple):
    """Which part of a picture is seen: how much closer than the whole (None: the whole), where."""

    closeness: float | None
    middle: QPointF


_HANDS = (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton)


class Canvas(QWidget):
    """``zoomed`` follows changes of the scale; 1.0 is one picture pixel for one of the screen.

    ``panned`` says that another part is seen.
    """

    zoomed = Signal()
    panned = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setMouseTracking(True)
        self._pixmap = QPixmap()
        self._natural = QSizeF()
        self._scale: float | None = None
        self._middle = QPointF(0.5, 0.5)
        self._grip: QPointF | None = None

    @property
    def scale(self) -> float:
        """Screen pixels for each pixel of the picture."""
        return self._fitting_scale() if self._scale is None else self._scale

    @property
    def is_fitted(self) -> bool:
        """Whether the whole picture is shown."""
        return self._scale is None

    @property
    def outlook(self) -> Outlook:
        """What is seen of the picture."""
        closeness = None if self._scale is None else self._scale / self._fitting_scale()
        return Outlook(closeness, QPointF(self._middle))

    def look_as(self, outlook: Outlook) -> None:
        """Show the same part as another canvas; nothing is said of it."""
        closer = outlook.closeness
        self._scale = None if closer is None else closer * self._fitting_scale()
        self._middle = QPointF(outlook.middle)
        self._keep_inside()
        self.update()

    def picture_rect(self) -> QRectF:
        """Return where the whole picture lies, as far as it is seen or not."""
        return self._target()

    def pan(self, way: QPointF) -> None:
        """Move the picture by a way on the screen."""
        size = self._shown_size()
        if size.isEmpty():
            return
        self._middle -= QPointF(way.x() / size.width(), way.y() / size.height())
        self._keep_inside()
        self.update()
        self.panned.emit()

    def show_image(self, image: QImage | QPixmap | None, width: int, height: int) -> None:
        """Draw ``image`` for a picture that really has ``width`` x ``height`` pixels."""
        if isinstance(image, QImage):
            image = QPixmap.fromImage(image)
        self._pixmap = image if image is not None else QPixmap()
        self._natural = QSizeF(width, height)
        self.update()

    def fit(self) -> None:
        """Show the whole picture."""
        self._scale = None
        self._middle = QPointF(0.5, 0.5)
        self.update()
        self.zoomed.emit()

    def zoom_to(self, scale: float, at: QPointF | None = None) -> None:
        """Show the picture at a scale; the point ``at`` of the widget stays where it is."""
        at = at or QPointF(self.rect().center())
        before = self._to_picture(at)
        self._scale = min(max(scale, self._fitting_scale() / 2), _CLOSEST)
        after = self._to_picture(at)
        self._middle += before - after
        self._keep_inside()
        self.update()
        self.zoomed.emit()

    def toggle(self) -> None:
        """Change between the whole picture and its real size."""
        if self.is_fitted:
            self.zoom_to(1.0)
        else:
            self.fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the visible part."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour("background"))
        if not self._pixmap.isNull():
            is_reduced = self.scale * self.devicePixelRatioF() < 4
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_reduced)
            painter.drawPixmap(self._target(), self._pixmap, QRectF(self._pixmap.rect()))
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer."""
        turns = event.angleDelta().y() / 120
        if turns:
            self.zoom_to(self.scale * _STEP**turns, event.position())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the picture: with the left button, or the middle one."""
        if event.button() in _HANDS and not self.is_fitted:
            self._grip = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the picture along."""
        if self._grip is None:
            return
        way = event.position() - self._grip
        self._grip = event.position()
        self.pan(way)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._grip = None
        self.unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Real size there, or the whole picture again."""
        if self.is_fitted:
            self.zoom_to(1.0, event.position())
        else:
            self.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the picture inside."""
        self._keep_inside()

    def _fitting_scale(self) -> float:
        if self._natural.isEmpty():
            return 1.0
        ratio = self.devicePixelRatioF()
        fitting = min(self.width() / self._natural.width(), self.height() / self._natural.height())
        # A picture smaller than the window is not blown up past twice its size.
        return min(fitting * ratio, 2.0)

    def _shown_size(self) -> QSizeF:
        return self._natural * (self.scale / self.devicePixelRatioF())

    def _target(self) -> QRectF:
        size = self._shown_size()
        middle = QPointF(self._middle.x() * size.width(), self._middle.y() * size.height())
        return QRectF(QPointF(self.width() / 2, self.height() / 2) - middle, size)

    def _to_picture(self, point: QPointF) -> QPointF:
        target = self._target()
        if target.isEmpty():
            return QPointF(0.5, 0.5)
        way = point - target.topLeft()
        return QPointF(way.x() / target.width(), way.y() / target.height())

    def _keep_inside(self) -> None:
        size = self._shown_size()
        if size.isEmpty():
            return
        room_x = max(0.0, 0.5 - self.width() / 2 / size.width())
        room_y = max(0.0, 0.5 - self.height() / 2 / size.height())
        self._middle = QPointF(
            min(max(self._middle.x(), 0.5 - room_x), 0.5 + room_x),
            min(max(self._middle.y(), 0.5 - room_y), 0.5 + room_y),
        )
