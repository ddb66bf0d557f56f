"""What the user does with models: download, add, use, check, remove, forget; one at a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from anitag_desktop.gui.job_strip.job import Job
from anitag_desktop.gui.models.rows import ModelRow
from anitag_desktop.gui.tasks import IsGivenUp, Priority
from anitag_desktop.gui.wording import duration, file_size, locale, number, pictures, tr
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.services.approximating import Approximation
    from anitag_desktop.services.forgetting import ForgetPreview, Forgotten
    from anitag_desktop.services.installing import Installation
    from anitag_desktop.services.modelling import ModelView, VerifyReport

_MEASURED = 1.0
"""Seconds after which the pace of a download can be told."""


class ModelWork(QObject):
    """``working`` carries a ``Job`` or None, ``announced`` a sentence.

    ``changed`` says that the models are others now, ``weighed`` what would become of a row's model
    (a ``ForgetPreview``) if what it said were forgotten.
    """

    working = Signal(object)
    announced = Signal(str)
    failed = Signal(object)
    changed = Signal()
    weighed = Signal(object, object)
    _came = Signal(object, object)  # an int of Qt has 32 bits, and files are larger
    _went = Signal(int, int)

    def __init__(self, workspace: Workspace, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._stopping = Event()
        self._began: tuple[float, int] | None = None
        self.job: Job | None = None
        self._came.connect(self._show_progress)
        self._went.connect(self._show_forgotten)

    @property
    def busy(self) -> str:
        """What is being done, empty if nothing is."""
        return "" if self.job is None else self.job.title

    def install(self, row: ModelRow) -> None:
        """Download a model whose terms the user has accepted."""
        words = tr("Downloading {model}").format(model=row.title)
        stop_words = tr("Stop the download; what came is kept")
        self.begin(words, partial(self._install, row), self._on_installed, stop_words)

    def add(self, path: Path) -> None:
        """Copy a model from a folder."""
        self.begin(
            tr("Checking {model}").format(model=path.name),
            lambda _given_up: self._workspace.library.modelling.add(path),
            self._on_added,
        )

    def use(self, row: ModelRow) -> None:
        """Use a model from now on, in place of the others of its kind."""
        words = (
            tr("{model} tags from now on.") if _tags(row) else tr("{model} is in use from now on.")
        )
        self.begin(
            tr("Changing to {model}").format(model=row.title),
            lambda _given_up: self._workspace.library.modelling.use(row.id),
            lambda _view: words.format(model=row.title),
        )

    def join(self, row: ModelRow) -> None:
        """Use a model beside those of its kind that are in use already."""
        words = (
            tr("{model} tags too from now on.")
            if _tags(row)
            else tr("{model} is in use too from now on.")
        )
        self.begin(
            tr("Adding {model}").format(model=row.title),
            lambda _given_up: self._use(row.kind, lambda ids: (*ids, row.id)),
            lambda _view: words.format(model=row.title),
        )

    def leave(self, row: ModelRow) -> None:
        """Use the others only."""
        words = tr("{model} tags no more.") if _tags(row) else tr("{model} is no longer in use.")
        self.begin(
            tr("Leaving out {model}").format(model=row.title),
            lambda _given_up: self._leave(row),
            lambda _answer: words.format(model=row.title),
        )

    def make_fast(self, row: ModelRow) -> None:
        """Make a fast copy of a model and compare both."""
        words = tr("Comparing {model} with a fast copy").format(model=row.title)
        stop_words = tr("Stop; no fast copy is kept")
        self.begin(words, partial(self._make_fast, row), _copied_words, stop_words)

    def check(self, row: ModelRow) -> None:
        """Check a model's files and run it."""
        self.begin(
            tr("Checking {model}").format(model=row.title),
            lambda _given_up: self._workspace.library.modelling.verify(row.id),
            partial(_checked_words, row.title),
        )

    def remove(self, row: ModelRow) -> None:
        """Delete a model's files, or what had come of them."""
        library = self._workspace.library
        self.begin(
            tr("Removing {model}").format(model=row.title),
            lambda _given_up: (
                library.modelling.remove(row.id)
                if row.is_here
                else library.installing.discard(row.id)
            ),
            lambda _answer: tr("{model} was removed.").format(model=row.title),
        )

    def weigh(self, row: ModelRow) -> None:
        """Find out what forgetting would do."""
        self.begin(
            tr("Weighing what {model} said").format(model=row.title),
            lambda _given_up: self._workspace.library.forgetting.preview(row.id, row.revision),
            partial(self._on_weighed, row),
        )

    def forget(self, row: ModelRow) -> None:
        """Let go of everything that a model said."""
        words = tr("Forgetting what {model} said").format(model=row.title)
        stop_words = tr("Stop; the rest is kept")
        self.begin(words, partial(self._forget, row), self._on_forgotten, stop_words)

    def stop(self) -> None:
        """Break off what can be stopped; what came is kept, and what is forgotten is."""
        self._stopping.set()

    def begin(
        self,
        words: str,
        work: Callable[[IsGivenUp], Any],
        on_done: Callable[[Any], str],
        stop_words: str = "",
    ) -> None:
        """Do something on a task, unless something is being done; ``on_done`` says what came of it.

        ``work`` is asked to give up when the user stops it; ``stop_words`` say what that does,
        empty where it cannot be stopped.
        """
        if self.job is not None:
            return
        self._began = None
        self._stopping.clear()
        self._show(Job(words, None, "", stop_words=stop_words))
        self._workspace.tasks.ask(
            lambda is_given_up: work(lambda: self._stopping.is_set() or is_given_up()),
            partial(self._end, on_done),
            self._fail,
            owner=self,
            priority=Priority.LONG,
        )

    def tell(self, facts: str, share: float | None = None) -> None:
        """Say how far it is, and what part of it is done, 0 to 1, where that is known."""
        if self.job is not None:
            self._show(replace(self.job, facts=facts, share=share))

    def note_bytes(self, done: int, total: int) -> None:
        """Show how many bytes of a download are here; may be called by any thread."""
        self._came.emit(done, total)

    def _install(self, row: ModelRow, is_given_up: IsGivenUp) -> Installation:
        return self._workspace.library.installing.install(
            row.id,
            accept_licence=True,
            on_progress=self._came.emit,
            is_given_up=is_given_up,
        )

    def _use(self, kind: str, choose: Callable[[tuple[str, ...]], tuple[str, ...]]) -> ModelView:
        """Let those of a kind count that are chosen of the present ones."""
        modelling = self._workspace.library.modelling
        views = modelling.installed()
        present = tuple(one.id for one in views if one.active and one.kind == kind)
        return modelling.use(*choose(present))

    def _leave(self, row: ModelRow) -> None:
        if _tags(row):
            self._use(row.kind, lambda ids: tuple(one for one in ids if one != row.id))
        else:
            self._workspace.library.modelling.stop(row.id)

    def _make_fast(self, row: ModelRow, is_given_up: IsGivenUp) -> Approximation:
        return self._workspace.library.approximating.approximate(
            row.id,
            on_progress=self._went.emit,
            is_given_up=is_given_up,
        )

    def _forget(self, row: ModelRow, is_given_up: IsGivenUp) -> Forgotten:
        return self._workspace.library.forgetting.forget(
            row.id,
            row.revision,
            on_progress=self._went.emit,
            is_given_up=is_given_up,
        )

    def _show_forgotten(self, done: int, total: int) -> None:
        if total:
            facts = tr("{done} of {total}").format(done=number(done), total=pictures(total))
            self.tell(facts, done / total)

    def _show_progress(self, done: int, total: int) -> None:
        if not total:
            return
        now = time.monotonic()
        self._began = self._began or (now, done)
        facts = [tr("{done} of {total}").format(done=file_size(done), total=file_size(total))]
        seconds = now - self._began[0]
        pace = (done - self._began[1]) / seconds if seconds > _MEASURED else 0.0
        if pace > 0:
            facts.append(tr("{size}/s").format(size=file_size(round(pace))))
            facts.append(tr("{time} left").format(time=duration((total - done) / pace)))
        self.tell(" · ".join(facts), done / total)

    def _end(self, on_done: Callable[[Any], str], answer: Any) -> None:
        self._rest()
        if words := on_done(answer):
            self.announced.emit(words)

    def _fail(self, error: BaseException) -> None:
        self._rest()
        self.failed.emit(error)

    def _rest(self) -> None:
        self._show(None)
        self.changed.emit()

    def _show(self, job: Job | None) -> None:
        self.job = job
        self.working.emit(job)

    def _on_installed(self, done: Installation) -> str:
        words = tr("{model} is here and passed every check.").format(model=done.view.title)
        return words if done.is_as_listed else f"{words} {_newer()}"

    def _on_weighed(self, row: ModelRow, preview: ForgetPreview) -> str:
        self.weighed.emit(row, preview)
        return ""

    def _on_forgotten(self, done: Forgotten) -> str:
        if done.is_complete:
            words = tr("What it said of {pictures} was forgotten.")
        else:
            words = tr("Stopped. What it said of {pictures} was forgotten, the rest is kept.")
        return words.format(pictures=pictures(done.pictures))

    def _on_added(self, view: ModelView) -> str:
        return tr("{model} is here and passed every check.").format(model=view.title)


def _tags(row: ModelRow) -> bool:
    return row.kind == "tagger"


def _copied_words(done: Approximation) -> str:
    words = tr(
        "The fast copy is here and not used yet: {part} of tags the same on {pictures}, "
        "{speed} times as fast."
    )
    part = f"{locale().toString(done.agreement.part * 100, 'f', 1)} %"
    speed = locale().toString(done.speed, "f", 1)
    return words.format(part=part, speed=speed, pictures=pictures(done.agreement.pictures))


def _newer() -> str:
    return tr("It is of a newer revision than the figures.")


def _checked_words(title: str, report: VerifyReport) -> str:
    if report.ok:
        words = tr("{model} is sound: it passed {n} checks on {provider}.")
        return words.format(model=title, n=len(report.findings), provider=report.provider)
    failed = next(line for line in report.findings if not line.startswith("ok"))
    return tr("{model} is not sound. {finding}").format(model=title, finding=failed)
