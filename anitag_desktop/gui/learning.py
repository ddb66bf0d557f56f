"""Learning from the window: from all corrections, and characters from the selected pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QInputDialog, QWidget

from anitag_desktop.gui.actions import ActionSpec
from anitag_desktop.gui.menus import Choice
from anitag_desktop.gui.tasks import Priority
from anitag_desktop.gui.wording import counted, tag_text, tr
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.gui.gallery.view import GalleryView
    from anitag_desktop.services.refreshing import Refreshed
    from anitag_desktop.services.teaching import Taught


class LearningActions(QObject):
    """``announced`` carries a sentence, ``failed`` an exception."""

    announced = Signal(str)
    failed = Signal(object)

    def __init__(self, workspace: Workspace, gallery: GalleryView, window: QWidget) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._gallery = gallery
        self._window = window
        self._is_busy = False

    def specs(self) -> list[ActionSpec]:
        """Return the actions of the window."""
        return [
            ActionSpec(self.tr("Teach a character…"), ("Ctrl+Shift+C",), self.teach, "", True),
            ActionSpec(self.tr("Learn from corrections"), ("Ctrl+L",), self.learn),
        ]

    def choices(self) -> list[Choice]:
        """Return what the menu of the selected pictures offers."""
        return [(self.tr("Teach a character…"), self.teach)]

    def learn(self) -> None:
        """Learn from all that was said so far, unless that is being done."""
        if self._begin():
            self._workspace.tasks.run_in_background(
                self._workspace.library.refreshing.refresh,
                self._on_learnt,
                self._fail,
                owner=self,
                priority=Priority.LONG,
            )

    def teach(self) -> None:
        """Ask who is on the selected pictures, and look for that character everywhere."""
        count = len(self._gallery.selection.chosen)
        if not count:
            self.announced.emit(self.tr("Select 3 to 10 pictures that show the character first."))
            return
        if self._is_busy:
            self._begin()
            return
        name = self._ask(count)
        if name and self._begin():
            selected, library = self._gallery.selection_later(), self._workspace.library
            self._workspace.tasks.run_in_background(
                lambda: library.teaching.teach(name, selected()),
                self._on_taught,
                self._fail,
                owner=self,
                priority=Priority.LONG,
            )

    def _begin(self) -> bool:
        """Tell whether nothing is being learnt; if so, something is from now on."""
        if self._is_busy:
            self.announced.emit(self.tr("Something is being learnt already."))
            return False
        self._is_busy = True
        return True

    def _ask(self, count: int) -> str:
        """Return the name that the user gives, empty if none."""
        words = self.tr("Who is on {pictures}? From 3 on most others are found.")
        answer, is_given = QInputDialog.getText(
            self._window,
            self.tr("Teach a character"),
            words.format(pictures=_selected(count)),
        )
        return answer.strip() if is_given else ""

    def _on_learnt(self, done: Refreshed) -> None:
        self._is_busy = False
        if done.action.id is None:
            self.announced.emit(self.tr("Nothing new was said since this was learnt last."))
            return
        appeared = sum(one.appeared for one in done.tags)
        disappeared = sum(one.disappeared for one in done.tags)
        words = self.tr("Learnt {tags}: {appeared} given, {disappeared} taken. Ctrl+Z goes back.")
        self.announced.emit(
            words.format(
                tags=_tags(len(done.tags)), appeared=_tags(appeared), disappeared=_tags(disappeared)
            )
        )

    def _on_taught(self, done: Taught) -> None:
        self._is_busy = False
        name = tag_text(done.character.tag.name)
        if done.found:
            more = counted(done.found, tr("{n} more picture"), tr("{n} more pictures"))
            words = self.tr("{name} is found on {more}. Ctrl+Z goes back.")
            self.announced.emit(words.format(name=name, more=more))
        else:
            words = self.tr("{name} is known now. No other picture is sure to show the character.")
            self.announced.emit(words.format(name=name))

    def _fail(self, error: BaseException) -> None:
        self._is_busy = False
        self.failed.emit(error)


def _selected(count: int) -> str:
    return counted(count, tr("the selected picture"), tr("the {n} selected pictures"))


def _tags(count: int) -> str:
    return counted(count, tr("{n} tag"), tr("{n} tags"))
