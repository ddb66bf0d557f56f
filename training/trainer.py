"""The training loop: plain torch, one process or several, one task or another, exact resume.

Killed at any moment and started again, a run on a CPU ends with the same weights as one that was
never interrupted: samples follow from the step, torch's generator is seeded by the step, and a
checkpoint holds the rest.
"""

import math
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import torch

from anitag_desktop.domain.error import AnitagError
from training.batches import Batch, StepSampler, TrainingPictures, training_batches
from training.boards import open_boards
from training.checkpoint import (
    load_checkpoint,
    newest_checkpoint,
    save_best,
    save_checkpoint,
)
from training.config import Config
from training.networks.freezing import demand_parts
from training.optimisers import demand_layers
from training.order import Order, class_chances
from training.phases import Phase, phase_at, plan_phases
from training.processes import Processes
from training.progress import Progress
from training.run_log import RunLog
from training.run_state import RunState
from training.saving import Trained, restore_named, save_named
from training.schedules.pace import Pace
from training.stepping import Done, Stepper
from training.stopping import Cancelled, Stopping
from training.tasks.task import Moment, Task
from training.validation import badness, cut, demand_validation, measure, with_weights
from training.weight_average import WeightAverage

LARGEST_BAD_STREAK = 10
BEST = "best"
ALONE = Processes()


