"""The page of the characters: all of them, one of them, or a group that nobody named yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFrame,
    QInputDialog,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from anitag_desktop.domain.change import LibraryChange
from anitag_desktop.gui.characters import content
from anitag_desktop.gui.characters.group_view import GroupView
from anitag_desktop.gui.characters.overview import Overview
from anitag_desktop.gui.characters.portrait_view import PortraitView
from anitag_desktop.gui.characters.work import CharacterWork
from anitag_desktop.gui.search_bar.composing import search_for
from anitag_desktop.gui.tasks import Priority
from anitag_desktop.gui.theme.tokens import Space
from anitag_desktop.gui.wording import tag_text
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.services.clustering import Member
    from anitag_desktop.services.correcting import ActionView
    from anitag_desktop.services.library import Library

_REST = 700
"""Milliseconds after a change before it is read again."""

_WAIT = 2_000
"""Milliseconds between two looks at what the characters wait for."""


class CharactersPage(QWidget):
    """``search_wanted`` carries a search, ``pictures_opened`` ids and the place to look at.

    ``selected`` gives the pictures chosen in the gallery.
    """

    search_wanted = Signal(str)
    pictures_opened = Signal(object, int)

    def __init__(
        self, workspace: Workspace, work: CharacterWork, selected: Callable[[], Sequence[int]]
    ) -> None:
        super().__init__()
        self.setObjectName("charactersPage")
        self._workspace = workspace
        self._work = work
        self._selected = selected
        self.overview = Overview(workspace)
        self.portrait = PortraitView(workspace)
        self.group = GroupView(workspace)
        self.views = QStackedWidget()
        self._name = ""
        self._arrange()
        self._reading = QTimer(self, singleShot=True, interval=_REST)
        self._reading.timeout.connect(self.read)
        self._waiting = QTimer(self, singleShot=True, interval=_WAIT)
        self._waiting.timeout.connect(self._read_waiting)
        self._connect()

    def read(self) -> None:
        """Read what is shown again."""
        library = self._workspace.library
        if self.views.currentWidget() is self._scrolls[self.portrait]:
            self._ask_portrait(self._name)
            return
        self._workspace.tasks.run_in_background(
            partial(content.read_characters, library),
            self.overview.show_characters,
            owner=self,
            topic="characters",
        )
        self._read_waiting()
        self._workspace.tasks.ask(
            partial(content.read_groups, library),
            self.overview.show_groups,
            owner=self,
            topic="groups",
            priority=Priority.LONG,
        )

    def _read_waiting(self) -> None:
        self._workspace.tasks.run_in_background(
            partial(content.read_waiting, self._workspace.library),
            self.overview.show_waiting,
            owner=self,
            topic="waiting",
        )

    def open_character(self, name: str) -> None:
        """Show one character."""
        self._name = name
        self._show(self.portrait)
        self._ask_portrait(name)

    def open_group(self, cluster_id: str) -> None:
        """Show a cluster."""
        self._show(self.group)
        self.group.show_group(self.overview.groups[cluster_id])  # its name is typed at once

    def open_overview(self) -> None:
        """Show all of them."""
        self._show(self.overview)
        self.read()

    def _ask_portrait(self, name: str) -> None:
        self._workspace.tasks.run_in_background(
            partial(content.read_portrait, self._workspace.library, name),
            self.portrait.show_portrait,
            lambda _error: self.open_overview(),  # it was forgotten, or merged
            owner=self,
            topic="portrait",
        )

    def _show(self, view: QWidget) -> None:
        focused = self.window().focusWidget()
        self.views.setCurrentWidget(self._scrolls[view])
        self._scrolls[view].verticalScrollBar().setValue(0)
        self.setFocusProxy(self._firsts[view])
        if focused is not None and self.isAncestorOf(focused):
            self.setFocus()  # else the keys would go to what is hidden now

    def _arrange(self) -> None:
        self._scrolls: dict[QWidget, QScrollArea] = {}
        for view in (self.overview, self.portrait, self.group):
            view.setObjectName("charactersBody")
            scroll = QScrollArea()
            scroll.setObjectName("charactersScroll")
            scroll.setFrameShape(QFrame.Shape.NoFrame)
            scroll.setWidgetResizable(True)
            scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            scroll.setWidget(view)
            self._scrolls[view] = scroll
            self.views.addWidget(scroll)
        self._firsts: dict[QWidget, QWidget] = {
            self.overview: self.overview.characters.tiles,
            self.portrait: self.portrait.back,
            self.group: self.group.name,
        }
        self.setFocusProxy(self._firsts[self.overview])
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.OUTER, Space.CELL, 0, 0)
        column.addWidget(self.views)

    def _connect(self) -> None:
        self.overview.character_opened.connect(self.open_character)
        self.overview.group_opened.connect(self.open_group)
        self.portrait.character_opened.connect(self.open_character)
        self.portrait.pictures_opened.connect(self.pictures_opened)
        self.portrait.wanted.connect(self._do)
        self.group.named.connect(self._name_group)
        self.group.ignored.connect(self._ignore_group)
        for view in (self.portrait, self.group):
            view.left.connect(self.open_overview)
        self._work.changed.connect(self._reading.start)
        self._work.busy_changed.connect(self._show_busy)
        self._workspace.signals.changed.connect(self._take_change)

    def _show_busy(self) -> None:
        self.portrait.show_busy(is_busy=self._work.is_busy)
        self.group.show_busy(is_busy=self._work.is_busy)

    def _take_change(self, change: LibraryChange) -> None:
        if self.isVisible() and (change.tags or change.models):
            self._reading.start()
        elif self.isVisible() and self.overview.is_waiting and not self._waiting.isActive():
            self._waiting.start()

    # Doing --------------------------------------------------------------------------------------

    def _do(self, kind: str, image_ids: Sequence[int]) -> None:
        name, shown = self._name, self.portrait.shown
        if shown is None:
            return
        if kind == "search":
            self.search_wanted.emit(search_for(name, shown.portrait.tag.category))
            return
        work = self._wanted(kind, name, image_ids)
        if work is not None:
            self._work.run(work)

    def _wanted(
        self, kind: str, name: str, ids: Sequence[int]
    ) -> Callable[[Library], ActionView] | None:
        """Return what is to be done; None if the user says nothing more of it."""
        if kind in ("add", "confirm"):
            chosen = ids if kind == "confirm" else list(self._selected())
            if not chosen:
                self._work.announced.emit(self.tr("Select pictures of it in the gallery first."))
                return None
            return lambda library: library.teaching.teach(name, chosen).action
        if kind == "reject":
            return lambda library: library.correcting.correct(ids, reject=[name])
        if kind == "drop":
            return lambda library: library.teaching.drop(name, ids)
        if kind == "forget":
            return lambda library: library.teaching.forget(name)
        return self._asked(kind, name, ids)

    def _asked(
        self, kind: str, name: str, ids: Sequence[int]
    ) -> Callable[[Library], ActionView] | None:
        """Return what is to be done with a name that the user gives."""
        questions = {
            "merge": self.tr("Into which character shall {name} be merged?"),
            "split": self.tr("Whom do the chosen references of {name} show?"),
            "outfit": self.tr("What is {name} wearing on the chosen references?"),
        }
        title = self.portrait.buttons[kind].text()
        words = questions[kind].format(name=tag_text(name))
        answer, is_given = QInputDialog.getText(self, title, words)
        other = answer.strip()
        if not is_given or not other:
            return None
        if kind == "merge":
            return lambda library: library.teaching.merge(name, other)
        if kind == "split":
            return lambda library: library.teaching.split(name, other, ids)
        return lambda library: library.teaching.teach(name, ids, outfit=other).action

    def _name_group(self, members: Sequence[Member], name: str) -> None:
        self._work.run(lambda library: library.unknowns.name(members, name).action)
        self._show(self.overview)

    def _ignore_group(self, members: Sequence[Member]) -> None:
        self._work.run(lambda library: library.unknowns.ignore(members))
        self._show(self.overview)
