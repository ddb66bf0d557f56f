"""The regions over the viewer's picture: shown, lit under the pointer, chosen, drawn, moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from anitag_desktop.domain.image import Box
from anitag_desktop.domain.region import Region
from anitag_desktop.gui.regions import painting, shaping
from anitag_desktop.gui.regions.shaping import GRIPS, INSIDE, Grip, Point
from anitag_desktop.gui.theme.tokens import Space
from anitag_desktop.gui.viewer.canvas import Canvas

_REACH = Space.SMALL
"""So near to a handle the pointer takes it, in pixels."""

_CURSORS = {
    INSIDE: Qt.CursorShape.SizeAllCursor,
    Grip(0, -1): Qt.CursorShape.SizeVerCursor,
    Grip(0, 1): Qt.CursorShape.SizeVerCursor,
    Grip(-1, 0): Qt.CursorShape.SizeHorCursor,
    Grip(1, 0): Qt.CursorShape.SizeHorCursor,
    Grip(-1, -1): Qt.CursorShape.SizeFDiagCursor,
    Grip(1, 1): Qt.CursorShape.SizeFDiagCursor,
    Grip(1, -1): Qt.CursorShape.SizeBDiagCursor,
    Grip(-1, 1): Qt.CursorShape.SizeBDiagCursor,
}


@dataclass(slots=True)
class _Drag:
    """A box that follows the pointer; ``region`` None: a new one."""

    start: Point
    region: Region | None
    grip: Grip
    box: Box | None = None


class RegionOverlay(QWidget):
    """Lies over a canvas and takes from its mouse what is meant for regions.

    ``chosen`` says that another one is (its uid, or empty), ``drawn`` carries a new box, ``moved``
    a uid with its new box, ``name_wanted`` a uid.
    """

    chosen = Signal(str)
    drawn = Signal(object)
    moved = Signal(str, object)
    name_wanted = Signal(str)

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._regions: tuple[Region, ...] = ()
        self._chosen = ""
        self._lit = ""
        self._is_editing = False
        self._drag: _Drag | None = None
        self._pans = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setGeometry(canvas.rect())
        canvas.installEventFilter(self)
        self.hide()

    @property
    def regions(self) -> tuple[Region, ...]:
        """What is shown."""
        return self._regions

    @property
    def current(self) -> Region | None:
        """The region that is chosen."""
        return next((one for one in self._regions if one.uid == self._chosen), None)

    @property
    def is_editing(self) -> bool:
        """Whether regions can be drawn and moved."""
        return self._is_editing

    def show_regions(self, regions: Sequence[Region]) -> None:
        """Show these; what was chosen stays so if it is among them."""
        self._regions = tuple(regions)
        self._drag = None
        if self.current is None:
            self._chosen = ""
        self.update()

    def edit(self, is_editing: bool) -> None:
        """Let regions be drawn and moved, or only be looked at."""
        self._is_editing = is_editing
        self._drag = None
        self._canvas.unsetCursor()
        self.update()

    def choose(self, uid: str) -> None:
        """Choose a region; empty: none."""
        if uid != self._chosen:
            self._chosen = uid
            self.update()
            self.chosen.emit(uid)

    def step(self, by: int) -> None:
        """Choose the next region or the one before; past the ends is none."""
        uids = ["", *(region.uid for region in self._regions)]
        self.choose(uids[(uids.index(self._chosen) + by) % len(uids)])

    def rect_of(self, region: Region) -> QRectF:
        """Return where a region is, in pixels of the canvas."""
        return painting.rect_of(region.place.box, self._canvas.picture_rect())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take from the canvas what is meant for regions, and stay as large as it is."""
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._canvas.rect())
        elif self.isVisible() and isinstance(event, QMouseEvent):
            return self._take(event)
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the boxes, the chosen one last, and then their labels."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QRectF(self.rect())
        ordered = sorted(self._regions, key=lambda one: one.uid == self._chosen)
        for region in ordered:
            is_lit = region.uid in (self._lit, self._chosen)
            painting.paint_box(painter, self._shown_rect(region), region, is_lit=is_lit)
        for region in ordered:
            painting.paint_label(painter, self._shown_rect(region), region, ground)
        if self._drag is not None and self._drag.region is None and self._drag.box is not None:
            rect = painting.rect_of(self._drag.box, self._canvas.picture_rect())
            painting.paint_box(painter, rect, None, is_lit=True)
        if self.current is not None and self._is_editing:
            painting.paint_grips(painter, self._shown_rect(self.current))
        painter.end()

    def _shown_rect(self, region: Region) -> QRectF:
        drag = self._drag
        if drag is not None and drag.region == region and drag.box is not None:
            return painting.rect_of(drag.box, self._canvas.picture_rect())
        return self.rect_of(region)

    def _take(self, event: QMouseEvent) -> bool:
        at, kind = event.position(), event.type()
        is_left = event.button() is Qt.MouseButton.LeftButton
        if self._is_panning(event):
            return False
        if kind == QEvent.Type.MouseButtonPress and is_left:
            return self._press(at)
        if kind == QEvent.Type.MouseMove:
            return self._follow(at)
        if kind == QEvent.Type.MouseButtonRelease and self._drag is not None:
            self._let_go()
            return True
        if kind == QEvent.Type.MouseButtonDblClick and is_left:
            return self._name(at)
        return False

    def _is_panning(self, event: QMouseEvent) -> bool:
        """Tell whether the picture is moved: with the middle button, or Ctrl and the left one."""
        if event.type() == QEvent.Type.MouseButtonPress:
            with_ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            is_left = event.button() is Qt.MouseButton.LeftButton
            self._pans = event.button() is Qt.MouseButton.MiddleButton or (with_ctrl and is_left)
        if event.type() == QEvent.Type.MouseButtonRelease and self._pans:
            self._pans = False
            return True
        return self._pans

    def _press(self, at: QPointF) -> bool:
        point = self._point(at)
        if not self._is_editing:
            hit = shaping.at(self._regions, point)
            self.choose("" if hit is None else hit.uid)
            return hit is not None
        grip = self._grip_at(at)
        hit = self.current if grip is not None else shaping.at(self._regions, point)
        self.choose("" if hit is None else hit.uid)
        self._drag = _Drag(point, hit, grip or INSIDE)
        return True

    def _follow(self, at: QPointF) -> bool:
        point, drag = self._point(at), self._drag
        if drag is None:
            self._light(at, point)
            return False
        by = Point(point.x - drag.start.x, point.y - drag.start.y)
        if drag.region is None:
            drag.box = shaping.between(drag.start, point)
        else:
            drag.box = shaping.dragged(drag.region.place.box, drag.grip, by)
        self.update()
        return True

    def _let_go(self) -> None:
        drag, self._drag = self._drag, None
        self.update()
        if drag is None or drag.box is None:
            return
        rect = painting.rect_of(drag.box, self._canvas.picture_rect())
        if drag.region is not None:
            if drag.box != drag.region.place.box:
                self.moved.emit(drag.region.uid, drag.box)
        elif min(rect.width(), rect.height()) >= _REACH:  # less was a click
            self.drawn.emit(drag.box)

    def _name(self, at: QPointF) -> bool:
        self._drag = None
        hit = shaping.at(self._regions, self._point(at))
        if hit is not None:
            self.choose(hit.uid)
            self.name_wanted.emit(hit.uid)
        return hit is not None or self._is_editing

    def _light(self, at: QPointF, point: Point) -> None:
        hit = shaping.at(self._regions, point)
        lit = "" if hit is None else hit.uid
        if lit != self._lit:
            self._lit = lit
            self.update()
        if self._is_editing:
            inside = INSIDE if hit is not None else None
            cursor = _CURSORS.get(self._grip_at(at) or inside)  # type: ignore[arg-type]
            self._canvas.setCursor(cursor or Qt.CursorShape.CrossCursor)

    def _grip_at(self, at: QPointF) -> Grip | None:
        region = self.current
        if region is None:
            return None
        box, picture = region.place.box, self._canvas.picture_rect()
        for grip in GRIPS:
            place = shaping.place_of(box, grip)
            corner = QPointF(place.x * picture.width(), place.y * picture.height())
            if (picture.topLeft() + corner - at).manhattanLength() <= _REACH:
                return grip
        return None

    def _point(self, at: QPointF) -> Point:
        picture = self._canvas.picture_rect()
        if picture.isEmpty():
            return Point(0.0, 0.0)
        way = at - picture.topLeft()
        return Point(way.x() / picture.width(), way.y() / picture.height())
