"""The list under a field: names in the colour of their category, counts at the right."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QWidget

from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.gui.completion.suggestion import Suggestion
from anitag_desktop.gui.plain_text import one_line
from anitag_desktop.gui.theme import icons
from anitag_desktop.gui.theme.theme import category_colour, colour, font
from anitag_desktop.gui.theme.tokens import Size, Space, Type
from anitag_desktop.gui.wording import category_name, number


class CompletionPopup(QFrame):
    """Shows suggestions under an anchor without taking the focus.

    ``taken`` names the row, ``removed`` one that is not to be offered any more.
    """

    taken = Signal(object)
    removed = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("completion")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self._rows: tuple[Suggestion, ...] = ()
        self._current: int | None = None
        self.hide()

    @property
    def rows(self) -> tuple[Suggestion, ...]:
        """What is shown."""
        return self._rows

    @property
    def chosen(self) -> Suggestion | None:
        """The highlighted row."""
        return None if self._current is None else self._rows[self._current]

    def offer(self, rows: Sequence[Suggestion], anchor: QWidget, *, first: bool = False) -> None:
        """Show ``rows`` under ``anchor``; nothing to show hides. ``first`` highlights the first."""
        self._rows = tuple(rows[: Size.COMPLETION_MOST])
        self._current = 0 if first and self._rows else None
        if not self._rows:
            self.hide()
            return
        self._place(anchor)
        self.show()
        self.raise_()
        self.update()

    def step(self, by: int) -> None:
        """Highlight the next row or the one before; past the ends is none."""
        if not self._rows:
            return
        places = [None, *range(len(self._rows))]
        self._current = places[(places.index(self._current) + by) % len(places)]
        self.update()

    def dismiss(self) -> None:
        """Show nothing."""
        self._rows = ()
        self._current = None
        self.hide()

    def sizeHint(self) -> QSize:
        """As high as its rows."""
        height = len(self._rows) * Size.ROW + 2 * Space.TINY
        return QSize(Size.COMPLETION_WIDTH, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index, row in enumerate(self._rows):
            self._paint_row(painter, self._rect_of(index), row, is_current=index == self._current)
            if row.is_past and index == self._current:
                self._paint_cross(painter, self._cross_of(index))
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Highlight what is under the pointer."""
        self._current = self._index_at(event.position().toPoint())
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take what is under the pointer."""
        index = self._index_at(event.position().toPoint())
        if index is None:
            return
        row = self._rows[index]
        is_on_cross = row.is_past and self._cross_of(index).contains(event.position().toPoint())
        (self.removed if is_on_cross else self.taken).emit(row)

    def _place(self, anchor: QWidget) -> None:
        window = self._window
        corner = anchor.mapTo(window, QPoint(0, anchor.height() + Space.TINY))
        width = max(anchor.width(), min(Size.COMPLETION_WIDTH, window.width() - Space.OUTER * 2))
        left = min(corner.x(), window.width() - width - Space.SMALL)
        height = self.sizeHint().height()
        top = corner.y()
        if top + height > window.height():
            top = max(0, anchor.mapTo(window, QPoint(0, 0)).y() - height - Space.TINY)
        self.setGeometry(max(0, left), top, width, height)

    def _rect_of(self, index: int) -> QRect:
        return QRect(
            Space.TINY, Space.TINY + index * Size.ROW, self.width() - 2 * Space.TINY, Size.ROW
        )

    def _cross_of(self, index: int) -> QRect:
        rect = self._rect_of(index)
        return rect.adjusted(rect.width() - Size.ROW, 0, 0, 0)

    def _index_at(self, point: QPoint) -> int | None:
        index = (point.y() - Space.TINY) // Size.ROW
        return index if 0 <= index < len(self._rows) else None

    def _paint_row(
        self, painter: QPainter, rect: QRect, row: Suggestion, *, is_current: bool
    ) -> None:
        if is_current:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("selection"))
            painter.drawRoundedRect(rect, Size.RADIUS_SMALL, Size.RADIUS_SMALL)
        inner = rect.adjusted(Space.CELL, 0, -Space.CELL, 0)
        right = self._paint_note(painter, inner, row)
        name = one_line(f"{row.text}  →  {row.alias_of}" if row.alias_of else row.text)
        painter.setFont(font(Type.BODY, Type.MEDIUM))
        painter.setPen(_colour_of(row))
        room = right - Space.CELL - inner.left()
        name = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter, name)

    def _paint_cross(self, painter: QPainter, rect: QRect) -> None:
        side = Size.ICON_SMALL
        corner = rect.center() - QPoint(side // 2, side // 2)
        painter.drawPixmap(corner, icons.pixmap("cross", "secondary", side))

    def _paint_note(self, painter: QPainter, rect: QRect, row: Suggestion) -> int:
        """Draw category and count at the right; return where they begin."""
        number_font = font(Type.SECONDARY, tabular=True)
        painter.setFont(number_font)
        painter.setPen(colour("secondary"))
        count = "" if row.count is None else number(row.count)
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, count)
        # Counts get a column of their own, so that the categories before them line up.
        column = rect.right() - QFontMetrics(number_font).horizontalAdvance("0,000,000")
        note = category_name(row.category).lower() if row.category else row.kind
        noted = QRect(rect.left(), rect.top(), column - rect.left(), rect.height())
        painter.drawText(noted, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, note)
        return column - QFontMetrics(number_font).horizontalAdvance(note)


def _colour_of(row: Suggestion) -> QColor:
    """Return the colour of a name: the one that it will have in the search bar."""
    if row.is_known:
        return colour("secondary")
    if row.category is not None:
        return category_colour(row.category)
    return category_colour(TagCategory.META) if row.kind else colour("text")
