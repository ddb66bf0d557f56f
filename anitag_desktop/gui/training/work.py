"""What the user does about a new model: measure, train, stop, forget, accept, refuse, go back."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.retraining import TrainingMode
from anitag_desktop.gui.models.work import ModelWork
from anitag_desktop.gui.plain_text import printable
from anitag_desktop.gui.tasks import IsGivenUp
from anitag_desktop.gui.wording import duration, file_size, number, pictures, tr
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.domain.retraining import TrainingPlan
    from anitag_desktop.services.equipping import TrainingEnvironment
    from anitag_desktop.services.retraining_records import Retraining

_EXPORTED = "anitag-training"


class TrainingWork(QObject):
    """Does it as work on models, of which there is one at a time, and which tells how far it is.

    ``stepped`` carries a step and its loss, ``measured`` a plan, ``failed`` why it came to nothing.
    """

    stepped = Signal(int, float)
    measured = Signal(object)
    failed = Signal(object)
    _said = Signal(object)
    _came = Signal(object, object)  # an int of Qt has 32 bits, and this is larger

    def __init__(self, workspace: Workspace, work: ModelWork, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.models = work
        self._judging = ""
        self._said.connect(self._hear)
        self._came.connect(self._show_coming)

    @property
    def is_busy(self) -> bool:
        """Whether anything is being done with models."""
        return bool(self.models.busy)

    @property
    def is_kept(self) -> bool:
        """Whether what is being done goes on later from where it is stopped."""
        return self.is_busy and self.models.busy == self._judging

    def train(self, mode: TrainingMode) -> None:
        """Train, or go on with what was stopped."""
        retraining = self._workspace.library.retraining
        self._begin_judging(
            tr("Training a new model"),
            lambda is_given_up: retraining.train(mode, self._said.emit, is_given_up),
        )

    def take_in(self, folder: Path) -> None:
        """Compare a model that was trained on another machine."""
        retraining = self._workspace.library.retraining
        work = _stoppable(
            lambda is_given_up: retraining.take_in(folder, self._said.emit, is_given_up),
            "import_stopped",
        )

        def told(found: Retraining | None) -> str:
            return _trained_words(found) if found else tr("Stopped; nothing was taken in.")

        doing, stop_words = tr("Comparing a new model"), tr("Stop; nothing is kept")
        self._do(doing, work, told, stop_words)

    def export(self, parent: Path, mode: TrainingMode) -> None:
        """Write a folder in ``parent`` that trains on another machine."""
        retraining = self._workspace.library.retraining
        words = tr(
            "The new folder {path} trains on any machine with {pictures}; its README says how. "
            "Bring it back, and take in its result."
        )

        def work(is_given_up: IsGivenUp) -> tuple[Path, int]:
            out = _free_folder(parent)
            return out, retraining.export(out, mode, self._said.emit, is_given_up)

        def told(done: tuple[Path, int] | None) -> str:
            if done is None:
                return tr("Stopped; no folder was written.")
            return words.format(path=printable(str(done[0])), pictures=pictures(done[1]))

        doing, stop_words = tr("Writing pictures for another machine"), tr("Stop; nothing is kept")
        self._do(doing, _stoppable(work, "export_stopped"), told, stop_words)

    def measure(self, mode: TrainingMode) -> None:
        """Find out how long it would take, and how much memory."""
        retraining = self._workspace.library.retraining
        work = _stoppable(
            lambda is_given_up: retraining.measure(mode, is_given_up), "retraining_stopped"
        )
        doing, stop_words = tr("Trying a few steps"), tr("Stop; nothing is kept")
        self._do(doing, work, self._told, stop_words)

    def equip(self) -> None:
        """Make the environment that trains."""
        library = self._workspace.library

        def work(is_given_up: IsGivenUp) -> TrainingEnvironment:
            return library.retraining.equip(self._came.emit, is_given_up)

        words = tr("The training environment is ready.")
        doing = tr("Making the training environment")
        stop_words = tr("Stop the download; what came is kept")
        self._do(doing, work, lambda _found: words, stop_words)

    def forget(self) -> None:
        """Forget what was begun and stopped."""
        library = self._workspace.library
        words = tr("The training was forgotten.")
        self._begin(tr("Forgetting the training"), library.retraining.drop, lambda _: words)

    def accept(self, *, anyway: bool) -> None:
        """Use the new model."""
        retraining = self._workspace.library.retraining
        words = tr(
            "{model} tags from now on; it can be taken back at any time. What you taught counts "
            "again once all pictures are tagged anew and you learn from it: Ctrl+L."
        )
        self._begin(
            tr("Changing to the new model"),
            lambda: retraining.accept(anyway=anyway),
            lambda view: words.format(model=view.title),
        )

    def refuse(self) -> None:
        """Keep the old model."""
        library = self._workspace.library
        words = tr("The new model was refused; nothing has changed.")
        self._begin(tr("Refusing the new model"), library.retraining.refuse, lambda _: words)

    def roll_back(self) -> None:
        """Use again what was in use before."""
        library = self._workspace.library
        words = tr(
            "{model} is in use again. What you taught since then counts once you learn: Ctrl+L."
        )
        self._begin(
            tr("Going back"),
            library.retraining.roll_back,
            lambda views: words.format(model=", ".join(view.title for view in views)),
        )

    def stop(self) -> None:
        """Stop what is being done; of a training what was reached is kept, within two seconds."""
        self.models.stop()

    def _do(
        self,
        words: str,
        work: Callable[[IsGivenUp], Any],
        on_done: Callable[[Any], str],
        stop_words: str = "",
    ) -> None:
        def noted(is_given_up: IsGivenUp) -> Any:
            try:
                return work(is_given_up)
            except Exception as error:
                self.failed.emit(error)  # and the window says it once, too
                raise

        self.models.begin(words, noted, on_done, stop_words)

    def _begin_judging(self, words: str, judge: Callable[[IsGivenUp], Retraining]) -> None:
        self._judging = words
        work, stop_words = _stoppable(judge, "retraining_stopped"), tr("Pause; it can go on later")
        self._do(words, work, _trained_words, stop_words)

    def _begin(self, words: str, work: Callable[[], Any], on_done: Callable[[Any], str]) -> None:
        self._do(words, lambda _given_up: work(), on_done)

    def _told(self, plan: TrainingPlan | None) -> str:
        if plan is None:
            return tr("Stopped; nothing was measured.")
        self.measured.emit(plan)
        return ""

    def _show_coming(self, done: int, total: int) -> None:
        words = tr("{done} of about {total}") if total else tr("{done}")
        told = words.format(done=file_size(done), total=file_size(total))
        self.models.tell(told, _share(done, total))

    def _hear(self, event: Mapping[str, Any]) -> None:
        match event:
            case {"event": "stage", "name": name}:
                self.models.tell(_STAGES.get(str(name), str(name)))
            case {"event": "step", "step": int(step), "loss": float(loss)}:
                share = _share(step, event.get("of"))
                self.models.tell(_step_words(event), share)
                if 0 <= loss < float("inf"):  # of one that runs away there is nothing to draw
                    self.stepped.emit(step, loss)
            case {"event": str(name), "done": int(done), "of": int(of)} if name in _COUNTS:
                words = _COUNTS[name].format(done=number(done), of=number(of))
                self.models.tell(words, _share(done, of))


_COUNTS = {
    "looked": tr("Looked at {done} of {of} pictures"),
    "compared": tr("Comparing: {done} of {of} pictures"),
    "copied": tr("Copied {done} of {of} pictures"),
}
_STAGES = {
    "prepare": tr("Reading the pictures and the model"),
    "adapt": tr("Learning how the pictures look"),
    "train": tr("Learning from corrections"),
    "blend": tr("Weighing old against new"),
    "export": tr("Writing the model, and proving it"),
    "compare": tr("Comparing both models"),
}


def _step_words(event: Mapping[str, Any]) -> str:
    """Return how far a training is, of how many steps and how long still where it is told."""
    words = [tr("Step {n}").format(n=number(event["step"]))]
    if isinstance(of := event.get("of"), int):
        words = [tr("Step {n} of {of}").format(n=number(event["step"]), of=number(of))]
    if isinstance(seconds := event.get("seconds_left"), int) and seconds > 0:
        words.append(tr("{time} left").format(time=duration(seconds)))
    return " · ".join(words)


def _share(done: int, of: object) -> float | None:
    """Return what part is done, None where nobody knows of how many."""
    return min(1.0, done / of) if isinstance(of, int) and of > 0 else None


def _stoppable(work: Callable[[IsGivenUp], Any], code: str) -> Callable[[IsGivenUp], Any]:
    """Return work that answers None where it is broken off with a code."""

    def tried(is_given_up: IsGivenUp) -> Any:
        try:
            return work(is_given_up)
        except AnitagError as error:
            if error.code != code:
                raise
            return None

    return tried


def _free_folder(parent: Path) -> Path:
    """Return the path of a folder that is not there yet."""
    paths = (parent / (_EXPORTED if place == 1 else f"{_EXPORTED}-{place}") for place in count(1))
    return next(path for path in paths if not os.path.lexists(path))


def _trained_words(found: Retraining | None) -> str:
    if found is None:
        return tr("Stopped. What was reached is kept.")
    if found.is_better:
        return tr("The new model is better. Look at its report, then decide.")
    return tr("There is a new model; its report says what speaks against it.")
