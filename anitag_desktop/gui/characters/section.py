"""A part of the page: a head with buttons, a line that explains, and tiles."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from anitag_desktop.gui.characters.tiles import Tile, TileList
from anitag_desktop.gui.flow_layout import FlowLayout
from anitag_desktop.gui.plain_text import ElidedLabel, PlainLabel
from anitag_desktop.gui.tasks import Tasks
from anitag_desktop.gui.theme.tokens import Size, Space

SMALL = Size.CELL - 2 * Size.CELL_STEP


class Section(QWidget):
    """Hidden while it has no tiles, unless it ``stays``."""

    def __init__(
        self,
        tasks: Tasks,
        title: str,
        note: str = "",
        *,
        side: int = SMALL,
        lines: int = 0,
        stays: bool = False,
    ) -> None:
        super().__init__()
        self._stays = stays
        self.note = PlainLabel(note, "secondary", wraps=True)
        self.tiles = TileList(tasks, title, side=side, lines=lines)
        self._title = ElidedLabel(title, "head")
        self._title.show_text(title)
        self._title.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._head = FlowLayout(gap=Space.SMALL)
        self._head.addWidget(self._title)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, Space.CELL, 0, 0)
        column.setSpacing(Space.TINY)
        column.addLayout(self._head)
        column.addWidget(self.note)
        column.addWidget(self.tiles)
        self.show_tiles(())

    def add_button(self, button: QPushButton) -> None:
        """Put a button at the end of the head, on a line of its own where there is no room."""
        self._title.setMinimumHeight(button.sizeHint().height())
        self._head.addWidget(button)

    def show_tiles(self, tiles: Sequence[Tile]) -> None:
        """Replace the tiles."""
        self.tiles.show_tiles(tiles)
        self.note.setVisible(bool(self.note.text()) and (bool(tiles) or self._stays))
        self.setVisible(bool(tiles) or self._stays)

    def say(self, words: str) -> None:
        """Change the line that explains."""
        self.note.setText(words)
        self.note.setVisible(bool(words))
