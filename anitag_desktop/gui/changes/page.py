"""What appeared and disappeared when something was learnt last, tag by tag, to be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from anitag_desktop.domain.change import LibraryChange
from anitag_desktop.gui.characters.content import tiles_of
from anitag_desktop.gui.characters.section import Section
from anitag_desktop.gui.characters.tiles import Tile
from anitag_desktop.gui.corrections import Corrections
from anitag_desktop.gui.plain_text import PlainLabel, one_line, set_plain_tooltip
from anitag_desktop.gui.search_bar.composing import search_for
from anitag_desktop.gui.theme.tokens import Space
from anitag_desktop.gui.wording import error_text, number, pictures, tag_text, tr
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.services.correcting import ActionView
    from anitag_desktop.services.library import Library
    from anitag_desktop.services.refreshing import TagChange
    from anitag_desktop.services.switching import Switched

_REST = 700
_MOST_TAGS = 40
_MOST_PICTURES = 14


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A tag, on how many pictures it came or went, and some of them."""

    name: str
    count: int
    is_given: bool
    tiles: Sequence[Tile]


@dataclass(frozen=True, slots=True)
class ShownChanges:
    """All of it, and the action that did it; None if it was another model, see ``words``.

    ``total`` is of how many tags, those that are not shown included.
    """

    action: ActionView | None
    tags: Sequence[ShownChange]
    words: str = ""
    total: int = 0

    @property
    def left_out(self) -> str:
        """Say of how many tags only those that changed most are shown; empty if of all."""
        if self.total <= _MOST_TAGS:
            return ""
        words = tr("Of {total} tags, the {n} are shown that changed most.")
        return words.format(total=number(self.total), n=number(_MOST_TAGS))


