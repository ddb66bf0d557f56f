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
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from anitag_desktop.domain.change import LibraryChange
from anitag_desktop.domain.retraining import TrainingMode, TrainingPlan
from anitag_desktop.gui.flow_layout import FlowLayout
from anitag_desktop.gui.job_strip.job import Job
from anitag_desktop.gui.plain_text import (
    ElidedLabel,
    PlainLabel,
    one_line,
    plain_tooltip,
    set_plain_tooltip,
)
from anitag_desktop.gui.settings.choice_field import ChoiceField
from anitag_desktop.gui.theme.tokens import Size, Space
from anitag_desktop.gui.training.curves import CurveView
from anitag_desktop.gui.training.facts import (
    TrainingFacts,
    environment_lines,
    plan_lines,
    read_facts,
    shortage,
    state_words,
)
from anitag_desktop.gui.training.report_card import ReportCard, Verdict, gain_of, gain_text
from anitag_desktop.gui.training.work import TrainingWork
from anitag_desktop.gui.wording import day, error_text
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
        self.plan = PlainLabel("", "secondary", wraps=True)
        self.environment = PlainLabel("", wraps=True)
        self.state = PlainLabel("", "secondary", wraps=True)
        self.trouble = PlainLabel("", "bad", wraps=True)
        self.curve = CurveView()
        self._verdict, self._report = QVBoxLayout(), QVBoxLayout()
        self._history = QVBoxLayout()
        self.trouble.hide()
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
        wide = QHBoxLayout(body)
        wide.setContentsMargins(0, 0, Space.OUTER, Space.OUTER)
        wide.addWidget(self._column(), 1)
        wide.addStretch()
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

    def _column(self) -> QWidget:
        """Return all of it, no wider than lines and tables are read with ease."""
        found = QWidget()
        found.setMaximumWidth(Size.READING)
        column = QVBoxLayout(found)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.CELL)
        for label in (self.plan, self.environment):
            column.addWidget(label)
        self._offer_ways()
        column.addLayout(self._first_row())
        for part in (self.state, self.trouble, self.curve):
            column.addWidget(part)
        # What is to be decided stands above the figures: they may fill more than a screen.
        for layout in (self._verdict, self._second_row(), self._report, self._history):
            column.addLayout(layout)
        for layout in (self._verdict, self._report, self._history):
            layout.setSpacing(Space.SMALL)
        column.addStretch(1)
        return found

    def _offer_ways(self) -> None:
        self.way.offer(
            {
                TrainingMode.FULL: self.tr("All weights"),
                TrainingMode.LORA: self.tr("Few weights"),
                TrainingMode.ADAPT: self.tr("The look alone"),
            }
        )
        self.way.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.way.setAccessibleName(self.tr("How to train"))
        hints = {
            TrainingMode.FULL: self.tr("The whole network learns, its head first"),
            TrainingMode.LORA: self.tr("The network stays and learns small additions (LoRA)"),
            TrainingMode.ADAPT: self.tr("Only the vectors that pictures are compared by"),
        }
        for place, hint in enumerate(hints.values()):
            self.way.setItemData(place, plain_tooltip(hint), Qt.ItemDataRole.ToolTipRole)
        set_plain_tooltip(self.way, self.tr("What of the model learns"))

    def _first_row(self) -> FlowLayout:
        tr, work = self.tr, self._work
        return _row(
            self._button(
                "equip",
                tr("Make the training environment"),
                tr("Download what training needs into a folder of its own"),
                work.equip,
            ),
            self.way,
            self._button(
                "train",
                tr("Train a new model"),
                tr("Nothing changes in the library before you take the new model"),
                self._train,
            ),
            self._button(
                "measure",
                tr("Measure how long"),
                tr("Try a few steps, and tell the time and the memory that all of them take"),
                self._measure,
            ),
            self._button(
                "export",
                tr("Train elsewhere…"),
                tr("Write a folder with pictures and labels that trains on another machine"),
                self._export,
            ),
            self._button(
                "take_in",
                tr("Take in its result…"),
                tr("Compare a model that was trained on another machine"),
                self._take_in,
            ),
            self._button("stop", tr("Pause"), "", work.stop),
            self._button(
                "forget",
                tr("Forget what was begun"),
                tr("Delete what the stopped training reached"),
                work.forget,
            ),
        )

    def _second_row(self) -> FlowLayout:
        tr, work = self.tr, self._work
        return _row(
            self._button(
                "accept",
                tr("Use the new model"),
                tr("Tag by it from now on; your own word stands, and you can go back"),
                self._accept,
            ),
            self._button(
                "refuse",
                tr("Refuse it"),
                tr("Keep the model in use, and delete the new one"),
                work.refuse,
            ),
            self._button(
                "back",
                tr("Go back to the old model"),
                tr("Use again what was in use before"),
                work.roll_back,
            ),
        )

    def _button(self, name: str, words: str, hint: str, on_click: object) -> QPushButton:
        button = QPushButton(words)
        set_plain_tooltip(button, hint)
        button.setMinimumHeight(Size.CONTROL)
        button.clicked.connect(lambda: on_click())  # type: ignore[operator]
        self.buttons[name] = button
        return button

    def _connect(self) -> None:
        self._work.stepped.connect(self.curve.add)
        self._work.measured.connect(self._show_measured)
        self._work.failed.connect(self._complain)
        self.way.currentIndexChanged.connect(lambda _place: self._show_way())
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
        self._show_way()
        if not self._work.is_busy:
            self.state.setText(self._state_words())
            self.curve.show_points(facts.curve)
            will_draw = facts.shown is None and not self.buttons["train"].isHidden()
            self.curve.setVisible(bool(facts.curve) or will_draw)
        for column in (self._verdict, self._report):
            _clear(column)
        if (shown := facts.shown) is not None:
            title = ElidedLabel("", "head")
            title.show_text(self._title(shown))
            self._verdict.addWidget(title)
            self._verdict.addWidget(Verdict(shown.report))
            self._report.addWidget(ReportCard(shown.report))
        _clear(self._history)
        if facts.history:
            self._history.addWidget(PlainLabel(self.tr("History"), "head"))
            for one in facts.history:
                self._history.addWidget(PlainLabel(self._line(one), "secondary", wraps=True))
        self._show_buttons()

    def _show_way(self) -> None:
        self._show_plan()
        self._show_buttons()

    def _show_plan(self) -> None:
        plan, measured = self.facts.plan_of(self._mode), self._measured
        if plan is not None and measured is not None and measured.mode is self._mode:
            plan = replace(plan, seconds=measured.seconds, memory=measured.memory)
        lines = [self.facts.reason]
        if plan is not None:
            lacks = shortage(plan)
            lines = [lacks] if lacks else plan_lines(plan)
        self.plan.setText("\n".join(lines))
        lacking = self.facts.environment
        self.environment.setText("\n".join(environment_lines(lacking)) if lacking else "")
        self.environment.setVisible(lacking is not None)

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
        told = self.tr("gain {gain} points")
        return f"{words} · {told.format(gain=gain_text(gain))}" if gain else words

    def _complain(self, error: BaseException) -> None:
        """Say why it came to nothing, until something else is begun: it may be read hours later."""
        self.trouble.setText(error_text(error))
        self.trouble.show()

    def _show_work(self, job: Job | None) -> None:
        if job is not None:
            if not job.facts:  # it was begun just now
                self.trouble.hide()
            self.state.setText(job.facts or job.title)
            stop = self.buttons["stop"]
            stop.setText(self.tr("Pause") if self._work.is_kept else self.tr("Stop"))
            set_plain_tooltip(stop, job.stop_words)
        self._show_buttons()

    def _show_buttons(self) -> None:
        facts, job = self.facts, self._work.models.job
        is_busy = job is not None
        plan = facts.plan_of(self._mode)
        is_waiting, judged = facts.waiting is not None, facts.judged
        can_plan = facts.plan is not None and not is_busy
        has_enough = plan is not None and (is_waiting or not shortage(plan))
        can_train = has_enough and plan is not None and plan.is_ready and not is_busy
        train = self.tr("Go on") if is_waiting else self.tr("Train a new model")
        self.buttons["train"].setText(train)
        for name, holds in (
            ("equip", facts.can_equip and not is_busy),
            ("train", can_train),
            ("measure", can_train and not is_waiting),
            ("export", can_plan and has_enough and not is_waiting),
            ("take_in", can_plan and not is_waiting),
            ("stop", job is not None and job.can_stop),
            ("forget", is_waiting and not is_busy),
            ("accept", judged is not None and not is_busy),
            ("refuse", judged is not None and not is_busy),
            ("back", facts.is_in_use and not is_busy),
        ):
            self.buttons[name].setVisible(bool(holds))
        self.way.setVisible(can_plan and not is_waiting)
        self.state.setVisible(bool(self.state.text()))
        anyway = judged is not None and not judged.is_better
        for name, is_next in (
            ("equip", True),
            ("train", judged is None),
            ("accept", not anyway),
        ):
            _set_primary(self.buttons[name], is_primary=is_next)
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


def _set_primary(button: QPushButton, *, is_primary: bool) -> None:
    """Let a button stand out as what is to be done next, or not."""
    kind = "primary" if is_primary else ""
    if button.property("kind") != kind:
        button.setProperty("kind", kind)
        button.style().unpolish(button)
        button.style().polish(button)


def _clear(column: QVBoxLayout) -> None:
    while (item := column.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
