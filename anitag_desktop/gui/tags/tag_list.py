"""The list of tags: names in the colour of their category, what else is known, counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from anitag_desktop.gui.plain_text import one_line, plain_tooltip
from anitag_desktop.gui.row_model import ROW, RowModel
from anitag_desktop.gui.theme.theme import category_colour, colour, font
from anitag_desktop.gui.theme.tokens import Size, Space, Type
from anitag_desktop.gui.wording import number, tag_text

if TYPE_CHECKING:
    from anitag_desktop.services.administering import TagView

_State = QStyle.StateFlag


class TagListModel(RowModel["TagView"]):
    """Tags as a Qt list."""

    def place_of(self, uid: str) -> int | None:
        """Return where a tag stands."""
        return next((at for at, view in enumerate(self._rows) if view.tag.uid == uid), None)

    def shown(self, row: TagView, role: int) -> object:
        """Name and tooltip."""
        if role == Qt.ItemDataRole.DisplayRole:
            return one_line(row.tag.name)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip("\n".join((row.tag.name, *row.aliases[:_MOST_TOLD])))
        return None


class TagRowDelegate(QStyledItemDelegate):
    """A dot and the name at the left, aliases fainter behind it, the count at the right."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """One row."""
        return QSize(0, Size.ROW)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw one tag."""
        view: TagView = index.data(ROW)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_ground(painter, option)
        rect = option.rect.adjusted(Space.SMALL, 0, -Space.CELL, 0)
        room = rect.right() - _paint_count(painter, rect, number(view.count)) - Space.SMALL
        _paint_dot(painter, rect, view)
        _paint_names(painter, QRect(rect.topLeft(), QSize(room - rect.left(), rect.height())), view)
        painter.restore()


_MOST_TOLD = 20
_DOT_ROOM = Space.OUTER + Space.TINY


def _paint_ground(painter: QPainter, option: QStyleOptionViewItem) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    if option.state & _State.State_Selected:
        painter.setBrush(colour("selection"))
    elif option.state & _State.State_MouseOver:
        painter.setBrush(colour("raised"))
    else:
        painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(option.rect), Size.RADIUS_SMALL, Size.RADIUS_SMALL)


def _paint_count(painter: QPainter, rect: QRect, text: str) -> int:
    """Draw the number and return how wide it is."""
    painter.setFont(font(Type.SECONDARY, tabular=True))
    painter.setPen(colour("secondary"))
    painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
    return painter.fontMetrics().horizontalAdvance(text)


def _paint_dot(painter: QPainter, rect: QRect, view: TagView) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(category_colour(view.tag.category))
    top = rect.top() + (rect.height() - Size.DOT) / 2
    painter.drawEllipse(QRectF(rect.left() + Space.TINY, top, Size.DOT, Size.DOT))


def _paint_names(painter: QPainter, rect: QRect, view: TagView) -> None:
    rect = rect.adjusted(_DOT_ROOM, 0, 0, 0)
    used = _paint_text(painter, rect, tag_text(view.tag.name), "text")
    also = ", ".join(tag_text(name) for name in view.aliases[:_MOST_TOLD])
    if also:
        _paint_text(painter, rect.adjusted(used + Space.CELL, 0, 0, 0), also, "secondary")


def _paint_text(painter: QPainter, rect: QRect, text: str, tone: str) -> int:
    painter.setFont(font(Type.BODY if tone == "text" else Type.SECONDARY))
    painter.setPen(colour(tone))
    shown = painter.fontMetrics().elidedText(
        one_line(text), Qt.TextElideMode.ElideRight, max(0, rect.width())
    )
    painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, shown)
    return painter.fontMetrics().horizontalAdvance(shown)
