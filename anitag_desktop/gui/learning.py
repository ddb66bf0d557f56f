"""Learning from the window: from all corrections, and characters from the selected pictures."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QInputDialog, QWidget

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.gui.actions import ActionSpec
from anitag_desktop.gui.menus import Choice
from anitag_desktop.gui.tasks import Priority
from anitag_desktop.gui.wording import counted, tag_text, tr
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.gui.gallery.view import GalleryView
    from anitag_desktop.services.library import Library
    from anitag_desktop.services.refreshing import Refreshed
    from anitag_desktop.services.teaching import Taught

T = TypeVar("T")

SETTLED = 20_000
"""Milliseconds without a correction, after which there is nothing to wait for."""

_NOTHING_YET = ("no_vectors", "nothing_to_learn")


class LearningActions(QObject):
    """``announced`` carries a sentence, ``learnt`` one on what was changed, ``failed`` an error.

    It learns by itself, too, if that is set and no correction has followed for a while.
    """

    announced = Signal(str)
    learnt = Signal(str)
    failed = Signal(object)

    def __init__(self, workspace: Workspace, gallery: GalleryView, window: QWidget) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._gallery = gallery
        self._window = window
        self._is_busy = False
        self._settling = QTimer(self, singleShot=True, interval=SETTLED)
        self._settling.timeout.connect(self._learn_by_itself)

    def corrections_came(self) -> None:
        """Learn from them once no more have come for a while."""
        self._settling.start()

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
        self._settling.stop()
        if self._begin():
            self._run(self._workspace.library.refreshing.refresh, self._on_learnt, self._fail)

    def teach(self) -> None:
        """Ask who is on the selected pictures, and look for that character everywhere."""
        count = len(self._gallery.selection.chosen)
        if not count:
            self.announced.emit(self.tr("Select 3 to 10 pictures that show the character first."))
            return
        name = self._ask(count)
        if name and self._begin():
            selected, library = self._gallery.selection_later(), self._workspace.library
            teach = partial(library.teaching.teach, name)
            self._run(lambda: teach(selected()), self._on_taught, self._fail)

    def _learn_by_itself(self) -> None:
        """Learn if that is set, without a word where there is nothing to learn."""
        if self._is_busy:
            self._settling.start()
            return
        self._is_busy = True
        learn = partial(_learn_if_set, self._workspace.library)
        self._run(learn, self._on_learnt_by_itself, self._fail_by_itself)

    def _run(
        self,
        work: Callable[[], T],
        on_done: Callable[[T], None],
        on_failed: Callable[[BaseException], None],
    ) -> None:
        self._workspace.tasks.run_in_background(
            work, on_done, on_failed, owner=self, priority=Priority.LONG
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
        self.learnt.emit(
            words.format(
                tags=_tags(len(done.tags)), appeared=_tags(appeared), disappeared=_tags(disappeared)
            )
        )

    def _on_learnt_by_itself(self, done: Refreshed | None) -> None:
        self._is_busy = False
        if done is not None and any(one.appeared or one.disappeared for one in done.tags):
            self._on_learnt(done)

    def _on_taught(self, done: Taught) -> None:
        self._is_busy = False
        name = tag_text(done.character.tag.name)
        if done.found:
            more = counted(done.found, tr("{n} more picture"), tr("{n} more pictures"))
            words = self.tr("{name} is found on {more}. Ctrl+Z goes back.")
            self.learnt.emit(words.format(name=name, more=more))
        else:
            words = self.tr("{name} is known now. No other picture is sure to show the character.")
            self.announced.emit(words.format(name=name))

    def _fail(self, error: BaseException) -> None:
        self._is_busy = False
        self.failed.emit(error)

    def _fail_by_itself(self, error: BaseException) -> None:
        if isinstance(error, AnitagError) and error.code in _NOTHING_YET:
            self._is_busy = False
        else:
            self._fail(error)


def _learn_if_set(library: Library) -> Refreshed | None:
    if not library.configuring.settings().learn_by_itself:
        return None
    return library.refreshing.refresh()


def _selected(count: int) -> str:
    return counted(count, tr("the selected picture"), tr("the {n} selected pictures"))


def _tags(count: int) -> str:
    return counted(count, tr("{n} tag"), tr("{n} tags"))
