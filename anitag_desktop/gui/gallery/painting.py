"""Draws one cell of the gallery."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QPixmap

from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.gui.plain_text import one_line
from anitag_desktop.gui.theme import icons
from anitag_desktop.gui.theme.theme import colour, font
from anitag_desktop.gui.theme.tokens import Size, Space, Type
from anitag_desktop.gui.wording import tr

if TYPE_CHECKING:
    from anitag_desktop.services.showing import ImageRow

_ABSENT_OPACITY = 0.35
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


@dataclass(frozen=True, slots=True)
class Cell:
    """What is to be drawn of one picture, and how the user stands to it."""

    rect: QRect
    row: ImageRow | None
    pixmap: QPixmap | None
    is_selected: bool
    is_current: bool
    is_hovered: bool
    is_unreadable: bool


def paint_cell(painter: QPainter, cell: Cell) -> None:
    """Draw ``cell``; the painter is antialiased and left as it was."""
    _paint_picture(painter, cell)
    if cell.row is not None:
        _paint_badges(painter, cell, cell.row)
        taken = _paint_marks(painter, cell.rect, cell.row)
        if cell.is_hovered:
            _paint_caption(painter, cell.rect.adjusted(0, 0, -taken, 0), cell.row.name)
    if cell.is_selected:
        _paint_ring(painter, cell.rect, colour("accent"), Size.RING)
    elif cell.is_current:
        _paint_ring(painter, cell.rect, colour("secondary"), Size.FOCUS)


def _paint_picture(painter: QPainter, cell: Cell) -> None:
    if cell.pixmap is None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("raised"))
        painter.drawRoundedRect(cell.rect, Size.RADIUS, Size.RADIUS)
        if cell.is_unreadable:
            _paint_symbol(painter, cell.rect, "picture")
        return
    is_absent = cell.row is not None and cell.row.status is not ImageStatus.PRESENT
    painter.setOpacity(_ABSENT_OPACITY if is_absent else 1.0)
    painter.drawPixmap(cell.rect, cell.pixmap)
    painter.setOpacity(1.0)


def _paint_symbol(painter: QPainter, rect: QRect, name: str) -> None:
    side = Size.ICON_LARGE
    corner = rect.center() - QPoint(side // 2, side // 2)
    painter.drawPixmap(corner, icons.pixmap(name, "faint", side))


def _paint_ring(painter: QPainter, rect: QRect, ring: QColor, width: int) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(ring, width))
    half = width / 2
    painter.drawRoundedRect(
        QRectF(rect).adjusted(half, half, -half, -half), Size.RADIUS, Size.RADIUS
    )


def _paint_badges(painter: QPainter, cell: Cell, row: ImageRow) -> None:
    if cell.rect.width() < Size.CELL_LEAST + Space.WIDE:
        return
    top = cell.rect.top() + Space.SMALL
    if row.is_animated:
        _paint_badge(painter, cell.rect.left() + Space.SMALL, top, row.format.upper(), "on_badge")
    text = _state_of(row)
    if text:
        width = _badge_width(text)
        left = cell.rect.right() - Space.SMALL - width + 1
        _paint_badge(painter, left, top, text, "on_badge_warning")


def _state_of(row: ImageRow) -> str:
    if row.status is ImageStatus.MISSING:
        return tr("missing")
    if row.status is ImageStatus.AWAY:
        return tr("away")
    return tr("unreadable") if row.status is ImageStatus.UNREADABLE else ""


def _badge_width(text: str) -> int:
    metrics = QFontMetrics(font(Type.HEAD, Type.SEMIBOLD))
    return metrics.horizontalAdvance(text) + Space.SMALL * 2


def _paint_badge(painter: QPainter, left: int, top: int, text: str, tone: str) -> None:
    rect = QRect(left, top, _badge_width(text), Size.BADGE)
    _paint_pill(painter, rect)
    painter.setFont(font(Type.HEAD, Type.SEMIBOLD))
    painter.setPen(colour(tone))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)


def _paint_pill(painter: QPainter, rect: QRect) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour("badge"))
    painter.drawRoundedRect(rect, Size.BADGE / 2, Size.BADGE / 2)


def _paint_marks(painter: QPainter, cell: QRect, row: ImageRow) -> int:
    """Draw the heart and the stars in the lower right corner; return the width they take."""
    stars = "" if row.stars is None else str(row.stars)
    names = ["heart-filled"] * row.is_favourite + ["star-filled"] * bool(stars)
    if not names or cell.width() < Size.CELL_LEAST:
        return 0
    width = _marks_width(names, stars)
    corner = QPoint(cell.right() - Space.SMALL - width + 1, cell.bottom() - Space.SMALL + 1)
    rect = QRect(corner.x(), corner.y() - Size.BADGE, width, Size.BADGE)
    _paint_pill(painter, rect)
    left = rect.left() + Space.TINY + Space.LINE
    for name in names:
        top = rect.top() + (Size.BADGE - Size.ICON_TINY) // 2
        painter.drawPixmap(left, top, icons.pixmap(name, "on_badge", Size.ICON_TINY))
        left += Size.ICON_TINY + Space.TINY
    painter.setFont(font(Type.HEAD, Type.SEMIBOLD))
    painter.setPen(colour("on_badge"))
    painter.drawText(rect.adjusted(left - rect.left() - 1, 0, 0, 0), _LEFT, stars)
    return width + Space.TINY


def _marks_width(names: Sequence[str], stars: str) -> int:
    number = QFontMetrics(font(Type.HEAD, Type.SEMIBOLD)).horizontalAdvance(stars)
    icons_width = len(names) * (Size.ICON_TINY + Space.TINY) - Space.TINY
    return icons_width + 2 * (Space.TINY + Space.LINE) + (number + Space.TINY if stars else 0)


def _paint_caption(painter: QPainter, rect: QRect, name: str) -> None:
    room = rect.width() - Space.SMALL * 4
    if room < Size.CELL_LEAST // 2:
        return
    metrics = QFontMetrics(font(Type.HEAD, Type.SEMIBOLD))
    text = metrics.elidedText(one_line(name), Qt.TextElideMode.ElideMiddle, room)
    top = rect.bottom() - Space.SMALL - Size.BADGE + 1
    _paint_badge(painter, rect.left() + Space.SMALL, top, text, "on_badge")
