"""The list of problems: which file, why, since when."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from anitag_desktop.domain.change import LibraryChange
from anitag_desktop.gui import menus
from anitag_desktop.gui.plain_text import PlainLabel, one_line, plain_tooltip
from anitag_desktop.gui.row_model import ROW, RowModel
from anitag_desktop.gui.theme import icons
from anitag_desktop.gui.theme.theme import colour, font, theme
from anitag_desktop.gui.theme.tokens import Size, Space, Type
from anitag_desktop.gui.wording import counted, minute
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.domain.details import FileProblem

_HEIGHT = Size.ROW * 2
_REST = 500


class ProblemsPage(QWidget):
    """All problems, the newest first; read again when they change."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._head = PlainLabel("", "title")
        self._note = PlainLabel(
            self.tr("These files could not be read. They were not changed."), "secondary"
        )
        self._model = ProblemsModel()
        self._list = QListView()
        self._list.setObjectName("problemList")
        self._list.setModel(self._model)
        self._list.setItemDelegate(_ProblemDelegate())
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self._list.setUniformItemSizes(True)
        self._list.setMouseTracking(True)
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._list.customContextMenuRequested.connect(self._show_menu)
        self._list.setAccessibleName(self.tr("Problems"))
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.OUTER, Space.OUTER, 0, 0)
        column.setSpacing(Space.LINE)
        column.addWidget(self._head)
        column.addWidget(self._note)
        column.addSpacing(Space.SMALL)
        column.addWidget(self._list, 1)
        self._reading = QTimer(self, singleShot=True, interval=_REST)
        self._reading.timeout.connect(self.read)
        workspace.signals.changed.connect(self._take_change)
        theme.changed.connect(self._list.viewport().update)

    @property
    def model(self) -> ProblemsModel:
        """The rows shown."""
        return self._model

    def read(self) -> None:
        """Read the list again."""
        library = self._workspace.library
        self._workspace.tasks.run_in_background(
            lambda: library.showing.problems(), self._show, owner=self, topic="problems"
        )

    def _show(self, problems: Sequence[FileProblem]) -> None:
        self._head.setText(
            counted(len(problems), self.tr("{n} problem"), self.tr("{n} problems"))
            if problems
            else self.tr("No problems")
        )
        self._note.setVisible(bool(problems))
        self._model.show_rows(sorted(problems, key=_since, reverse=True))

    def _take_change(self, change: LibraryChange) -> None:
        touches = change.problems or change.files
        if self.isVisible() and touches and not self._reading.isActive():
            self._reading.start()

    def _show_menu(self, point: QPoint) -> None:
        problem: FileProblem | None = self._list.indexAt(point).data(ROW)
        if problem is None:
            return
        choices: list[menus.Choice] = [
            (self.tr("Open its folder"), partial(menus.open_folder_of, problem.path)),
            (self.tr("Copy the path"), partial(menus.copy_text, problem.path)),
        ]
        menus.pop_up(self, choices, self._list.viewport().mapToGlobal(point))


class ProblemsModel(RowModel["FileProblem"]):
    """Problems as a Qt list."""

    def shown(self, row: FileProblem, role: int) -> object:
        """Text and tooltip."""
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{one_line(row.path)}: {one_line(row.message)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(f"{row.path}\n{row.message}")
        return None


class _ProblemDelegate(QStyledItemDelegate):
    """Name and folder above, reason and time below."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Two lines."""
        return QSize(0, _HEIGHT)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw one problem."""
        problem: FileProblem = index.data(ROW)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = option.rect.adjusted(0, 2, -Space.OUTER, -2)
        is_lit = option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("raised" if is_lit else "panel"))
        painter.drawRoundedRect(rect, Size.RADIUS, Size.RADIUS)
        corner = QPoint(rect.left() + Space.OUTER, rect.center().y() - Size.ICON // 2)
        painter.drawPixmap(corner, icons.pixmap("warning", "bad", Size.ICON))
        left = Space.OUTER * 2 + Size.ICON
        _paint_lines(painter, rect.adjusted(left, Space.SMALL, -Space.OUTER, -Space.SMALL), problem)
        painter.restore()


def _paint_lines(painter: QPainter, rect: QRect, problem: FileProblem) -> None:
    upper = QRect(rect.left(), rect.top(), rect.width(), rect.height() // 2)
    lower = upper.translated(0, rect.height() // 2)
    path = PurePath(problem.path)
    painter.setFont(font(Type.SECONDARY))
    painter.setPen(colour("secondary"))
    since = minute(problem.since)
    end = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(upper, end, since)
    room = upper.width() - painter.fontMetrics().horizontalAdvance(since) - Space.OUTER
    painter.setFont(font(Type.BODY, Type.MEDIUM))
    painter.setPen(colour("text"))
    name = _elided(painter, path.name, room, Qt.TextElideMode.ElideMiddle)
    painter.drawText(upper, Qt.AlignmentFlag.AlignVCenter, name)
    used = painter.fontMetrics().horizontalAdvance(name) + Space.SMALL
    painter.setFont(font(Type.SECONDARY))
    painter.setPen(colour("secondary"))
    folder = _elided(painter, str(path.parent), room - used, Qt.TextElideMode.ElideMiddle)
    painter.drawText(upper.adjusted(used, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, folder)
    reason = _elided(painter, problem.message, lower.width(), Qt.TextElideMode.ElideRight)
    painter.drawText(lower, Qt.AlignmentFlag.AlignVCenter, reason)


def _elided(painter: QPainter, text: str, room: int, mode: Qt.TextElideMode) -> str:
    return painter.fontMetrics().elidedText(one_line(text), mode, max(0, room))


def _since(problem: FileProblem) -> float:
    return problem.since.timestamp()