class Trainer:
    """Trains the network of a task in a run folder."""

    def __init__(
        self,
        config: Config,
        task: Task,
        run: Path,
        progress: Progress,
        processes: Processes = ALONE,
    ) -> None:
        torch.set_num_threads(config.run.threads)
        self._config, self._task, self._progress = config, task, progress
        self._run, self._processes = run, processes
        demand_validation(task, config)
        self._rows = cut(task.collection.training_rows(config.datasets), config)
        if not len(self._rows):
            raise AnitagError("training_failed", reason="the split leaves nothing to train on")
        chances = class_chances(task.classes_of(self._rows), config.run.sampler)
        self._order = Order(self._rows, config.run.seed, chances)
        self._phases = plan_phases(config, len(self._rows))
        for phase in self._phases:
            demand_parts(task.network, phase.freeze)
            demand_layers(task.network, phase.optimiser)
        self._stepper = Stepper(task, config, processes, progress)
        task.network.to(self._stepper.device).to(memory_format=torch.channels_last)
        task.extra.to(self._stepper.device)
        task.prepare(self._rows, self._stepper.device)
        self._average = WeightAverage(task.network, 0.0)
        self._trained = Trained(task, self._average)
        self._state = RunState(micro_batch=config.run.micro_batch)
        self._begin(self._phases[0])
        self._log = RunLog(run, open_boards(run, config) if processes.is_first else ())
        self._prior = task.prior_loss(self._rows)
        self._started, self._first = time.monotonic(), 0
        self._earlier = 0.0
        self._bad = 0
        self._stopping = Stopping(hurries=processes.count == 1)

    @property
    def step(self) -> int:
        """The number of steps done."""
        return self._state.step

    @property
    def steps(self) -> int:
        """The number of steps of the whole run."""
        return self._phases[-1].end

    @property
    def samples(self) -> int:
        """The number of varied pictures seen, over all processes."""
        return self._state.samples

    @property
    def parameters(self) -> int:
        """The number of the network's parameters."""
        return sum(p.numel() for p in self._task.network.parameters())

    def train(self) -> Path:
        """Train to the end, or to SIGTERM or Ctrl+C; return the last checkpoint's folder.

        A step that is cut off because it takes too long leaves the checkpoint before it.

        Raises:
            AnitagError: ``training_failed``, or what ``write_failure`` says of a full disk; the
                last checkpoint is whole then, too.
        """
        self._resume()
        self._report("start", step=self.step, of=self.steps, **self._scale())
        self._started, self._first = time.monotonic(), self.step
        try:
            with self._stopping.listening():
                self._step_on()
            return self._save()
        except Cancelled:
            return self._take_back()
        finally:
            self._log.close()
            self._progress.end_bar()

    def batches(self) -> Iterator[Batch]:
        """Yield this process's batches from the present step to the end of the run."""
        pictures = TrainingPictures(
            self._task.collection.views, self._order, self._config.run.seed, self._task.still()
        )
        begin = (self.step, self.samples, self.steps)
        sampler = StepSampler(self._order, self._config, begin, self._processes)
        return training_batches(pictures, sampler, self._config)

    def _step_on(self) -> None:
        if self._is_late() or self._is_enough():
            return
        for batch in self.batches():
            self._do_step(batch)
            if self._is_over():
                break

    def _take_back(self) -> Path:
        """Return the checkpoint from before a step that was cut off."""
        path = newest_checkpoint(self._run / "checkpoints")
        if path is None:
            reason = "it was stopped before its first checkpoint, and nothing is kept"
            raise AnitagError("training_failed", reason=reason)
        self._resume()
        self._report("stopped", step=self.step)
        return path

    def _begin(self, phase: Phase) -> None:
        """Start a phase: its frozen parts, optimiser, average and pace."""
        self._phase = phase
        self._stepper.begin(phase)
        self._average.decay = phase.optimiser.average
        epoch_steps = len(self._rows) / self._config.run.batch
        self._pace = Pace(phase.optimiser, phase.steps, epoch_steps)

    def _do_step(self, batch: Batch) -> None:
        state, phase = self._state, self._phase
        epoch = state.samples / len(self._rows)
        moment = Moment(state.step, self.steps, epoch, self._config.run.seed)
        pace = self._pace.at(state.step - phase.first)
        done = self._stepper.step(batch, moment, pace)
        self._processes.average_norms(self._task.network)
        self._note(done, batch)
        state.step += 1
        state.samples += self._config.run.batch
        if self._processes.is_first:
            self._progress.advance(self._config.run.name, state.step, self.steps)
        if state.step % self._config.run.log_every == 0:
            self._log_step(done, pace[0])
        if self._ends_epoch():
            self._validate(pace[0])
        if state.step == phase.end:
            self._end_phase()

    def _note(self, done: Done, batch: Batch) -> None:
        state = self._state
        state.unreadable += len(batch.unreadable)
        state.clipped += done.clipped
        self._bad = 0 if done.moved else self._bad + 1
        if done.moved:
            self._average.update(self._task.network, state.step)
            state.note_loss(done.loss)
            return
        state.not_finite += 1
        if self._bad >= LARGEST_BAD_STREAK:
            reason = f"the loss was not finite {self._bad} times in a row at step {state.step}"
            raise AnitagError("training_failed", reason=reason)

    def _ends_epoch(self) -> bool:
        """Tell whether the step just done ended a stretch after which to validate."""
        every = self._config.run.validate_every * len(self._rows)
        if not every:
            return False
        done = (self.step - self._phase.first) * self._config.run.batch
        before = done - self._config.run.batch
        return done // every > before // every or self.step == self._phase.end

    def _validate(self, rate: float) -> None:
        state = self._state
        rows = cut(self._task.collection.rows("validation"), self._config)
        weights = self._average.values if self._phase.optimiser.average else None
        with with_weights(self._task.network, weights):
            _, measures = measure(self._task, rows, self._measured_with(), self._processes)
            value = badness(measures, self._config.run.monitor)
            self._pace.note(value)
            if state.note_measure(value, measures["valid_loss"]):
                self._keep_best(BEST, measures)
            for name in self._config.run.also_best:
                if badness(measures, name) < state.others.get(name, math.inf):
                    state.others[name] = badness(measures, name)
                    self._keep_best(f"{BEST}-{name}", measures)
        self._log_epoch(measures, rate)
        state.begin_epoch()
        epochs, keep = state.samples // len(self._rows), self._config.run.keep_every
        if keep and epochs % keep == 0 and self._processes.is_first:
            folder = self._run / "checkpoints" / f"epoch-{epochs}"
            save_named(folder, self._trained, self._stepper.optimiser, state)

    def _measured_with(self) -> Config:
        """Return the settings with as many pictures at a time as memory was seen to hold."""
        run = replace(self._config.run, micro_batch=self._stepper.micro_batch)
        return replace(self._config, run=run)

    def _keep_best(self, name: str, measures: dict[str, float]) -> None:
        if self._processes.is_first:
            checkpoint = self._trained.checkpoint(self._stepper.optimiser, self._state)
            save_best(self._run / name, checkpoint.weights, measures)

    def _end_phase(self) -> None:
        """Go over to the next phase, or back to the weights from before."""
        self._revert()
        if self.step == self.steps:
            return
        self._begin(phase_at(self._phases, self.step))
        self._state.waited = 0
        if self._phase.revert and self._processes.is_first:
            save_named(
                self._run / "checkpoints" / f"before-{self._phase.name}",
                self._trained,
                self._stepper.optimiser,
                self._state,
            )
        self._report("phase", name=self._phase.name, step=self.step)

    def _revert(self) -> None:
        """Take the weights from before a phase back when nothing in it was better."""
        ended = self._phase
        folder = self._run / "checkpoints" / f"before-{ended.name}"
        if ended.revert and self._state.best_step <= ended.first and folder.exists():
            restore_named(folder, self._trained)
            self._report("reverted", phase=ended.name, best_step=self._state.best_step)

    def _is_late(self) -> bool:
        """Tell whether the last phase has waited long enough for something better."""
        patience, in_last_phase = self._config.run.patience, self._phase.end == self.steps
        return bool(patience) and in_last_phase and self._state.waited >= patience

    def _is_enough(self) -> bool:
        """Tell whether this call has gone as far as it should."""
        return 0 < self._config.run.until <= self.step

    def _is_over(self) -> bool:
        """Save when it is time to; tell whether to stop here."""
        run, is_late = self._config.run, self._is_late()
        if is_late:
            self._report("early_stop", step=self.step, best_step=self._state.best_step)
            if self.step < self.steps:
                self._revert()
        stop = self._processes.agree(self._stopping.is_asked) or self._is_enough()
        if stop:
            self._stopping.hold()
        if stop or is_late or self.step % run.checkpoint_every == 0:
            self._save()
        if stop:
            self._report("stopped", step=self.step)
        return stop or is_late

    def _scale(self) -> dict[str, object]:
        facts = {"parameters": self.parameters, "samples_per_epoch": len(self._rows)}
        there = {"processes": self._processes.count, "prior_loss": self._prior}
        return {**self._task.facts(), **facts, **there}

    def _log_step(self, done: Done, rate: float) -> None:
        seconds = time.monotonic() - self._started
        speed = (self.step - self._first) * self._config.run.batch / seconds
        values: dict[str, float | int | str] = {
            "step": self.step,
            "loss": self._state.smooth,
            **{f"{name}_loss": value for name, value in done.terms.items()},
            "rate": rate,
            "size": self._config.size_at(max(0, self.step - 1) / self.steps),
            "clipped": round(self._state.clipped / self.step, 4),
            "unreadable": self._state.unreadable,
            "images_per_second": round(speed, 2),
            "seconds_left": round((self.steps - self.step) * self._config.run.batch / speed),
        }
        self._report("step", of=self.steps, **values)
        if self._processes.is_first:
            self._log.step(values)

    def _log_epoch(self, measures: dict[str, float], rate: float) -> None:
        state = self._state
        values: dict[str, float | int | str] = {
            "epoch": max(0, state.samples // len(self._rows) - 1),
            "phase": self._phase.name,
            "step": state.step,
            "train_loss": state.epoch_loss / max(1, state.epoch_steps),
            **measures,
            "skill": 1 - measures["valid_loss"] / self._prior if self._prior else 0.0,
            "rate": rate,
            "weights": "average" if self._phase.optimiser.average else "last",
            "is_best": int(state.best_step == state.step),
            "time": round(self._earlier + time.monotonic() - self._started, 2),
        }
        self._report("epoch", **values)
        if self._processes.is_first:
            self._log.epoch(values)

    def _report(self, event: str, **values: object) -> None:
        if self._processes.is_first:
            self._progress.report(event, **values)

    def _save(self) -> Path:
        folder = self._run / "checkpoints"
        if self._processes.is_first:
            self._state.pace = self._pace.state()
            self._state.micro_batch = self._stepper.micro_batch
            self._state.scaler = self._stepper.scaler.state_dict()
            saved = self._trained.checkpoint(self._stepper.optimiser, self._state)
            saved.state["config"] = self._config.as_plain()
            save_checkpoint(folder, saved)
        self._processes.wait()
        path = newest_checkpoint(folder)
        assert path is not None
        return path

    def _resume(self) -> None:
        path = newest_checkpoint(self._run / "checkpoints")
        if path is not None:
            self._restore(path)
        if self._processes.is_first:
            self._earlier = self._log.cut(self.step)

    def _restore(self, path: Path) -> None:
        found = load_checkpoint(path)
        self._state = RunState.from_plain({**found.state, "step": found.step})
        self._begin(phase_at(self._phases, found.step))
        begins = found.step == self._phase.first and found.step > 0
        self._trained.restore(found, None if begins else self._stepper.optimiser)
        if not begins:
            self._pace.restore(self._state.pace)
        self._stepper.micro_batch = self._state.micro_batch
        if self._state.scaler:
            self._stepper.scaler.load_state_dict(self._state.scaler)
