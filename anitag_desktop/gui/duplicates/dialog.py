"""The dialog of duplicates: two pictures, how they differ, and a key for each verdict."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QDialog, QWidget

from anitag_desktop.domain.pair import PairVerdict
from anitag_desktop.gui.corrections import Corrections
from anitag_desktop.gui.duplicates.page import DuplicatesPage
from anitag_desktop.gui.duplicates.pair_pictures import AHEAD, PairPictures
from anitag_desktop.gui.duplicates.pair_queue import PairQueue
from anitag_desktop.gui.tasks import IsGivenUp, Priority
from anitag_desktop.gui.wording import error_text
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.domain.change import LibraryChange
    from anitag_desktop.gui.duplicates.pair_pictures import Pair
    from anitag_desktop.services.correcting import ActionView
    from anitag_desktop.services.duplicating import DuplicatePair
    from anitag_desktop.services.library import Library

_REST = 1_000
"""Milliseconds between two looks for duplicates at least; slow ones rest five times as long."""

_FULL = 4096
"""Longest side in pixels that is decoded when the user goes close."""


class DuplicatesDialog(QDialog):
    """Shows one pair after the other. Nothing is deleted; every verdict can be undone."""

    def __init__(
        self, workspace: Workspace, corrections: Corrections, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._corrections = corrections
        self._shown: DuplicatePair | None = None
        self._version = 0
        self._given: list[int | None] = []  # actions, touched by what Corrections runs alone
        self.queue = PairQueue()
        self.pictures = PairPictures(workspace, self)
        self.page = DuplicatesPage(self)
        self.view = self.page.view
        self._reading = QTimer(self, singleShot=True, interval=_REST)
        self._reading.timeout.connect(self.read)
        self._wanting = QTimer(self, singleShot=True, interval=0)
        self._wanting.timeout.connect(self._want)
        self.setWindowTitle(self.tr("Duplicates"))
        self._keys = self._keys_by_code()
        self._connect()
        self.page.show_empty(self.tr("Looking for pictures that show the same…"))
        self.read()

    def read(self) -> None:
        """Look again for what is left to judge."""
        library, version = self._workspace.library, self._version

        def look(is_given_up: IsGivenUp) -> tuple[list[DuplicatePair], float]:
            began = time.monotonic()
            return library.duplicating.queue(is_given_up), time.monotonic() - began

        self._workspace.tasks.ask(
            look,
            lambda found: self._take_pairs(version, *found),
            owner=self,
            topic="pairs",
            priority=Priority.LONG,
        )

    # Verdicts -----------------------------------------------------------------------------------

    def call_better(self, side: int) -> None:
        """Say that both are the same and that the one at a side (0 left, 1 right) is better."""
        pair = self.queue.current
        if pair is None:
            return
        better, lesser = (pair.best, pair.other) if side == 0 else (pair.other, pair.best)
        copies = self.page.copies.isChecked()
        self._judge(
            lambda library: library.judging.call_same(better, [lesser], copies=copies), lesser
        )

    def tell_apart(self, verdict: PairVerdict) -> None:
        """Say that they are alternates, or no duplicates."""
        pair = self.queue.current
        if pair is not None:
            both = (pair.best, pair.other)
            self._judge(lambda library: library.judging.tell_apart(both, verdict))

    def accept_suggestion(self) -> None:
        """Say that the one that seems better is."""
        compared = self.pictures.find(self._shown) if self._shown else None
        if compared and compared.suggestion:
            self.call_better(compared.suggestion.better)

    def skip(self) -> None:
        """Leave the pair for later."""
        if self.queue.current is not None:
            self.queue.skip()
            self._show_pair()

    def take_back(self) -> None:
        """Undo the verdict that was given last in this dialog, and show its pair again.

        If something else was done since, the verdict stands, and it is said what was.
        """
        if self.queue.take_back():
            self._version += 1
            self._corrections.take_back(self._take_last, self._on_kept)
            self._show_pair()
        else:
            self.page.say(self.tr("Nothing was judged here yet."))

    def _take_last(self, library: Library) -> Sequence[ActionView]:
        given = self._given[-1]
        undone = None if given is None else library.correcting.undo_only(given)
        self._given.pop()
        return [] if undone is None else [undone]

    def _judge(self, work: Callable[[Library], ActionView], lesser: int | None = None) -> None:
        self._version += 1
        self.queue.judge(lesser)

        def give(library: Library) -> ActionView:
            action = work(library)
            self._given.append(action.id)
            return action

        self._corrections.perform(give)
        self._show_pair()

    # Showing ------------------------------------------------------------------------------------

    def _take_pairs(self, version: int, pairs: Sequence[DuplicatePair], seconds: float) -> None:
        self._reading.setInterval(max(_REST, round(seconds * 5_000)))
        if version != self._version:  # something was judged meanwhile
            self._reading.start()
            return
        self.queue.refresh(pairs)
        if self.queue.current != self._shown or self._shown is None:
            self._show_pair()
        else:
            self._show_progress()
            self._want()

    def _show_pair(self) -> None:
        self._shown = pair = self.queue.current
        self._show_progress()
        if pair is None:
            self.page.show_empty(self._words_at_end())
            return
        self.page.show_pair()
        self._show_compared()
        self._wanting.start()  # after the painting: what is shown now was read before

    def _words_at_end(self) -> str:
        if self.queue.judged:
            return self.tr("That was the last pair: nothing is left to judge.")
        return self.tr("No two pictures here show the same, or you have judged them all.")

    def _show_progress(self) -> None:
        self.page.show_progress(self.queue.place, self.queue.total)
        self.page.can_undo(bool(self.queue.judged))

    def _want(self) -> None:
        pair = self.queue.current
        if pair is None:
            return
        if self.view.is_close:
            self.pictures.want([pair], _FULL)
            return
        sides = [max(c.width(), c.height()) for c in self.view.canvases]
        side = round(max(*sides, self.view.height()) * self.devicePixelRatioF())
        self.pictures.want([pair, *self.queue.upcoming(AHEAD)], side)

    def _show_compared(self) -> None:
        """Show names, sizes and facts, and the pictures as far as they are there."""
        pair = self._shown
        compared = self.pictures.find(pair) if pair else None
        if compared is None:
            self.page.show_nothing_known()
            return
        sizes = [
            QSize(one.facts.width, one.facts.height) if one.facts else QSize()
            for one in compared.pair
        ]
        self.page.show_compared(compared, sizes)
        for side in (0, 1):
            self._draw(side)

    def _draw(self, side: int) -> None:
        pair = self._shown
        if pair is None:
            return
        is_mirrored = side == 1 and pair.alike.is_mirrored
        image = self.pictures.image((pair.best, pair.other)[side], is_mirrored=is_mirrored)
        if is_mirrored:
            self.view.notes[1].setText(self.tr("mirrored here to compare"))
        if image is not None:
            self.view.show_image(side, image)

    def _on_arrived(self, image_id: int) -> None:
        pair = self._shown
        if pair is not None and image_id in pair.pictures and self.pictures.find(pair):
            self._draw(int(image_id == pair.other))

    def _on_refused(self, image_id: int, error: BaseException) -> None:
        pair = self._shown
        if pair is not None and image_id in pair.pictures:
            self.view.notes[int(image_id == pair.other)].setText(error_text(error))

    def _on_compared(self, both: Pair) -> None:
        pair = self._shown
        if pair is None or both != (pair.best, pair.other):
            return
        compared = self.pictures.find(pair)
        if compared is not None and compared.detail is not None:
            self.page.show_facts(compared)
        else:
            self._show_compared()

    def _take_change(self, change: LibraryChange) -> None:
        if change.all_images or change.images or change.files or change.folders:
            self.pictures.forget(None if change.all_images else change.images)
            if not self._reading.isActive():
                self._reading.start()

    def _on_done(self) -> None:
        self._version += 1

    def _on_kept(self, error: BaseException) -> None:
        """Leave the pair behind again whose verdict could not be taken back."""
        self._version += 1
        if self.queue.current is not None:
            self.queue.judge()
        self._show_pair()
        self.page.say(error_text(error))
        self._reading.start()

    def _on_failed(self, error: BaseException) -> None:
        self._version += 1
        self.queue.take_back()
        self._show_pair()
        self.page.say(error_text(error))
        self._reading.start()

    # Qt -----------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Judge, zoom, pan, flip."""
        key, modifiers = event.key(), event.modifiers()
        if modifiers & Qt.KeyboardModifier.ControlModifier and key == Qt.Key.Key_Z:
            self.take_back()
        elif key == Qt.Key.Key_Escape and self.view.flipped is not None:
            self.view.together()
        elif key in self._keys and not modifiers & Qt.KeyboardModifier.ControlModifier:
            self._keys[key]()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Have the pictures as large as they are shown."""
        super().resizeEvent(event)
        self._want()

    def done(self, result: int) -> None:
        """Free the pictures, and hear nothing any more."""
        self._reading.stop()
        self._wanting.stop()
        self._workspace.signals.changed.disconnect(self._take_change)
        self.pictures.forget_pixels()
        super().done(result)

    def _keys_by_code(self) -> dict[int, Callable[[], object]]:
        key, view = Qt.Key, self.view
        return {
            key.Key_1: lambda: self.call_better(0),
            key.Key_2: lambda: self.call_better(1),
            key.Key_Return: self.accept_suggestion,
            key.Key_Enter: self.accept_suggestion,
            key.Key_A: lambda: self.tell_apart(PairVerdict.ALTERNATES),
            key.Key_N: lambda: self.tell_apart(PairVerdict.DIFFERENT),
            key.Key_S: self.skip,
            key.Key_U: self.take_back,
            key.Key_C: self.page.copies.toggle,
            key.Key_Space: view.flip,
            key.Key_Z: view.toggle_zoom,
            key.Key_0: view.fit,
            key.Key_Plus: lambda: view.zoom(1),
            key.Key_Equal: lambda: view.zoom(1),
            key.Key_Minus: lambda: view.zoom(-1),
            key.Key_Left: lambda: view.pan(-1, 0),
            key.Key_Right: lambda: view.pan(1, 0),
            key.Key_Up: lambda: view.pan(0, -1),
            key.Key_Down: lambda: view.pan(0, 1),
        }

    def _connect(self) -> None:
        page = self.page
        page.better_wanted.connect(self.call_better)
        page.apart_wanted.connect(self.tell_apart)
        page.skip_wanted.connect(self.skip)
        page.undo_wanted.connect(self.take_back)
        page.close_wanted.connect(self.accept)
        for canvas in self.view.canvases:
            canvas.zoomed.connect(self._want)
        self.pictures.arrived.connect(self._on_arrived)
        self.pictures.refused.connect(self._on_refused)
        self.pictures.compared.connect(self._on_compared)
        self._corrections.done.connect(self._on_done)
        self._corrections.failed.connect(self._on_failed)
        self._workspace.signals.changed.connect(self._take_change)
