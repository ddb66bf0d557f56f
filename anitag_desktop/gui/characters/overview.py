"""All characters side by side, and below them who is not known yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from anitag_desktop.gui.characters.content import Group
from anitag_desktop.gui.characters.section import Section
from anitag_desktop.gui.characters.tiles import Tile
from anitag_desktop.gui.plain_text import PlainLabel
from anitag_desktop.gui.theme.tokens import Size, Space
from anitag_desktop.gui.wording import pictures
from anitag_desktop.gui.workspace import Workspace


class Overview(QWidget):
    """``character_opened`` carries a name, ``group_opened`` the id of a cluster."""

    character_opened = Signal(str)
    group_opened = Signal(str)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        tasks = workspace.tasks
        self.groups: dict[str, Group] = {}
        self.characters = Section(tasks, self.tr("Taught"), side=Size.CELL, lines=2, stays=True)
        self.unknown = Section(
            tasks,
            self.tr("Who is this?"),
            side=Size.CELL,
            lines=1,
            stays=True,
        )
        self._nobody = self._waiting = ""
        self.unknown.say(self.tr("Looking for pictures that may show one character…"))
        self.characters.tiles.opened.connect(self.character_opened)
        self.unknown.tiles.opened.connect(self.group_opened)
        for one in (self.characters, self.unknown):
            one.tiles.clicked.connect(one.tiles.activated)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.SMALL)
        column.addWidget(PlainLabel(self.tr("Characters"), "title"))
        column.addWidget(self.characters)
        column.addWidget(self.unknown)
        column.addStretch(1)

    def show_characters(self, tiles: Sequence[Tile]) -> None:
        """Show who was taught."""
        self.characters.show_tiles(tiles)
        nobody = self.tr(
            "Nobody was taught yet. Select 3 to 10 pictures that show a character, then press "
            "Ctrl+Shift+C; or name one of those below."
        )
        self._nobody = "" if tiles else nobody
        self._say()

    def show_waiting(self, words: str) -> None:
        """Say what the characters wait for, if they do."""
        self._waiting = words
        self._say()

    @property
    def is_waiting(self) -> bool:
        """Whether the characters wait for something."""
        return bool(self._waiting)

    def _say(self) -> None:
        self.characters.say(self._nobody or self._waiting)

    def show_groups(self, groups: Sequence[Group]) -> None:
        """Show who is not known."""
        self.groups = {one.cluster.id: one for one in groups}
        self.unknown.show_tiles([_cover(one) for one in groups if one.tiles])
        self.unknown.say(
            self.tr("Pictures without a character that look alike. Open one to say who it is.")
            if groups
            else self.tr("No pictures without a character are alike enough to show the same one.")
        )


def _cover(group: Group) -> Tile:
    first = group.tiles[0]
    return replace(first, key=group.cluster.id, title=pictures(len(group.tiles)))
