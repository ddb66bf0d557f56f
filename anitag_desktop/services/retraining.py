"""Retraining: a new model out of what was corrected, and whether it takes the old one's place.

The dataset is written, a child trains, a gate compares, and the user decides. Nothing is switched
before that, and then by one transaction of library.db: whatever is killed at any time leaves the
model in use as it was, or the new one in use.
"""

import shutil
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.domain.retraining import RetrainingState, TrainingMode, TrainingPlan
from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.services.breaking_off import Asked, as_import, beside, stopping
from anitag_desktop.services.choosing import Choice, choose
from anitag_desktop.services.equipping import Equipment, OnProgress, TrainingEnvironment
from anitag_desktop.services.gate_telling import as_plain
from anitag_desktop.services.gating import Gate
from anitag_desktop.services.job_writing import JOB, JobOrder, order_of, write_job, write_order
from anitag_desktop.services.model_copying import copy_package
from anitag_desktop.services.modelling import Models, ModelView
from anitag_desktop.services.planning import checked, plan_of
from anitag_desktop.services.retraining_records import Records, Retraining
from anitag_desktop.services.switching import SCRATCH, Switch, Switched
from anitag_desktop.services.tutoring import Event, OnEvent, has_training, tutor
from anitag_desktop.storage import retrainings
from anitag_desktop.storage.failures import failures_of
from anitag_desktop.storage.fault_points import fault_point
from anitag_desktop.storage.files_on_disk import make_private_folder

if TYPE_CHECKING:
    from anitag_desktop.storage.store import Store

_SHORT = 6
"""So many digits tell models apart that are trained elsewhere, where nobody counts."""

_TOLD_AFTER = 20
"""Pictures that are copied, as the window cannot show each of them."""


