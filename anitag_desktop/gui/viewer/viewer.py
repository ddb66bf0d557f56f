"""The viewer over the whole window: one picture, and the next with one key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QImage, QImageReader, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from anitag_desktop.domain.change import LibraryChange
from anitag_desktop.gui.marks.row import MarkRow
from anitag_desktop.gui.plain_text import ElidedLabel, PlainLabel, set_plain_tooltip
from anitag_desktop.gui.tasks import Priority
from anitag_desktop.gui.theme import icons
from anitag_desktop.gui.theme.theme import theme
from anitag_desktop.gui.theme.tokens import Size, Space
from anitag_desktop.gui.viewer.canvas import Canvas
from anitag_desktop.gui.viewer.decoding import FullPictures
from anitag_desktop.gui.wording import error_text, number
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.services.showing import ImageRow

_FULL = 4096
"""Longest side in pixels that is decoded when the user goes close."""

_BACK = (Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_PageUp, Qt.Key.Key_A)
_ON = (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_PageDown, Qt.Key.Key_D, Qt.Key.Key_Space)


class Viewer(QWidget):
    """``moved`` carries the position looked at, ``closed`` says that the user went back.

    ``shown`` carries the id of each picture that is looked at.
    """

    moved = Signal(int)
    shown = Signal(int)
    closed = Signal()

    def __init__(self, workspace: Workspace, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._workspace = workspace
        self._ids: Sequence[int] = ()
        self._place = 0
        self._row: ImageRow | None = None
        self._pictures = FullPictures(workspace, self)
        self._canvas = Canvas()
        self._name = ElidedLabel("", "title")
        self._facts = PlainLabel("", "secondary")
        self._trouble = PlainLabel("", "warning", wraps=True)
        self.marks = MarkRow()
        self._tools = QHBoxLayout()
        self._buttons: dict[str, QToolButton] = {}
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._arrange()
        self._canvas.zoomed.connect(self._on_zoomed)
        self._pictures.arrived.connect(self._on_arrived)
        self._pictures.refused.connect(self._on_refused)
        workspace.signals.changed.connect(self._take_change)
        theme.changed.connect(self._dress)
        self._dress()
        window.installEventFilter(self)
        self.hide()

    @property
    def canvas(self) -> Canvas:
        """What the picture is drawn on."""
        return self._canvas

    @property
    def place(self) -> int:
        """The position looked at."""
        return self._place

    @property
    def image_id(self) -> int:
        """The picture looked at."""
        return self._ids[self._place]

    @property
    def name(self) -> str:
        """The name shown."""
        return self._name.text()

    def open(self, ids: Sequence[int], place: int) -> None:
        """Look at the picture at ``place`` of ``ids``."""
        self._ids = ids
        self.setGeometry(self._window.rect())
        self.show()
        self.raise_()
        self.setFocus()
        self._go(place)

    def add_switch(self, name: str, words: str, slot: Callable[[], None]) -> QToolButton:
        """Add a button to the bar that shows whether it is on; ``name`` is that of its icon."""
        button = self._button(name, words, slot)
        button.setCheckable(True)
        self._tools.addWidget(button)
        self._dress()
        return button

    def close_viewer(self) -> None:
        """Go back to the window."""
        self.hide()
        self._pictures.forget_all()
        self.closed.emit()

    def step(self, by: int) -> None:
        """Look at the next picture or the one before."""
        target = self._place + by
        if 0 <= target < len(self._ids):
            self._go(target)
            self.moved.emit(target)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Steps, zooms and goes back."""
        key = event.key()
        if key in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Backspace):
            self.close_viewer()
        elif key in _BACK:
            self.step(-1)
        elif key in _ON:
            self.step(1)
        elif key == Qt.Key.Key_Z:
            self._canvas.toggle()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._canvas.zoom_to(self._canvas.scale * 1.25)
        elif key == Qt.Key.Key_Minus:
            self._canvas.zoom_to(self._canvas.scale / 1.25)
        elif key == Qt.Key.Key_0:
            self._canvas.fit()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as the window."""
        if watched is self._window and event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._window.rect())
        return False

    def _arrange(self) -> None:
        bar = QFrame()
        bar.setObjectName("viewerBar")
        bar.setFixedHeight(Size.SEARCH + Space.SMALL)
        row = QHBoxLayout(bar)
        row.setContentsMargins(Space.OUTER, 0, Space.SMALL, 0)
        row.setSpacing(Space.SMALL)
        row.addWidget(self._name, 1)
        row.addWidget(self._trouble)
        row.addWidget(self._facts)
        row.addSpacing(Space.SMALL)
        row.addWidget(self.marks)
        row.addSpacing(Space.SMALL)
        self._tools.setSpacing(Space.SMALL)
        row.addLayout(self._tools)
        for name, words, slot in (
            ("chevron-left", self.tr("Previous (Left)"), self._previous),
            ("chevron-right", self.tr("Next (Right)"), self._next),
            ("fit", self.tr("Fit or real size (Z)"), self._canvas.toggle),
            ("cross", self.tr("Back (Esc)"), self.close_viewer),
        ):
            row.addWidget(self._button(name, words, slot))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(self._canvas, 1)

    def _button(self, name: str, words: str, slot: object) -> QToolButton:
        button = QToolButton()
        button.setFixedSize(Size.CONTROL, Size.CONTROL)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        set_plain_tooltip(button, words)
        button.setAccessibleName(words)
        button.clicked.connect(slot)
        self._buttons[name] = button
        return button

    def _dress(self) -> None:
        for name, button in self._buttons.items():
            button.setIcon(icons.icon(name))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    def _previous(self) -> None:
        self.step(-1)

    def _next(self) -> None:
        self.step(1)

    def _go(self, place: int) -> None:
        self._place = place
        self._row = None
        self._trouble.setText("")
        self._canvas.fit()
        decoded = self._pictures.find(self.image_id)
        if decoded is not None:
            self._canvas.show_image(decoded, decoded.width(), decoded.height())
        self._read_row()
        self._decode()
        self.shown.emit(self.image_id)

    def _read_row(self) -> None:
        image_id, library = self.image_id, self._workspace.library
        self._workspace.tasks.run_in_background(
            lambda: _row_and_thumbnail(library.showing.rows([image_id])),
            self._show_row,
            owner=self,
            topic="row",
            priority=Priority.URGENT,
        )

    def _take_change(self, change: LibraryChange) -> None:
        if self.isVisible() and (change.all_images or self.image_id in change.images):
            self._read_row()

    def _decode(self) -> None:
        ratio = self.devicePixelRatioF()
        side = round(max(self._window.width(), self._window.height()) * ratio)
        is_close = (
            self._canvas.scale > self._canvas.devicePixelRatioF() or not self._canvas.is_fitted
        )
        if is_close and self._row is not None:
            self._pictures.want([self._ids[self._place]], _FULL)
            return
        near = (self._place, self._place + 1, self._place - 1)
        self._pictures.want([self._ids[n] for n in near if 0 <= n < len(self._ids)], side)

    def _show_row(self, answer: tuple[ImageRow | None, QImage]) -> None:
        row, thumbnail = answer
        self._row = row
        if row is None:
            self._trouble.setText(self.tr("This picture is not in the library any more."))
            return
        self._name.show_text(row.name)
        self.marks.show_marks(int(row.is_favourite), 1, row.stars)
        decoded = self._pictures.find(self._ids[self._place])
        self._canvas.show_image(decoded or thumbnail, row.width, row.height)
        self._show_facts()

    def _show_facts(self) -> None:
        if self._row is None:
            return
        self._facts.setText(
            self.tr("{width} x {height} · {zoom} % · {place} of {total}").format(
                width=number(self._row.width),
                height=number(self._row.height),
                zoom=number(round(self._canvas.scale * 100)),
                place=number(self._place + 1),
                total=number(len(self._ids)),
            )
        )

    def _on_zoomed(self) -> None:
        self._show_facts()
        if self._ids:
            self._decode()

    def _on_arrived(self, image_id: int) -> None:
        decoded = self._pictures.find(image_id)
        if decoded is not None and self._ids and image_id == self._ids[self._place] and self._row:
            self._canvas.show_image(decoded, self._row.width, self._row.height)

    def _on_refused(self, image_id: int, error: BaseException) -> None:
        if self._ids and image_id == self._ids[self._place]:
            self._trouble.setText(error_text(error))


def _row_and_thumbnail(rows: Sequence[ImageRow]) -> tuple[ImageRow | None, QImage]:
    if not rows:
        return None, QImage()
    path: Path | None = rows[0].thumbnail
    return rows[0], QImageReader(str(path)).read() if path else QImage()