class ChangesPage(QWidget):
    """Reads again when something changed.

    ``search_wanted`` carries a search, ``pictures_opened`` ids and the place to look at.
    """

    search_wanted = Signal(str)
    pictures_opened = Signal(object, int)

    def __init__(self, workspace: Workspace, corrections: Corrections) -> None:
        super().__init__()
        self._workspace = workspace
        self._corrections = corrections
        self._shown: ShownChanges | None = None
        self.sections: list[Section] = []
        self.words = PlainLabel("", "secondary", wraps=True)
        self.words.setContentsMargins(0, 0, Space.OUTER, 0)
        self.undo = QPushButton(self.tr("Take it back"))
        set_plain_tooltip(self.undo, self.tr("All of it, as one step"))
        self.undo.clicked.connect(lambda _checked: self._take_back())
        self._arrange()
        self._reading = QTimer(self, singleShot=True, interval=_REST)
        self._reading.timeout.connect(self.read)
        self._growing = QTimer(self, singleShot=True, interval=0)
        self._growing.timeout.connect(self._next)
        workspace.signals.changed.connect(self._take_change)

    def read(self) -> None:
        """Read what was learnt last."""
        self._workspace.tasks.run_in_background(
            partial(read_changes, self._workspace.library), self._show, owner=self, topic="learnt"
        )

    def _show(self, shown: ShownChanges | None) -> None:
        action = None if shown is None else shown.action
        is_open = action is not None and not action.is_undone
        self.undo.setVisible(is_open)
        self.words.setText(self._sentence(shown))
        if shown == self._shown:
            return
        self._shown = shown
        for section in self.sections:
            section.hide()
            section.deleteLater()
        self.sections = []
        self._next()

    def _next(self) -> None:
        """Add the next section, and the others once the window had time for other things."""
        tags, place = self._shown.tags if self._shown else (), len(self.sections)
        if place < len(tags):
            self.sections.append(self._section(tags[place]))
            self._column.insertWidget(place, self.sections[-1])
            self._growing.start()

    def _sentence(self, shown: ShownChanges | None) -> str:
        if shown is None:
            return self.tr("Nothing was learnt yet. Correct some tags, then press Ctrl+L.")
        if shown.action is None:
            return f"{shown.words} {shown.left_out}".strip()
        if shown.action.is_undone:
            return self.tr("{what}: this was taken back.").format(what=shown.action.label)
        if not shown.tags:
            words = self.tr("{what}: no tag of any other picture changed.")
            return words.format(what=shown.action.label)
        words = self.tr("{what}: these tags of other pictures changed.")
        return f"{words.format(what=shown.action.label)} {shown.left_out}".strip()

    def _section(self, one: ShownChange) -> Section:
        words = self.tr("{tag}: given to {n}") if one.is_given else self.tr("{tag}: taken from {n}")
        title = words.format(tag=tag_text(one.name), n=pictures(one.count))
        shown = self.tr("{n} of them:").format(n=number(len(one.tiles)))
        note = shown if len(one.tiles) < one.count else ""
        section = Section(self._workspace.tasks, title, note)
        section.show_tiles(one.tiles)
        section.tiles.opened.connect(partial(self._look_at, one.tiles))
        if one.is_given:
            section.add_button(self._search_button(one.name))
        return section

    def _search_button(self, name: str) -> QPushButton:
        button = QPushButton(self.tr("Show its pictures"))
        button.setProperty("kind", "quiet")
        set_plain_tooltip(button, self.tr("Search for the tag"))
        button.clicked.connect(lambda _checked: self.search_wanted.emit(search_for(name, None)))
        return button

    def _look_at(self, tiles: Sequence[Tile], key: str) -> None:
        ids = [one.image_id for one in tiles]
        self.pictures_opened.emit(ids, ids.index(int(key)))

    def _take_back(self) -> None:
        shown = self._shown
        action = None if shown is None else shown.action
        if action is not None and action.id is not None:
            self._corrections.take_back(partial(_undo, action.id), self._say_why)

    def _say_why(self, error: BaseException) -> None:
        self.words.setText(error_text(error))

    def _take_change(self, change: LibraryChange) -> None:
        if self.isVisible() and (change.models or change.tags or change.settings):
            self._reading.start()

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, Space.OUTER, 0)
        head.addWidget(PlainLabel(self.tr("What changed"), "title"))
        head.addStretch(1)
        head.addWidget(self.undo)
        body = QWidget()
        body.setObjectName("charactersBody")
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addStretch(1)
        scroll = QScrollArea()
        scroll.setObjectName("charactersScroll")
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(body)
        self.setFocusProxy(scroll)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.OUTER, Space.CELL, 0, 0)
        column.setSpacing(Space.SMALL)
        column.addLayout(head)
        column.addWidget(self.words)
        column.addWidget(scroll, 1)


def read_changes(library: Library) -> ShownChanges | None:
    """Return what to show; None if nothing was learnt yet. Runs on tasks."""
    changes, switched = library.refreshing.changes(), library.retraining.switched()
    if switched is not None and switched.is_newer(changes):
        tags, words = _shown(library, switched.tags), _switch_words(switched)
        return ShownChanges(None, tags, words, len(switched.tags))
    if changes is None:
        return None
    return ShownChanges(changes.action, _shown(library, changes.tags), total=len(changes.tags))


def _switch_words(switched: Switched) -> str:
    if switched.is_left:
        words = tr(
            "{new} was left, and {old} is in use again. Of {n} that both looked at, these changed; "
            "your own word stands."
        )
    else:
        words = tr(
            "{new} took the place of {old}. Of {n} that both looked at, these changed; your own "
            "word stands. The page Training goes back to the old model."
        )
    return words.format(
        new=one_line(switched.title), old=one_line(switched.old), n=pictures(switched.pictures)
    )


def _shown(library: Library, tags: Sequence[TagChange]) -> list[ShownChange]:
    return [
        ShownChange(one.tag.name, count, is_given, tiles_of(library, ids[:_MOST_PICTURES]))
        for one in tags[:_MOST_TAGS]
        for count, is_given, ids in (
            (one.appeared, True, one.on),
            (one.disappeared, False, one.off),
        )
        if count
    ]


def _undo(action_id: int, library: Library) -> Sequence[ActionView]:
    undone = library.correcting.undo_only(action_id)
    return [] if undone is None else [undone]
