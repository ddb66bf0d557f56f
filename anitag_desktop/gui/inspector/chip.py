"""A tag as a chip: what state it is in, and what can be done with it."""

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QEnterEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from anitag_desktop.gui.inspector.conflicts import conflict_lines
from anitag_desktop.gui.inspector.opinions import opinion_lines
from anitag_desktop.gui.inspector.tag_groups import State, TagState
from anitag_desktop.gui.plain_text import one_line, set_plain_tooltip
from anitag_desktop.gui.theme import icons
from anitag_desktop.gui.theme.theme import category_colour, colour, font
from anitag_desktop.gui.theme.tokens import Size, Space, Type
from anitag_desktop.gui.wording import category_name, percent, tag_text, tr

_MARK = Size.ICON_SMALL
_MARK_ROOM = _MARK + Space.TINY + 1
_ACCEPT_KEYS = (Qt.Key.Key_Y, Qt.Key.Key_Plus)
_REJECT_KEYS = (Qt.Key.Key_N, Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Minus)


class TagChip(QAbstractButton):
    """One tag. The signals carry its ``TagState``; ``picked`` also the modifier keys."""

    picked = Signal(object, object)
    accepted = Signal(object)
    rejected = Signal(object)
    stepped = Signal(int)
    menu_wanted = Signal(object, QPoint)

    def __init__(self, state: TagState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._text = one_line(tag_text(state.tag.name))
        self._note = _note_of(state)
        self._pointer = QPoint(-1, -1)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMouseTracking(True)
        self.setAccessibleName(f"{self._text}, {state_text(state)}")
        set_plain_tooltip(self, tooltip_of(state))

    @property
    def state(self) -> TagState:
        """The tag and how it stands."""
        return self._state

    def sizeHint(self) -> QSize:
        """As wide as the name, the note and what can always be seen of the marks."""
        width = QFontMetrics(_name_font()).horizontalAdvance(self._text) + Space.CELL * 2
        if self._note:
            note = QFontMetrics(_note_font()).horizontalAdvance(self._note)
            width += note + Space.SMALL - 2
        if self._state.state is State.SUGGESTED:
            width += 2 * _MARK_ROOM
        return QSize(width + self._sign_room(), Size.CHIP)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the chip in its state."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        self._paint_text(painter)
        if self._state.conflicts:
            corner = QPoint(Space.SMALL + 1, (self.height() - _MARK) // 2)
            painter.drawPixmap(corner, icons.pixmap("warning", "warning", _MARK))
        for name, rect in self._marks():
            self._paint_mark(painter, name, rect)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light the mark under the pointer."""
        self._pointer = event.position().toPoint()
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show the marks."""
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Do what lies under the pointer: accept, reject or pick."""
        self.setDown(False)
        point = event.position().toPoint()
        if event.button() is not Qt.MouseButton.LeftButton or not self.rect().contains(point):
            return
        for name, rect in self._marks():
            if rect.contains(point):
                (self.accepted if name == "check" else self.rejected).emit(self._state)
                return
        self.picked.emit(self._state, event.modifiers())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Say that the menu of this tag is wanted."""
        self.menu_wanted.emit(self._state, event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Y accepts, N rejects, Enter does the likeliest, arrows go on."""
        key = event.key()
        if key in _ACCEPT_KEYS:
            self.accepted.emit(self._state)
        elif key in _REJECT_KEYS:
            self.rejected.emit(self._state)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter(event.modifiers())
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_A, Qt.Key.Key_D):
            self.stepped.emit(-1 if key in (Qt.Key.Key_Left, Qt.Key.Key_A) else 1)
        else:
            super().keyPressEvent(event)

    def _enter(self, modifiers: Qt.KeyboardModifier) -> None:
        if self._state.state is State.SUGGESTED:
            self.accepted.emit(self._state)
        else:
            self.picked.emit(self._state, modifiers)

    def _marks(self) -> list[tuple[str, QRect]]:
        """Return what can be clicked now, from left to right."""
        state = self._state
        is_suggested = state.state is State.SUGGESTED
        if not (is_suggested or self.underMouse() or self.hasFocus()):
            return []
        can_accept = state.state is not State.SAID or state.is_partial
        names = (["check"] if can_accept else []) + (
            ["cross"] if state.state is not State.REJECTED else []
        )
        left = self.width() - Space.SMALL - len(names) * _MARK_ROOM + Space.TINY
        return [
            (name, QRect(left + place * _MARK_ROOM, 0, _MARK_ROOM, self.height()))
            for place, name in enumerate(names)
        ]

    def _sign_room(self) -> int:
        """Return how much wider the sign of a conflict makes the chip."""
        return _MARK if self._state.conflicts else 0

    def _paint_ground(self, painter: QPainter) -> None:
        is_suggested = self._state.state is State.SUGGESTED
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self.hasFocus():
            painter.setPen(QPen(colour("accent"), Size.FOCUS))
            rect = rect.adjusted(0.5, 0.5, -0.5, -0.5)
        elif is_suggested:
            pen = QPen(colour("faint"), 1)
            pen.setDashPattern([3, 3])
            painter.setPen(pen)
        else:
            painter.setPen(QPen(colour("hairline"), 1))
        ground = "hover" if self.underMouse() else "raised"
        painter.setBrush(Qt.BrushStyle.NoBrush if is_suggested else colour(ground))
        painter.drawRoundedRect(rect, Size.RADIUS_CHIP, Size.RADIUS_CHIP)

    def _paint_text(self, painter: QPainter) -> None:
        inner = self.rect().adjusted(Space.CELL + self._sign_room(), 0, -Space.CELL, 0)
        note = QFontMetrics(_note_font()).horizontalAdvance(self._note) if self._note else 0
        marks = 2 * _MARK_ROOM if self._state.state is State.SUGGESTED else 0
        room = inner.width() - marks - (note + Space.SMALL - 2 if note else 0)
        shown_font = _name_font()
        shown_font.setStrikeOut(self._state.state is State.REJECTED)
        painter.setFont(shown_font)
        is_quiet = self._state.state is State.REJECTED
        painter.setPen(
            colour("secondary") if is_quiet else category_colour(self._state.tag.category)
        )
        text = painter.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, room + 1)
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter, text)
        if self._note and not (self._marks() and not marks):
            begin = inner.left() + painter.fontMetrics().horizontalAdvance(text) + Space.SMALL - 2
            painter.setFont(_note_font())
            painter.setPen(colour("secondary"))
            painter.drawText(
                inner.adjusted(begin - inner.left(), 0, 0, 0),
                Qt.AlignmentFlag.AlignVCenter,
                self._note,
            )

    def _paint_mark(self, painter: QPainter, name: str, rect: QRect) -> None:
        if self._state.state is not State.SUGGESTED:
            # The marks of other chips come with the pointer and lie over the score.
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("hover" if self.underMouse() else "raised"))
            painter.drawRect(rect.adjusted(0, 3, -Space.TINY, -3))
        is_lit = rect.contains(self._pointer) and self.underMouse()
        tone = "good" if name == "check" else "bad"
        side = _MARK + (2 if is_lit else 0)
        corner = rect.center() - QPoint(side // 2, side // 2 - 1)
        painter.drawPixmap(corner, icons.pixmap(name, tone, side))


def state_text(state: TagState) -> str:
    """Return how the tag stands, in words: colour alone says nothing."""
    words = _standing(state)
    return tr("{words}, in conflict").format(words=words) if state.conflicts else words


def _standing(state: TagState) -> str:
    words = {
        State.SAID: tr("said by you or an import"),
        State.PREDICTED: tr("seen by the model"),
        State.SUGGESTED: tr("suggested by the model"),
        State.REJECTED: tr("rejected by you"),
    }[state.state]
    return words if state.score is None else f"{words}, {percent(state.score)} %"


def tooltip_of(state: TagState) -> str:
    """Return the tag's own name, its category, how it stands, and on how many pictures."""
    lines = [state.tag.name, f"{category_name(state.tag.category)} · {_standing(state)}"]
    if state.of > 1:
        lines.append(tr("on {have} of {of} pictures").format(have=state.have, of=state.of))
    if state.conflicts:
        lines += conflict_lines(state.conflicts, state.of)
    else:
        lines += opinion_lines(state.opinions)
    return "\n".join(lines)


def _note_of(state: TagState) -> str:
    if state.of > 1:
        return f"{state.have}/{state.of}" if state.is_partial else ""
    if state.score is None or state.state is State.SAID:
        return ""
    return percent(state.score)


def _name_font() -> QFont:
    return font(Type.SECONDARY, Type.SEMIBOLD)


def _note_font() -> QFont:
    return font(Type.HEAD, tabular=True)
