"""Two pictures side by side, or one over the other in the same place; both move together."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from anitag_desktop.gui.plain_text import ElidedLabel, PlainLabel
from anitag_desktop.gui.theme.tokens import Space
from anitag_desktop.gui.viewer.canvas import Canvas

_SAME_SHAPE = 0.03
"""Ratios of width to height that differ by less are shown at the same size."""

_CLOSER = 1.25
_WAY = 80.0
"""Pixels that a key moves the pictures by."""


class PairView(QWidget):
    """Shows the pictures 0 and 1; ``canvases`` tell of zooming by the mouse.

    Side by side unless ``flip`` was called: then each call shows the other of the two.
    """

    def __init__(self) -> None:
        super().__init__()
        self.canvases = (Canvas(), Canvas())
        self.names = (ElidedLabel("", "title"), ElidedLabel("", "title"))
        self.badges = (PlainLabel(), PlainLabel())
        self.notes = (PlainLabel("", "warning"), PlainLabel("", "warning"))
        self._heads = (self._head(0, self.tr("Left")), self._head(1, self.tr("Right")))
        self._images: list[QImage | None] = [None, None]
        self._sizes = [QSize(), QSize()]
        self._flipped: int | None = None
        self._arrange()

    @property
    def flipped(self) -> int | None:
        """Which picture is shown alone; None when both are."""
        return self._flipped

    @property
    def is_close(self) -> bool:
        """Whether the user went closer than the whole pictures."""
        return self.canvases[0].outlook.closeness is not None

    def begin(self, names: Sequence[str], sizes: Sequence[QSize]) -> None:
        """Show other pictures: their names, and their sizes in pixels."""
        for label, name in zip(self.names, names, strict=True):
            label.show_text(name)
        self._images = [None, None]
        self._sizes = list(sizes)
        for note in self.notes:
            note.setText("")
        self.together()
        self.canvases[0].fit()

    def show_image(self, side: int, image: QImage) -> None:
        """Draw a picture, in whatever size it was decoded."""
        self._images[side] = image
        self._draw()

    def show_better(self, side: int | None, words: str) -> None:
        """Say at a picture's name that it seems better."""
        for one, badge in enumerate(self.badges):
            badge.setText(words)
            badge.setVisible(one == side)

    def flip(self) -> None:
        """Show one picture alone, or the other one in the same place."""
        self._flipped = 0 if self._flipped is None else 1 - self._flipped
        self._lay_out()

    def together(self) -> None:
        """Show both side by side."""
        self._flipped = None
        self._lay_out()

    def zoom(self, steps: int) -> None:
        """Go closer, or further away where ``steps`` is negative."""
        canvas = self.canvases[0]
        canvas.zoom_to(canvas.scale * _CLOSER**steps)

    def toggle_zoom(self) -> None:
        """Change between the whole pictures and their real size."""
        self.canvases[0].toggle()

    def fit(self) -> None:
        """Show the whole pictures."""
        self.canvases[0].fit()

    def pan(self, right: int, down: int) -> None:
        """Look further to the right and down, by steps."""
        self.canvases[0].pan(QPointF(-right * _WAY, -down * _WAY))

    def _draw(self) -> None:
        shown = (0, 1) if self._flipped is None else (self._flipped, self._flipped)
        for canvas, side in zip(self.canvases, shown, strict=True):
            size = self._size_of(side)
            canvas.show_image(self._images[side], size.width(), size.height())

    def _size_of(self, side: int) -> QSize:
        """Return as how large a picture is drawn: as the larger one, if it has its shape."""
        larger = max(self._sizes, key=lambda size: size.width() * size.height())
        own = self._sizes[side]
        if own.isEmpty() or larger.isEmpty():
            return own
        ratio = own.width() * larger.height() / (own.height() * larger.width())
        return larger if abs(ratio - 1) < _SAME_SHAPE else own

    def _lay_out(self) -> None:
        alone = self._flipped
        for side in (0, 1):
            self._heads[side].setVisible(alone in (None, side))
        self.canvases[1].setVisible(alone is None)
        self._draw()

    def _follow(self, side: int) -> None:
        self.canvases[1 - side].look_as(self.canvases[side].outlook)

    def _head(self, side: int, words: str) -> QWidget:
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(Space.OUTER, Space.SMALL, Space.OUTER, Space.SMALL)
        row.setSpacing(Space.SMALL)
        self.badges[side].setObjectName("modelBadge")
        self.badges[side].hide()
        row.addWidget(PlainLabel(words, "secondary"))
        row.addWidget(self.names[side], 1)
        row.addWidget(self.notes[side])
        row.addWidget(self.badges[side])
        return head

    def _arrange(self) -> None:
        heads, pictures = QHBoxLayout(), QHBoxLayout()
        for side, canvas in enumerate(self.canvases):
            canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            canvas.zoomed.connect(partial(self._follow, side))
            canvas.panned.connect(partial(self._follow, side))
            heads.addWidget(self._heads[side], 1)
            pictures.addWidget(canvas, 1)
        column = QVBoxLayout(self)
        for layout in (column, heads, pictures):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(0)
        pictures.setSpacing(Space.LINE)
        column.addLayout(heads)
        column.addLayout(pictures, 1)
