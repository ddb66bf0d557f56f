"""One cluster of unknown pictures: who is it, or is it nobody?"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from anitag_desktop.gui.characters.content import Group
from anitag_desktop.gui.characters.section import Section
from anitag_desktop.gui.flow_layout import FlowLayout
from anitag_desktop.gui.plain_text import ElidedLabel, PlainLabel, set_plain_tooltip
from anitag_desktop.gui.theme import icons
from anitag_desktop.gui.theme.tokens import Size, Space
from anitag_desktop.gui.wording import number, tr
from anitag_desktop.gui.workspace import Workspace


class GroupView(QWidget):
    """``named`` carries the members that are meant and a name, ``ignored`` all members."""

    named = Signal(object, str)
    ignored = Signal(object)
    left = Signal()

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._group: Group | None = None
        self.back = back_button(self.tr("Characters"))
        self.back.clicked.connect(lambda _checked: self.left.emit())
        self.name = QLineEdit()
        self.name.setPlaceholderText(self.tr("Name of the character"))
        self.name.setAccessibleName(self.tr("Name of the character"))
        self.name.setFixedWidth(Size.FIELD)
        self.name.textChanged.connect(self._show_choice)
        self.name.returnPressed.connect(self._name)
        self.naming = QPushButton()
        self.naming.setProperty("kind", "primary")
        self.naming.clicked.connect(lambda _checked: self._name())
        self.ignoring = QPushButton(self.tr("Not one character"))
        set_plain_tooltip(self.naming, self.tr("The ringed pictures show this character (Enter)"))
        set_plain_tooltip(self.ignoring, self.tr("Never show these as one group again"))
        self.ignoring.clicked.connect(lambda _checked: self._ignore())
        self.members = Section(
            workspace.tasks,
            self.tr("Those that show the same"),
            self.tr("Click those that show somebody else: only the ringed ones get the name."),
            stays=True,
        )
        self.members.tiles.choose_several()
        self.members.tiles.chosen_changed.connect(self._show_choice)
        self._arrange()

    def show_group(self, group: Group) -> None:
        """Show a cluster, all of it chosen."""
        self._group = group
        self.name.clear()
        self.members.show_tiles(group.tiles)
        self.members.tiles.selectAll()
        self._show_choice()
        self.name.setFocus()

    def show_busy(self, *, is_busy: bool) -> None:
        """Allow nothing while something is being learnt."""
        self.setEnabled(not is_busy)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back with Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _show_choice(self) -> None:
        count = self.members.tiles.chosen_count
        self.naming.setText(self.tr("Name {n} of them").format(n=number(count)))
        self.naming.setEnabled(bool(count and self.name.text().strip()))

    def _name(self) -> None:
        if self._group is None or not self.naming.isEnabled():
            return
        chosen = {one.image_id for one in self.members.tiles.chosen}
        members = [one for one in self._group.cluster.members if one.image_id in chosen]
        self.named.emit(members, self.name.text().strip())

    def _ignore(self) -> None:
        if self._group is not None:
            self.ignored.emit(self._group.cluster.members)

    def _arrange(self) -> None:
        row = FlowLayout(gap=Space.SMALL)
        for widget in (self.name, self.naming, self.ignoring):
            row.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.SMALL)
        column.addLayout(head_row(self.back, PlainLabel(self.tr("Who is this?"), "title")))
        column.addLayout(row)
        column.addWidget(self.members)
        column.addStretch(1)


def back_button(words: str) -> QPushButton:
    """Return the button that leads back."""
    button = QPushButton(words)
    button.setObjectName("back")
    button.setProperty("kind", "quiet")
    button.setIcon(icons.icon("chevron-left"))
    set_plain_tooltip(button, tr("Back (Esc)"))
    return button


def head_row(back: QPushButton, title: PlainLabel | ElidedLabel) -> QHBoxLayout:
    """Return a row with the way back and a title."""
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, Space.OUTER, 0)
    row.setSpacing(Space.SMALL)
    row.addWidget(back)
    row.addWidget(title, 1)
    return row
