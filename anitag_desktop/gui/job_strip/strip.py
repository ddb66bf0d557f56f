"""The strip: one job at the left, the selection at the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from anitag_desktop.gui.job_strip.job import Job, tagging_job
from anitag_desktop.gui.plain_text import ElidedLabel, PlainLabel, set_plain_tooltip, set_tone
from anitag_desktop.gui.tasks import Priority
from anitag_desktop.gui.theme import icons
from anitag_desktop.gui.theme.theme import font, theme
from anitag_desktop.gui.theme.tokens import Size, Space, Type
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.services.library import Library
    from anitag_desktop.services.progressing import TaggingProgress

_STEPS = 1000


class JobStrip(QWidget):
    """Shows the scan while it runs, else what is done with a model, else the tagging.

    ``scan_stop_wanted`` says that the user wants no more of the scan, ``model_stop_wanted`` the
    same of what is done with a model.
    """

    scan_stop_wanted = Signal()
    model_stop_wanted = Signal()

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._scan: Job | None = None
        self._model_work: Job | None = None
        self._tagging: Job | None = None
        self._is_stopped = False
        self._title = _sentence(Type.MEDIUM)
        self._bar = _progress_bar()
        self._facts = _sentence(Type.REGULAR, "secondary")
        self._pause = QPushButton()
        self._pause.setProperty("kind", "quiet")
        self._stop = QToolButton()
        self._stop.setFixedSize(Size.CHIP, Size.CHIP)
        self._status = PlainLabel("", "secondary")
        self._status.setFont(font(Type.SECONDARY, tabular=True))
        self._arrange()
        self._connect()
        self._dress()
        self._show()

    @property
    def title(self) -> str:
        """What the strip says first."""
        return self._title.text()

    @property
    def facts(self) -> str:
        """Rate, provider and time left."""
        return self._facts.text()

    @property
    def stop_button(self) -> QToolButton:
        """Ends what is shown."""
        return self._stop

    @property
    def pause_button(self) -> QPushButton:
        """Pauses or goes on."""
        return self._pause

    def show_scan(self, job: Job | None) -> None:
        """Show a scan, or that there is none."""
        self._scan = job
        self._show()

    def show_model_work(self, job: Job | None) -> None:
        """Show what is done with a model, or that nothing is."""
        self._model_work = job
        self._show()

    def show_status(self, text: str) -> None:
        """Show what is found and selected."""
        self._status.setText(text)

    def _arrange(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.OUTER, 0, Space.OUTER, 0)
        row.setSpacing(Space.OUTER)
        row.addWidget(self._title)
        row.addWidget(self._bar, 1)
        row.addWidget(self._facts)
        row.addWidget(self._pause)
        row.addWidget(self._stop)
        row.addStretch(1)
        row.addWidget(self._status)

    def _connect(self) -> None:
        self._pause.clicked.connect(self._on_button)
        self._stop.clicked.connect(self._on_stop)
        theme.changed.connect(self._dress)
        self._workspace.signals.progressed.connect(self._take_progress)
        self._workspace.signals.connected.connect(self._ask)

    def _dress(self) -> None:
        self._stop.setIcon(icons.icon("stop"))

    def _show(self) -> None:
        job = self._scan or self._model_work or self._tagging
        if self._is_stopped and not (self._scan or self._model_work):
            job = self._stopped_job()
        self._stop.setVisible(job is not None and job.can_stop)
        words = job.stop_words if job is not None else ""
        self._stop.setAccessibleName(words)
        set_plain_tooltip(self._stop, words)
        self._title.setVisible(job is not None)
        for widget in (self._bar, self._facts):
            widget.setVisible(job is not None and not job.is_still)
        self._pause.setVisible(job is not None and job.can_pause)
        if job is None:
            return
        self._title.show_text(job.title)
        # A count is never cut; a sentence about trouble may be.
        width = 0 if job.is_trouble else self._title.sizeHint().width()
        self._title.setMinimumWidth(width)
        set_tone(self._title, "warning" if job.is_trouble else "")
        self._facts.show_text(job.facts)
        self._bar.setRange(0, 0 if job.share is None else _STEPS)
        if job.share is not None:
            self._bar.setValue(round(job.share * _STEPS))
        self._pause.setText(self._button_text(job))

    def _take_progress(self, progress: TaggingProgress) -> None:
        self._tagging = tagging_job(progress)
        self._show()

    def _ask(self) -> None:
        library = self._workspace.library
        self._workspace.tasks.run_in_background(
            lambda: library.tagging.progress(), self._take_progress, owner=self, topic="progress"
        )

    def _button_text(self, job: Job) -> str:
        if self._is_stopped:
            return self.tr("Start")
        return self.tr("Go on") if job.is_paused else self.tr("Pause")

    def _stopped_job(self) -> Job:
        return Job(self.tr("Tagging is stopped"), None, "", can_pause=True, is_still=True)

    def _on_stop(self) -> None:
        if self._scan is not None:
            self.scan_stop_wanted.emit()
        elif self._model_work is not None:
            self.model_stop_wanted.emit()
        else:
            self._stop_tagging()

    def _stop_tagging(self) -> None:
        self._is_stopped = True
        self._run_on_tagging("stop")

    def _on_button(self) -> None:
        if not self._is_stopped:
            self._toggle_pause()
            return
        self._is_stopped = False
        self._run_on_tagging("start")

    def _run_on_tagging(self, name: str) -> None:
        self._show()
        library = self._workspace.library
        self._workspace.tasks.run_in_background(
            lambda: (getattr(library.tagging, name)(), library.tagging.progress())[1],
            self._take_progress,
            owner=self,
            topic="progress",
            priority=Priority.LONG,
        )

    def _toggle_pause(self) -> None:
        is_paused = self._tagging is not None and self._tagging.is_paused
        library = self._workspace.library
        self._workspace.tasks.run_in_background(
            lambda: _pause_or_resume(library, pauses=not is_paused),
            self._take_progress,
            owner=self,
            topic="progress",
        )


def _sentence(weight: int, tone: str = "") -> ElidedLabel:
    label = ElidedLabel("", tone)
    label.setFont(font(Type.SECONDARY, weight, tabular=True))
    label.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    return label


def _progress_bar() -> QProgressBar:
    bar = QProgressBar()
    bar.setTextVisible(False)
    bar.setFixedHeight(Size.PROGRESS_HEIGHT)
    bar.setMinimumWidth(Size.PROGRESS_LEAST)
    bar.setMaximumWidth(Size.PROGRESS)
    bar.setRange(0, _STEPS)
    return bar


def _pause_or_resume(library: Library, *, pauses: bool) -> TaggingProgress:
    if pauses:
        library.tagging.pause()
    else:
        library.tagging.resume()
    return library.tagging.progress()
