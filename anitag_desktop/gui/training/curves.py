"""A learning curve: the loss by step, smoothed, with the raw values faint behind it."""

from __future__ import annotations

from math import floor, log10
from sys import float_info
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from anitag_desktop.gui.theme.theme import font, theme
from anitag_desktop.gui.theme.tokens import Size, Space, Type
from anitag_desktop.gui.wording import locale, number, tr

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from anitag_desktop.gui.training.facts import Points

_HEIGHT = 160
_SMOOTH = 0.85
_LINES = 3
_PEN = 1.6


class CurveView(QWidget):
    """Draws a curve; empty it says what will be there."""

    def __init__(self) -> None:
        super().__init__()
        self._points: list[tuple[float, float]] = []
        self._sums: list[tuple[float, float]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Learning curve"))
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Return a wide and low size."""
        return QSize(Size.TEXT_COLUMN, _HEIGHT)

    def show_points(self, points: Points) -> None:
        """Show a curve in place of the one before."""
        self._points, self._sums = [], []
        for step, loss in points:
            self._put(step, loss)
        self._tell()

    def add(self, step: float, loss: float) -> None:
        """Add a point at the end; where a training goes back to an earlier step, it counts anew."""
        self._put(step, loss)
        self._tell()

    def clear(self) -> None:
        """Begin with an empty curve."""
        self.show_points([])

    @property
    def count(self) -> int:
        """How many points there are."""
        return len(self._points)

    def _put(self, step: float, loss: float) -> None:
        while self._points and self._points[-1][0] >= step:
            self._points.pop()
            self._sums.pop()
        total, weight = self._sums[-1] if self._sums else (0.0, 0.0)
        self._points.append((step, loss))
        self._sums.append((_SMOOTH * total + loss, _SMOOTH * weight + 1))

    def _tell(self) -> None:
        self.setAccessibleDescription(self._words_now())
        self.update()

    def _words_now(self) -> str:
        if not self._points:
            return ""
        step, loss = self._points[-1]
        words = tr("Loss {loss} at step {step}")
        return words.format(loss=_short(loss), step=number(int(step)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw lines, raw values and the smoothed curve."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(Type.SECONDARY, tabular=True))
        top = round_top(max((loss for _, loss in self._points), default=1.0))
        axis = max(map(painter.fontMetrics().horizontalAdvance, _marks(top))) + Space.SMALL
        area = QRectF(self.rect()).adjusted(axis, Space.WIDE, -Space.HAIR, -Space.WIDE)
        if len(self._points) < 2:
            painter.setPen(QColor(theme.colours.secondary))
            words = tr("The learning curve will be drawn here.")
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, words)
            return
        self._draw_axes(painter, area, top)
        most = max(2, int(area.width()))
        raw = self._placed(thinned(self._points, most), area, top)
        faint = QColor(theme.colours.accent)
        faint.setAlphaF(0.35)
        painter.setPen(QPen(faint, 1.0))
        painter.drawPolyline(QPolygonF(raw))
        painter.setPen(QPen(QColor(theme.colours.accent), _PEN))
        painter.drawPolyline(QPolygonF(self._placed(thinned(self._smoothed(), most), area, top)))

    def _smoothed(self) -> list[tuple[float, float]]:
        """Return running means in which what is long ago counts less and less."""
        sums = zip(self._points, self._sums, strict=True)
        return [(step, total / weight) for (step, _), (total, weight) in sums]

    def _draw_axes(self, painter: QPainter, area: QRectF, top: float) -> None:
        for line, mark in enumerate(_marks(top)):
            y = area.bottom() - line / (_LINES - 1) * area.height()
            painter.setPen(QColor(theme.colours.hairline))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(theme.colours.secondary))
            box = QRectF(0, y - Space.SMALL, area.left() - Space.SMALL, Space.OUTER)
            sides = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box, sides, mark)
        first, last = (tr("step {n}").format(n=number(int(self._points[n][0]))) for n in (0, -1))
        below = QRectF(area.left(), area.bottom() + Space.TINY, area.width(), Space.OUTER)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, first)
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, last)
        above = QRectF(0, 0, area.right(), Space.OUTER)
        painter.drawText(above, Qt.AlignmentFlag.AlignRight, self._words_now())
        painter.drawText(above, Qt.AlignmentFlag.AlignLeft, tr("Learning curve"))

    def _placed(self, points: list[tuple[float, float]], area: QRectF, top: float) -> list[QPointF]:
        first, last = self._points[0][0], self._points[-1][0]
        wide = max(last - first, 1.0)
        return [
            QPointF(
                area.left() + area.width() * (step - first) / wide,
                area.bottom() - area.height() * loss / top,
            )
            for step, loss in points
        ]


def round_top(highest: float) -> float:
    """Return where an axis from zero ends that shows ``highest``: 1, 2, 3, 4, 6 or 8 times 10^n."""
    if highest < float_info.min:  # also what is too small for a float to be divided
        return 1.0
    unit = 10.0 ** floor(log10(highest))
    return next(unit * times for times in (1, 2, 3, 4, 6, 8, 10) if highest <= unit * times)


def _marks(top: float) -> list[str]:
    return [_short(top * line / (_LINES - 1)) for line in range(_LINES)]


def thinned(points: list[tuple[float, float]], most: int) -> list[tuple[float, float]]:
    """Return about ``most`` points: there are no more pixels, and lines of many take long."""
    each = -(-len(points) // most)
    if each <= 1:
        return points
    parts = (points[start : start + each] for start in range(0, len(points), each))
    return [(part[-1][0], sum(loss for _, loss in part) / len(part)) for part in parts]


def _short(value: float) -> str:
    return locale().toString(value, "g", 3)
