"""What the page shows, read from the library. Runs on tasks; no widgets here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.retraining import RetrainingState, TrainingMode, TrainingPlan
from anitag_desktop.gui.wording import duration, error_text, file_size, number, pictures, tr

if TYPE_CHECKING:
    from anitag_desktop.services.equipping import TrainingEnvironment
    from anitag_desktop.services.library import Library
    from anitag_desktop.services.retraining_records import Retraining

Points = Sequence[tuple[float, float]]
"""Of a curve: steps and losses."""


@dataclass(frozen=True, slots=True)
class TrainingFacts:
    """The plans (or why there are none), every retraining, the newest first, and its curve.

    ``waiting`` was begun and not judged, ``judged`` waits for a decision; ``shown`` is the one
    whose report is shown. ``environment`` is told where it lacks something.
    """

    plan: TrainingPlan | None = None
    reason: str = ""
    history: tuple[Retraining, ...] = ()
    curve: Points = ()
    environment: TrainingEnvironment | None = None
    adapting: TrainingPlan | None = None

    def plan_of(self, mode: TrainingMode) -> TrainingPlan | None:
        """Return the plan of one way to train."""
        return self.adapting if mode is TrainingMode.ADAPT else self.plan

    @property
    def can_equip(self) -> bool:
        """Whether the training environment can be made here."""
        return self.environment is not None and not self.environment.is_named

    @property
    def waiting(self) -> Retraining | None:
        """The one that was begun and not judged."""
        return self._last(RetrainingState.WAITING)

    @property
    def judged(self) -> Retraining | None:
        """The one that waits for a decision."""
        return self._last(RetrainingState.JUDGED)

    @property
    def is_in_use(self) -> bool:
        """Whether a retrained model can be left again."""
        return self._last(RetrainingState.ACCEPTED) is not None

    @property
    def shown(self) -> Retraining | None:
        """The newest one with a report."""
        return next((one for one in self.history if one.report), None)

    def _last(self, state: RetrainingState) -> Retraining | None:
        return next((one for one in self.history if one.state is state), None)


def read_facts(library: Library) -> TrainingFacts:
    """Return what there is to show."""
    retraining = library.retraining
    history = tuple(reversed(retraining.history()))
    curve = curve_of(retraining.curves(history[0].name)) if history else ()
    try:
        plan = retraining.plan()
        environment = None if plan.is_ready else retraining.environment()
        adapting = retraining.plan(TrainingMode.ADAPT)
        return TrainingFacts(plan, "", history, curve, environment, adapting)
    except AnitagError as error:
        return TrainingFacts(None, error_text(error), history, curve)


def curve_of(points: Sequence[Mapping[str, Any]]) -> Points:
    """Return the losses by step of what a training noted."""
    found = []
    for point in points:
        step, loss = point.get("step"), point.get("loss")
        if isinstance(step, int) and isinstance(loss, int | float) and 0 <= loss < float("inf"):
            found.append((float(step), float(loss)))
    return found


def shortage(plan: TrainingPlan) -> str:
    """Return in a sentence what there is too little of to train; empty if there is enough."""
    # Only here: the page is opened without the services that train.
    from anitag_desktop.services.planning import checked

    try:
        checked(plan)
    except AnitagError as error:
        return error_text(error)
    return ""


def plan_lines(plan: TrainingPlan) -> list[str]:
    """Return a plan in words, a line for each thing that matters."""
    lines = _adapting_lines(plan) if plan.mode is TrainingMode.ADAPT else _learning_lines(plan)
    if plan.seconds is not None and plan.memory is not None:
        words = tr("Measured on this machine: {time}, {memory} of memory.")
        lines.append(words.format(time=duration(plan.seconds), memory=file_size(plan.memory)))
    return lines


def _adapting_lines(plan: TrainingPlan) -> list[str]:
    return [
        tr(
            "Learns how {others} look, whatever is said of them. Only the vectors change by which "
            "pictures are compared; the tags stay as they are."
        ).format(others=pictures(plan.replayed)),
        tr(
            "Both are compared by how often they know the characters that you named: {named}."
        ).format(named=pictures(plan.held_out)),
    ]


def _learning_lines(plan: TrainingPlan) -> list[str]:
    return [
        tr(
            "Learns from {taught} that you corrected, and from what the model says of {others}."
        ).format(taught=pictures(plan.taught), others=pictures(plan.replayed)),
        tr("{held} are held out: no model learns from them, and on them both are compared.").format(
            held=pictures(plan.held_out)
        ),
        tr("{tags} tags, {steps} steps, about {disk} of the disk while it trains.").format(
            tags=number(plan.tags), steps=number(plan.steps), disk=file_size(plan.disk)
        ),
    ]


def environment_lines(found: TrainingEnvironment) -> list[str]:
    """Return in words what the training environment lacks, and what making it takes."""
    missing = ", ".join(found.missing)
    if found.is_named:
        words = tr("The Python named by ANITAG_TRAINING_PYTHON lacks {missing}.")
        return [words.format(missing=missing)]
    lines = [
        tr("To train, an environment with torch is needed: {missing}.").format(missing=missing)
    ]
    if found.outlook is None:
        return [*lines, tr("How large it is on this system nobody measured: some gigabytes.")]
    words = tr("It takes about {disk} of the disk, of which {free} are free, {download}.")
    packed = tr("and {size} to download") if found.outlook.download else tr("and less to download")
    download = packed.format(size=file_size(found.outlook.download))
    disk, free = map(file_size, (found.outlook.installed, found.free))
    return [*lines, words.format(disk=disk, free=free, download=download)]


def state_words(state: RetrainingState) -> str:
    """Return how far a retraining is, in words."""
    return {
        RetrainingState.WAITING: tr("stopped"),
        RetrainingState.JUDGED: tr("to be decided"),
        RetrainingState.ACCEPTED: tr("in use"),
        RetrainingState.REFUSED: tr("refused"),
        RetrainingState.TAKEN_BACK: tr("taken back"),
    }[state]


def reason_words(codes: Sequence[str]) -> list[str]:
    """Return why a model should not be taken, a sentence each."""
    known = {
        "few_answers": tr("Too few corrections are held out to tell: 8 yes and 8 no are needed."),
        "not_better": tr("It is not surely better on the corrections that were held out."),
        "guessing": tr("On these it is not surely better than guessing."),
        "forgotten": tr("It says otherwise too often where nobody corrected anything."),
        "few_named": tr(
            "Too few pictures show characters that you named: 20 of two or more are needed."
        ),
        "not_known_better": tr("Characters are not surely known better by a few pictures."),
        "tags_worse": tr("It is surely worse on the corrections that were held out."),
        "labels": tr("It does not know every tag that the old model knows."),
    }
    return [known.get(code, code) for code in codes]
