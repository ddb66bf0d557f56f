"""Draws the rows of the tags of a result."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from anitag_desktop.gui.facets.rows import FacetRow
from anitag_desktop.gui.plain_text import one_line
from anitag_desktop.gui.row_model import ROW
from anitag_desktop.gui.theme import icons
from anitag_desktop.gui.theme.theme import category_colour, colour, font, head_font
from anitag_desktop.gui.theme.tokens import Size, Space, Type
from anitag_desktop.gui.wording import number

_State = QStyle.StateFlag
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_RIGHT = _MIDDLE | Qt.AlignmentFlag.AlignRight

Option = QStyleOptionViewItem
Index = QModelIndex | QPersistentModelIndex


def minus_rect(row: QRect) -> QRect:
    """Return where the mark that excludes a tag lies in its row."""
    side = Size.CHIP
    return QRect(row.right() - Space.SMALL - side, row.top(), side, row.height())


class FacetDelegate(QStyledItemDelegate):
    """A head in small capitals; a tag in its category's colour, its count at the right.

    The row under the pointer, or with the focus, shows a minus in place of the count.
    """

    def sizeHint(self, option: Option, index: Index) -> QSize:
        """Heads have some air above them."""
        row: FacetRow = index.data(ROW)
        return QSize(0, Size.CHIP if row.tag is not None else Size.SECTION)

    def paint(self, painter: QPainter, option: Option, index: Index) -> None:
        """Draw one row."""
        row: FacetRow = index.data(ROW)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if row.tag is None:
            painter.setFont(head_font())
            painter.setPen(colour("secondary"))
            place = option.rect.adjusted(Space.OUTER, Space.SMALL, -Space.OUTER, 0)
            painter.drawText(place, _MIDDLE, row.text)
        else:
            is_lit = bool(option.state & (_State.State_MouseOver | _State.State_HasFocus))
            self._paint_ground(painter, option)
            room = self._paint_end(painter, option.rect, row, is_lit=is_lit)
            self._paint_name(painter, option.rect, row, room)
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: Option) -> None:
        rect = QRectF(option.rect).adjusted(Space.SMALL, 0, -Space.SMALL, 0)
        is_hovered = bool(option.state & _State.State_MouseOver)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("raised") if is_hovered else Qt.BrushStyle.NoBrush)
        if option.state & _State.State_HasFocus:
            painter.setPen(colour("accent"))
            rect = rect.adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(rect, Size.RADIUS_SMALL, Size.RADIUS_SMALL)

    def _paint_end(self, painter: QPainter, rect: QRect, row: FacetRow, *, is_lit: bool) -> int:
        """Draw the minus and the count; return where they begin."""
        count = number(row.count)
        painter.setFont(font(Type.SECONDARY, tabular=True))
        painter.setPen(colour("secondary"))
        right = minus_rect(rect).left() if is_lit else rect.right() - Space.OUTER
        painter.drawText(
            QRect(rect.left(), rect.top(), right - rect.left(), rect.height()), _RIGHT, count
        )
        if is_lit:
            side = Size.ICON_SMALL
            corner = minus_rect(rect).center() - QPoint(side // 2, side // 2 - 1)
            painter.drawPixmap(corner, icons.pixmap("minus", "bad", side))
        return right - painter.fontMetrics().horizontalAdvance(count) - Space.SMALL

    def _paint_name(self, painter: QPainter, rect: QRect, row: FacetRow, room: int) -> None:
        assert row.tag is not None
        painter.setFont(font(Type.BODY, Type.MEDIUM))
        painter.setPen(category_colour(row.tag.category))
        left = rect.left() + Space.OUTER
        text = painter.fontMetrics().elidedText(
            one_line(row.text), Qt.TextElideMode.ElideRight, room - left
        )
        painter.drawText(QRect(left, rect.top(), room - left, rect.height()), _MIDDLE, text)
