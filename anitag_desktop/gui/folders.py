"""Adding, forgetting and looking through folders: long work with a word in the strip."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from anitag_desktop.gui.job_strip.job import Job
from anitag_desktop.gui.tasks import Priority
from anitag_desktop.gui.wording import counted, number, tr
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.services.indexing import FolderView, ScanProgress
    from anitag_desktop.services.looking import ScanReport


class Folders(QObject):
    """``scanning`` carries a ``Job`` or None, ``announced`` a sentence, ``listed`` the folders."""

    scanning = Signal(object)
    announced = Signal(str)
    failed = Signal(object)
    listed = Signal(object)
    _seen = Signal(object)

    def __init__(self, workspace: Workspace, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._running = 0
        self._stopping = Event()
        self._seen.connect(self._show_seen)

    def read(self) -> None:
        """Read which folders are watched."""
        library = self._workspace.library
        self._workspace.tasks.run_in_background(
            lambda: library.indexing.folders(), self.listed.emit, owner=self, topic="list"
        )

    def add(self, paths: Sequence[Path]) -> None:
        """Watch these folders and look through them now."""
        self._begin(partial(self._add, tuple(paths)), self._on_added)

    def remove(self, folder_id: int, name: str) -> None:
        """Watch a folder no more; its pictures become missing, their tags are kept."""
        library = self._workspace.library
        self._begin(
            lambda: library.indexing.remove_folder(folder_id), partial(self._on_removed, name)
        )

    def rescan(self) -> None:
        """Look through all folders now."""
        self._begin(partial(self._scan, None), self._on_scanned)

    def stop(self) -> None:
        """Break off looking through folders; the next look makes up for it."""
        self._stopping.set()

    def _begin(self, work: Callable[[], Any], on_done: Callable[[Any], None]) -> None:
        if not self._running:
            self._stopping.clear()
        self._running += 1
        self._show_scan("")
        self._workspace.tasks.run_in_background(
            work,
            partial(self._end, on_done),
            self._fail,
            owner=self,
            priority=Priority.LONG,
        )

    def _add(self, paths: Sequence[Path]) -> list[FolderView]:
        indexing = self._workspace.library.indexing
        added = [indexing.add_folder(path) for path in paths]
        self._scan([view.id for view in added])
        return added

    def _scan(self, folder_ids: Sequence[int] | None) -> ScanReport:
        return self._workspace.library.indexing.scan(folder_ids, on_progress=self._hear)

    def _hear(self, progress: ScanProgress) -> None:
        """Pass on how far the scan is, or break it off; called on its thread."""
        from anitag_desktop.services.looking import StoppedError

        if self._stopping.is_set():
            raise StoppedError
        self._seen.emit(progress)

    def _show_seen(self, progress: ScanProgress) -> None:
        if not self._running:
            return
        facts = [counted(progress.seen, tr("{n} file"), tr("{n} files"))]
        if progress.waiting:
            facts.append(tr("{n} still being written").format(n=number(progress.waiting)))
        self._show_scan(" · ".join(facts))

    def _show_scan(self, facts: str) -> None:
        stop_words = tr("Stop looking through folders")
        self.scanning.emit(Job(tr("Looking through folders"), None, facts, stop_words=stop_words))

    def _end(self, on_done: Callable[[Any], None], answer: Any) -> None:
        self._stop_showing()
        on_done(answer)
        self.read()

    def _fail(self, error: BaseException) -> None:
        self._stop_showing()
        self.failed.emit(error)
        self.read()

    def _stop_showing(self) -> None:
        self._running -= 1
        if not self._running:
            self.scanning.emit(None)

    def _on_added(self, added: Sequence[FolderView]) -> None:
        names = ", ".join(Path(view.path).name or view.path for view in added)
        self.announced.emit(tr("Watching {folders}.").format(folders=names))

    def _on_removed(self, name: str, _answer: object) -> None:
        self.announced.emit(
            tr("{folder} is no longer watched. Its tags are kept.").format(folder=name)
        )

    def _on_scanned(self, report: ScanReport) -> None:
        if self._stopping.is_set():
            words = tr("Stopped after {n} files; the rest is looked at next time.")
            self.announced.emit(words.format(n=number(report.seen)))
            return
        self.announced.emit(
            tr("{seen} files: {new} new, {moved} moved, {missing} missing.").format(
                seen=number(report.seen),
                new=number(report.new),
                moved=number(report.moved),
                missing=number(report.missing),
            )
        )
