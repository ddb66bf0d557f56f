"""The page of retrainings: the plan above, then the curve, the report card and the history."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFrame,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from anitag_desktop.domain.change import LibraryChange
from anitag_desktop.domain.retraining import TrainingMode, TrainingPlan
from anitag_desktop.gui.flow_layout import FlowLayout
from anitag_desktop.gui.job_strip.job import Job
from anitag_desktop.gui.plain_text import PlainLabel, one_line, set_plain_tooltip
from anitag_desktop.gui.settings.choice_field import ChoiceField
from anitag_desktop.gui.theme.tokens import Size, Space
from anitag_desktop.gui.training.curves import CurveView
from anitag_desktop.gui.training.facts import (
    TrainingFacts,
    environment_lines,
    plan_lines,
    read_facts,
    state_words,
)
from anitag_desktop.gui.training.report_card import ReportCard, gain_of, gain_text
from anitag_desktop.gui.training.work import TrainingWork
from anitag_desktop.gui.wording import day
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.services.retraining_records import Retraining


class TrainingPage(QWidget):
    """Shows what ``TrainingWork`` does, and asks for it."""

    def __init__(self, workspace: Workspace, work: TrainingWork) -> None:
        super().__init__()
        self.setObjectName("trainingPage")
        self._workspace, self._work = workspace, work
        self.facts = TrainingFacts()
        self.buttons: dict[str, QPushButton] = {}
        self.way = ChoiceField()
        self._measured: TrainingPlan | None = None
        self.plan = PlainLabel("", "", wraps=True)
        self.state = PlainLabel("", "secondary", wraps=True)
        self.curve = CurveView()
        self._report, self._history = QVBoxLayout(), QVBoxLayout()
        self._arrange()
        self._connect()
        self._show_work(work.models.job)

    def read(self) -> None:
        """Read everything again."""
        self._workspace.tasks.run_in_background(
            partial(read_facts, self._workspace.library), self._show, owner=self, topic="training"
        )

    def _arrange(self) -> None:
        body = QWidget()
        body.setObjectName("trainingBody")
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, Space.OUTER, Space.OUTER)
        column.setSpacing(Space.SMALL)
        column.addWidget(self.plan)
        column.addLayout(self._first_row())
        column.addWidget(self.state)
        column.addWidget(self.curve)
        column.addLayout(self._report)
        column.addLayout(self._second_row())
        column.addLayout(self._history)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setObjectName("trainingScroll")
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(body)
        scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocusProxy(scroll)
        around = QVBoxLayout(self)
        around.setContentsMargins(Space.OUTER, Space.CELL, 0, 0)
        around.setSpacing(Space.SMALL)
        around.addWidget(PlainLabel(self.tr("Training"), "title"))
        around.addWidget(scroll, 1)

    def _first_row(self) -> FlowLayout:
        self.way.offer(
            {
                TrainingMode.FULL: self.tr("All weights"),
                TrainingMode.LORA: self.tr("Few weights"),
                TrainingMode.ADAPT: self.tr("The look alone"),
            }
        )
        self.way.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.way.setAccessibleName(self.tr("How to train"))
        return _row(
            self._button("equip", self.tr("Make the training environment"), self._work.equip),
            self.way,
            self._button("train", self.tr("Train a new model"), self._train),
            self._button("measure", self.tr("Measure how long"), self._measure),
            self._button("export", self.tr("Train elsewhere…"), self._export),
            self._button("take_in", self.tr("Take in its result…"), self._take_in),
            self._button("stop", self.tr("Pause"), self._work.stop),
            self._button("forget", self.tr("Forget what was begun"), self._work.forget),
        )

    def _second_row(self) -> FlowLayout:
        return _row(
            self._button("accept", self.tr("Use the new model"), self._accept),
            self._button("refuse", self.tr("Refuse it"), self._work.refuse),
            self._button("back", self.tr("Go back to the old model"), self._work.roll_back),
        )

    def _button(self, name: str, words: str, on_click: object) -> QPushButton:
        button = QPushButton(words)
        button.setMinimumHeight(Size.CONTROL)
        button.clicked.connect(lambda: on_click())  # type: ignore[operator]
        self.buttons[name] = button
        return button

    def _connect(self) -> None:
        self._work.stepped.connect(self.curve.add)
        self._work.measured.connect(self._show_measured)
        self.way.currentIndexChanged.connect(lambda _place: self._show_plan())
        self._work.models.changed.connect(self.read)
        self._work.models.working.connect(self._show_work)
        self._workspace.signals.changed.connect(self._take_change)

    def _train(self) -> None:
        if self.facts.waiting is None:
            self.curve.clear()
        has_steps = self._mode is not TrainingMode.ADAPT
        self.curve.setVisible(has_steps or self.facts.waiting is not None)
        self._work.train(self._mode)

    def _measure(self) -> None:
        self._work.measure(self._mode)

    def _export(self) -> None:
        title = self.tr("Where shall the folder for the other machine lie?")
        if path := QFileDialog.getExistingDirectory(self, title):
            self._work.export(Path(path), self._mode)

    def _take_in(self) -> None:
        title = self.tr("Choose the folder that was trained on another machine")
        if path := QFileDialog.getExistingDirectory(self, title):
            self._work.take_in(Path(path))

    @property
    def _mode(self) -> TrainingMode:
        return TrainingMode(self.way.choice or TrainingMode.FULL)

    def _accept(self) -> None:
        judged = self.facts.judged
        self._work.accept(anyway=judged is not None and not judged.is_better)

    def _show(self, facts: TrainingFacts) -> None:
        self.facts = facts
        self._show_plan()
        if not self._work.is_busy:
            self.state.setText(self._state_words())
            self.curve.show_points(facts.curve)
            self.curve.setVisible(bool(facts.curve) or facts.shown is None)
        _clear(self._report)
        if (shown := facts.shown) is not None:
            self._report.addWidget(PlainLabel(self._title(shown), "head"))
            self._report.addWidget(ReportCard(shown.report))
        _clear(self._history)
        if facts.history:
            self._history.addWidget(PlainLabel(self.tr("History"), "head"))
            for one in facts.history:
                self._history.addWidget(PlainLabel(self._line(one), "secondary", wraps=True))
        self._show_buttons()

    def _show_plan(self) -> None:
        plan, measured = self.facts.plan_of(self._mode), self._measured
        if plan is not None and measured is not None and measured.mode is self._mode:
            plan = replace(plan, seconds=measured.seconds, memory=measured.memory)
        text = self.facts.reason if plan is None else "\n".join(plan_lines(plan))
        if self.facts.environment is not None:
            text = "\n".join([text, *environment_lines(self.facts.environment)])
        self.plan.setText(text)

    def _show_measured(self, plan: TrainingPlan) -> None:
        self._measured = plan
        self._show_plan()

    def _state_words(self) -> str:
        if self.facts.waiting is not None:
            return self.tr("A training was stopped. It goes on from where it was.")
        return ""

    def _title(self, one: Retraining) -> str:
        return f"{one_line(one.title)} · {state_words(one.state)}"

    def _line(self, one: Retraining) -> str:
        words = f"{one.name} · {self._title(one)} · {day(datetime.fromtimestamp(one.at, UTC))}"
        gain = gain_of(one.report) if one.report else None
        return f"{words} · {gain_text(gain)}" if gain else words

    def _show_work(self, job: Job | None) -> None:
        if job is not None:
            self.state.setText(job.facts or job.title)
            stop = self.buttons["stop"]
            stop.setText(self.tr("Pause") if self._work.is_kept else self.tr("Stop"))
            set_plain_tooltip(stop, job.stop_words)
        self._show_buttons()

    def _show_buttons(self) -> None:
        facts, job = self.facts, self._work.models.job
        is_busy = job is not None
        can_plan = facts.plan is not None and not is_busy
        can_train = facts.plan is not None and facts.plan.is_ready and not is_busy
        is_waiting, judged = facts.waiting is not None, facts.judged
        train = self.tr("Go on") if is_waiting else self.tr("Train a new model")
        self.buttons["train"].setText(train)
        for name, holds in (
            ("equip", facts.can_equip and not is_busy),
            ("train", can_train),
            ("measure", can_train and not is_waiting),
            ("export", can_plan and not is_waiting),
            ("take_in", can_plan and not is_waiting),
            ("stop", job is not None and job.can_stop),
            ("forget", is_waiting and not is_busy),
            ("accept", judged is not None and not is_busy),
            ("refuse", judged is not None and not is_busy),
            ("back", facts.is_in_use and not is_busy),
        ):
            self.buttons[name].setVisible(bool(holds))
        self.way.setVisible(can_plan and not is_waiting)
        anyway = judged is not None and not judged.is_better
        self.buttons["accept"].setText(
            self.tr("Use it all the same") if anyway else self.tr("Use the new model")
        )

    def _take_change(self, change: LibraryChange) -> None:
        if change.models and self.isVisible():
            self.read()


def _row(*widgets: QWidget) -> FlowLayout:
    row = FlowLayout(gap=Space.SMALL)
    for widget in widgets:
        row.addWidget(widget)
    return row


def _clear(column: QVBoxLayout) -> None:
    while (item := column.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
