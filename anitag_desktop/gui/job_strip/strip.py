"""The strip: one job at the left, the selection at the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QSizePolicy, QWidget

from anitag_desktop.gui.plain_text import ElidedLabel, PlainLabel, set_tone
from anitag_desktop.gui.theme.theme import font
from anitag_desktop.gui.theme.tokens import Size, Space, Type
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.gui.job_strip.job import Job
    from anitag_desktop.services.library import Library
    from anitag_desktop.services.progressing import TaggingProgress

_STEPS = 1000


class JobStrip(QWidget):
    """Shows the scan while it runs, else the tagging while there is some."""

    pause_wanted = Signal(bool)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.setObjectName("strip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(Size.STRIP)
        self._workspace = workspace
        self._scan: Job | None = None
        self._tagging: Job | None = None
        self._title = ElidedLabel()
        self._title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._title.setFont(font(Type.SECONDARY, Type.MEDIUM, tabular=True))
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedSize(Size.PROGRESS, Size.PROGRESS_HEIGHT)
        self._bar.setRange(0, _STEPS)
        self._facts = ElidedLabel("", "secondary")
        self._facts.setFont(font(Type.SECONDARY, tabular=True))
        self._facts.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._pause = QPushButton()
        self._pause.setProperty("kind", "quiet")
        self._status = PlainLabel("", "secondary")
        self._status.setFont(font(Type.SECONDARY, tabular=True))
        self._arrange()
        self._pause.clicked.connect(self._toggle_pause)
        workspace.signals.progressed.connect(self._take_progress)
        workspace.signals.connected.connect(self._ask)
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
    def pause_button(self) -> QPushButton:
        """Pauses or goes on."""
        return self._pause

    def show_scan(self, job: Job | None) -> None:
        """Show a scan, or that there is none."""
        self._scan = job
        self._show()

    def show_status(self, text: str) -> None:
        """Show what is found and selected."""
        self._status.setText(text)

    def _arrange(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.OUTER, 0, Space.OUTER, 0)
        row.setSpacing(Space.OUTER)
        row.addWidget(self._title)
        row.addWidget(self._bar, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._facts)
        row.addWidget(self._pause)
        row.addStretch(1)
        row.addWidget(self._status)

    def _show(self) -> None:
        job = self._scan or self._tagging
        self._title.setVisible(job is not None)
        for widget in (self._bar, self._facts):
            widget.setVisible(job is not None and not job.is_trouble)
        self._pause.setVisible(job is not None and job.can_pause)
        if job is None:
            return
        self._title.show_text(job.title)
        set_tone(self._title, "warning" if job.is_trouble else "")
        self._facts.show_text(job.facts)
        self._bar.setRange(0, 0 if job.share is None else _STEPS)
        if job.share is not None:
            self._bar.setValue(round(job.share * _STEPS))
        self._pause.setText(self.tr("Go on") if job.is_paused else self.tr("Pause"))

    def _take_progress(self, progress: TaggingProgress) -> None:
        from anitag_desktop.gui.job_strip.job import tagging_job

        self._tagging = tagging_job(progress)
        self._show()

    def _ask(self) -> None:
        library = self._workspace.library
        self._workspace.tasks.run_in_background(
            lambda: library.tagging.progress(), self._take_progress, owner=self, topic="progress"
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


def _pause_or_resume(library: Library, *, pauses: bool) -> TaggingProgress:
    if pauses:
        library.tagging.pause()
    else:
        library.tagging.resume()
    return library.tagging.progress()
