"""Draws the rows of the left panel."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from anitag_desktop.gui.library_panel.faces import Faces
from anitag_desktop.gui.library_panel.rows import PanelRow, RowKind
from anitag_desktop.gui.plain_text import one_line
from anitag_desktop.gui.row_model import ROW
from anitag_desktop.gui.theme import icons
from anitag_desktop.gui.theme.theme import category_colour, colour, font, head_font
from anitag_desktop.gui.theme.tokens import Size, Space, Type
from anitag_desktop.gui.wording import number

_State = QStyle.StateFlag


class PanelDelegate(QStyledItemDelegate):
    """Every look of a row: head, place with a dot, character with a face, tag, folder."""

    def __init__(self, faces: Faces) -> None:
        super().__init__()
        self._faces = faces
        self.current_key: str | None = None

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Rows are 30 high, heads a little more."""
        row: PanelRow = index.data(ROW)
        return QSize(0, Size.SECTION if row.kind is RowKind.HEAD else Size.ROW)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw one row."""
        row: PanelRow = index.data(ROW)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if row.kind is RowKind.HEAD:
            self._paint_head(painter, option, row)
        else:
            self._paint_ground(painter, option, row)
            self._paint_row(painter, option.rect, row)
        painter.restore()

    def _paint_head(self, painter: QPainter, option: QStyleOptionViewItem, row: PanelRow) -> None:
        rect = option.rect.adjusted(Space.OUTER, Space.SMALL, -Space.OUTER, 0)
        painter.setFont(head_font())
        painter.setPen(colour("secondary"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, row.text)
        is_hovered = bool(option.state & _State.State_MouseOver)
        if row.is_open is False or (row.is_open and is_hovered):
            self._paint_chevron(painter, rect.right() - Size.ICON_SMALL, rect, row)

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, row: PanelRow) -> None:
        rect = QRectF(option.rect).adjusted(Space.SMALL, 0, -Space.SMALL, 0)
        painter.setPen(Qt.PenStyle.NoPen)
        if row.key == self.current_key:
            painter.setBrush(colour("selection"))
        elif option.state & _State.State_MouseOver:
            painter.setBrush(colour("raised"))
        else:
            painter.setBrush(Qt.BrushStyle.NoBrush)
        if option.state & _State.State_HasFocus:
            painter.setPen(colour("accent"))
            rect = rect.adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(rect, Size.RADIUS_SMALL, Size.RADIUS_SMALL)

    def _paint_row(self, painter: QPainter, rect: QRect, row: PanelRow) -> None:
        left = rect.left() + Space.OUTER + row.depth * Space.OUTER
        text_left = left + (Size.FACE + Space.SMALL if row.kind is RowKind.CHARACTER else 20)
        self._paint_symbol(painter, QRect(left, rect.top(), Size.FACE, rect.height()), row)
        count = "" if row.count is None else number(row.count)
        painter.setFont(font(Type.SECONDARY, tabular=True))
        painter.setPen(colour("secondary"))
        right = rect.adjusted(0, 0, -Space.OUTER, 0)
        painter.drawText(right, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, count)
        room = right.right() - painter.fontMetrics().horizontalAdvance(count) - Space.SMALL
        painter.setFont(font(Type.BODY))
        painter.setPen(colour("text"))
        text = painter.fontMetrics().elidedText(
            one_line(row.text), Qt.TextElideMode.ElideRight, room - text_left
        )
        painter.drawText(
            QRect(text_left, rect.top(), room - text_left, rect.height()),
            Qt.AlignmentFlag.AlignVCenter,
            text,
        )

    def _paint_symbol(self, painter: QPainter, rect: QRect, row: PanelRow) -> None:
        if row.kind is RowKind.CHARACTER:
            self._paint_face(painter, rect, self._faces.find(row.tooltip, row.query or ""))
        elif row.is_open is not None:
            self._paint_chevron(painter, rect.left() - 3, rect, row)
        else:
            tone = category_colour(row.category) if row.category else colour(row.tone)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tone)
            side = Size.DOT
            top = rect.top() + (rect.height() - side) / 2
            painter.drawEllipse(QRectF(rect.left() + 3, top, side, side))

    def _paint_chevron(self, painter: QPainter, left: int, rect: QRect, row: PanelRow) -> None:
        name = "chevron-down" if row.is_open else "chevron-right"
        top = rect.top() + (rect.height() - Size.ICON_SMALL) // 2
        painter.drawPixmap(QPoint(left, top), icons.pixmap(name, "secondary", Size.ICON_SMALL))

    def _paint_face(self, painter: QPainter, rect: QRect, face: QPixmap | None) -> None:
        top = rect.top() + (rect.height() - Size.FACE) // 2
        place = QRect(rect.left(), top, Size.FACE, Size.FACE)
        painter.setPen(Qt.PenStyle.NoPen)
        if face is None:
            painter.setBrush(QBrush(colour("raised")))
            painter.drawEllipse(place)
        else:
            painter.drawPixmap(place, face)