class Retrainer:
    """Plans, trains, judges and switches; may be called from any thread.

    One training runs at a time, whether the window or a command began it.
    """

    def __init__(
        self,
        store: "Store",
        modelling: Models,
        gate: Gate | None = None,
        equipment: Equipment | None = None,
    ) -> None:
        self._store = store
        self._modelling = modelling
        self._gate = gate or Gate(store)
        self._records = Records(store.paths.training / "jobs")
        self._switch = Switch(store, modelling, self._records)
        self._at_work = threading.Lock()
        self._dropped = threading.Event()
        self._equipment = equipment or Equipment()

    def environment(self) -> TrainingEnvironment:
        """Return the environment that trains: what is missing of it, and what making it takes."""
        return self._equipment.look()

    def equip(
        self,
        on_progress: OnProgress = lambda _done, _total: None,
        is_given_up: Asked = lambda: False,
    ) -> TrainingEnvironment:
        """Make the environment that trains; what was there before stays until then.

        Raises:
            AnitagError: as ``Equipment.set_up``.
        """
        return self._equipment.set_up(on_progress, is_given_up)

    def tidy(self) -> None:
        """Clear away what was killed; to be called before anything is begun."""
        self._switch.tidy()

    def plan(self, mode: TrainingMode = TrainingMode.FULL) -> TrainingPlan:
        """Return what a retraining would take now; what has to be measured is left out.

        Raises:
            AnitagError: ``not_trainable`` for the model in use, ``disk_full``, ``cannot_write``.
        """
        base, choice = self._base(), self._choose(mode)
        return plan_of(mode, base, choice)

    def measure(
        self, mode: TrainingMode = TrainingMode.FULL, is_given_up: Asked = lambda: False
    ) -> TrainingPlan:
        """Return the plan with time and memory, from a few steps on this machine.

        Raises:
            AnitagError: as ``train``.
        """
        said: list[Event] = []
        with stopping(is_given_up, "retraining_stopped"), self._scratch() as folder:
            base, choice = self._base(), self._choose(mode)
            plan = plan_of(mode, base, choice)
            if not plan.is_ready:
                raise AnitagError("no_training_packages")
            self._write(folder, plan, base, choice)
            words = ["retrain", str(folder), "--dry-run", "--json"]
            if not tutor(words, said.append, is_given_up):
                raise AnitagError("retraining_stopped")
        found = next((one for one in said if one["event"] == "estimate"), {})
        seconds, memory = found.get("seconds"), found.get("memory")
        return replace(plan, seconds=seconds, memory=memory)

    def train(
        self,
        mode: TrainingMode = TrainingMode.FULL,
        on_event: OnEvent = lambda _event: None,
        is_given_up: Asked = lambda: False,
    ) -> Retraining:
        """Train, or go on with what was stopped, and judge the result; nothing is switched.

        ``is_given_up`` stops it within two seconds; what was reached is kept, see ``drop``.

        Raises:
            AnitagError: ``not_trainable``, ``few_corrections``, ``few_pictures``,
                ``no_training_packages``,
                ``training_failed``, ``retraining_stopped``, ``retraining_runs``, ``disk_full``,
                ``cannot_write``.
        """
        with self._alone(is_given_up) as asked:
            return self._train(mode, on_event, asked)

    def _train(self, mode: TrainingMode, on_event: OnEvent, is_given_up: Asked) -> Retraining:
        waiting = self.waiting() or self._begin(mode, on_event, is_given_up)
        folder = waiting.folder
        if not (folder / "result").is_dir():
            if not has_training():
                raise AnitagError("no_training_packages")
            note = partial(self._note, folder, on_event)
            if not tutor(["retrain", str(folder), "--json"], note, is_given_up):
                raise AnitagError("retraining_stopped")
        fault_point("retraining.trained")
        return self._judge(waiting, on_event, is_given_up)

    def waiting(self) -> Retraining | None:
        """Return the retraining that was begun and not judged yet, None if there is none."""
        return self._last(RetrainingState.WAITING)

    def judged(self) -> Retraining | None:
        """Return the retraining that waits for a decision, None if there is none."""
        return self._last(RetrainingState.JUDGED)

    def switched(self) -> Switched | None:
        """Return the retrained model that was taken into use or left last; None without any."""
        return self._switch.last()

    def history(self) -> list[Retraining]:
        """Return every retraining, the oldest first."""
        with self._store.library.read() as conn:
            accepted = {one.job: one.at for one in retrainings.accepted(conn)}
        return self._records.every(accepted)

    def curves(self, name: str) -> list[Mapping[str, Any]]:
        """Return what a training noted of its steps, the first ones first."""
        return self._records.curves(self._store.paths.training / "jobs" / name)

    def drop(self) -> bool:
        """Forget the retraining that was begun and not judged; tell whether there was one.

        One that is under way is stopped first.
        """
        self._dropped.set()
        with self._at_work:
            self._dropped.clear()
            waiting = self.waiting()
            if waiting is not None:
                self._records.drop(waiting.folder)
            return waiting is not None

    def export(
        self,
        out: Path,
        mode: TrainingMode = TrainingMode.FULL,
        on_event: OnEvent = lambda _event: None,
        is_given_up: Asked = lambda: False,
    ) -> int:
        """Write a job that trains on another machine, with its pictures; return how many.

        Raises:
            AnitagError: as ``train``, ``bad_value`` if the folder holds something, and
                ``export_stopped`` when it was given up; none is left then.
        """
        with failures_of(out):
            is_taken = out.exists() and (not out.is_dir() or any(out.iterdir()))
        if is_taken:
            raise AnitagError("bad_value", reason=f"{out} is no empty folder")
        on_event({"event": "stage", "name": "prepare"})

        def tell(done: int, of: int) -> None:
            if done % _TOLD_AFTER == 0 or done == of:
                _tell(on_event, "copied", done, of)

        with stopping(is_given_up, "export_stopped"), beside(out) as folder:
            base, choice = self._base(), self._choose(mode)
            plan = checked(plan_of(mode, base, choice))
            order = order_of(plan, base, uuid.uuid4().hex[:_SHORT])
            return write_job(self._store, folder, order, base, choice, on_copied=tell)

    def take_in(
        self,
        folder: Path,
        on_event: OnEvent = lambda _event: None,
        is_given_up: Asked = lambda: False,
    ) -> Retraining:
        """Judge a model that was trained elsewhere by such a job; nothing is switched.

        ``folder`` is the job's, or its result.

        What is stopped or killed on the way leaves nothing; the folder itself stays as it is. One
        that was taken in and not decided on yet is judged anew, and stays one.

        Raises:
            AnitagError: ``not_trained_yet``, ``not_a_model``, ``model_refused``,
                ``already_in_use``, ``import_stopped``, ``not_trainable``, ``retraining_runs``,
                ``disk_full``, ``cannot_write``.
        """
        has_result = (folder / "result").is_dir()
        if not has_result and (folder / JOB).is_file():
            raise AnitagError("not_trained_yet", path=str(folder))
        package = ModelPackage.load(folder / "result" if has_result else folder)
        on_event({"event": "stage", "name": "prepare"})
        mode = self._records.way_of(folder)
        with self._alone(is_given_up) as asked:
            if package.key == self._base().key:
                raise AnitagError("already_in_use", model=package.key.model_id)
            with self._new_folder() as target, as_import():
                with stopping(asked, "retraining_stopped"):
                    package.check_hashes()
                    with failures_of(target):
                        make_private_folder(target)
                        copy_package(package, target / "result")
                self._compare(target, mode, on_event, asked)
                title = package.manifest.title or package.key.model_id
                write_order(target, JobOrder(mode, package.key.model_id, title))
            self._forget_twins(target.name, package.key)
            return self._named(target.name)

    def _forget_twins(self, name: str, key: ModelKey) -> None:
        """Drop what was judged of this very model before and waits for a decision."""
        wanted = key.model_id, key.revision
        for one in self.history():
            told = one.report.get("new"), one.report.get("new_revision")
            if one.name != name and one.state is RetrainingState.JUDGED and told == wanted:
                self._records.drop(one.folder)

    def accept(self, *, anyway: bool = False) -> ModelView:
        """Use the model that waits for a decision from now on; the library is tagged anew by it.

        Raises:
            AnitagError: ``nothing_to_decide``, ``gate_refused`` unless ``anyway``,
                ``model_refused``, ``disk_full``, ``cannot_write``; the old one is in use then.
        """
        return self._switch.accept(self._waiting_decision(), self._base(), anyway=anyway)

    def refuse(self) -> Retraining:
        """Keep the old model; the new one is deleted, what the gate found is kept.

        Raises:
            AnitagError: ``nothing_to_decide``.
        """
        found = self._waiting_decision()
        self._records.decide(found.folder, RetrainingState.REFUSED)
        return found

    def roll_back(self) -> list[ModelView]:
        """Use again what was in use before the last retrained model was; return that.

        Raises:
            AnitagError: ``nothing_to_roll_back``, or ``no_such_model`` if it was removed.
        """
        return self._switch.roll_back()

    def _base(self) -> ModelPackage:
        """Return the model to begin with: the first one in use that this project trained.

        Raises:
            AnitagError: ``no_model_in_use`` or ``not_trainable``.
        """
        used = self._modelling.ensure_active()
        taggers = [package for package in used if package.is_tagger]
        if not taggers:
            raise AnitagError("no_model_in_use")
        own = [package for package in taggers if package.manifest.family == "anitag"]
        if not own:
            reason = "its weights cannot be read back out of its file; only its author can train it"
            raise AnitagError("not_trainable", model=taggers[0].key.model_id, reason=reason)
        return own[0]

    def _choose(self, mode: TrainingMode) -> Choice:
        is_whole = mode is TrainingMode.ADAPT
        return choose(self._store, self._store.paths, is_whole=is_whole)

    def _begin(self, mode: TrainingMode, on_event: OnEvent, is_given_up: Asked) -> Retraining:
        on_event({"event": "stage", "name": "prepare"})
        with stopping(is_given_up, "retraining_stopped"):
            base, choice = self._base(), self._choose(mode)
            plan = checked(plan_of(mode, base, choice))
            if not plan.is_ready:
                raise AnitagError("no_training_packages")
            with self._new_folder() as folder:
                self._write(folder, plan, base, choice)
        fault_point("retraining.written")
        return self._named(folder.name)

    def _write(self, folder: Path, plan: TrainingPlan, base: ModelPackage, choice: Choice) -> None:
        order = order_of(plan, base, str(self._records.number(folder)))
        write_job(self._store, folder, order, base, choice)

    def _note(self, folder: Path, on_event: OnEvent, event: Event) -> None:
        if event["event"] in ("step", "share", "epoch", "stage", "start"):
            self._records.add_point(folder, event)
        on_event(event)

    def _judge(self, found: Retraining, on_event: OnEvent, is_given_up: Asked) -> Retraining:
        mode = TrainingMode(found.mode)
        self._compare(found.folder, mode, on_event, is_given_up)
        return self._named(found.name)

    def _compare(
        self, folder: Path, mode: TrainingMode, on_event: OnEvent, is_given_up: Asked
    ) -> None:
        """Compare the result in the folder of a retraining, and write the report beside it."""
        package = ModelPackage.load(folder / "result")
        package.check_hashes()
        base = self._base()
        on_event({"event": "stage", "name": "compare"})
        tell = partial(_tell, on_event, "compared")
        is_adapted = mode is TrainingMode.ADAPT
        with stopping(is_given_up, "retraining_stopped"):
            choice = self._choose(mode)
        report = self._gate.compare(base, package, choice, tell, is_given_up, by_vectors=is_adapted)
        plain = as_plain(report, base.key, package.key)
        fault_point("retraining.before_report")
        self._records.write_report(folder, plain)

    def _named(self, name: str) -> Retraining:
        return next(one for one in self.history() if one.name == name)

    def _last(self, state: RetrainingState) -> Retraining | None:
        return next((one for one in reversed(self.history()) if one.state is state), None)

    def _waiting_decision(self) -> Retraining:
        found = self.judged()
        if found is None:
            raise AnitagError("nothing_to_decide")
        return found

    @contextmanager
    def _alone(self, is_given_up: Asked) -> Iterator[Asked]:
        if not self._at_work.acquire(blocking=False):
            raise AnitagError("retraining_runs")
        try:
            yield lambda: is_given_up() or self._dropped.is_set()
        finally:
            self._dropped.clear()
            self._at_work.release()

    @contextmanager
    def _new_folder(self) -> Iterator[Path]:
        """Lend the folder of another retraining; where nothing becomes of it, it is gone."""
        folder = self._records.new_folder()
        try:
            yield folder
        except BaseException:
            self._records.drop(folder)
            raise

    @contextmanager
    def _scratch(self) -> Iterator[Path]:
        folder = self._store.paths.training / f"{SCRATCH}{uuid.uuid4().hex}"
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _tell(on_event: OnEvent, name: str, done: int, of: int) -> None:
    on_event({"event": name, "done": done, "of": of})
