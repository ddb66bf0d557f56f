"""Measures how fast pictures come, how fast the network steps, and what of that both reach."""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, islice
from pathlib import Path

import torch

from training.batches import Batch
from training.config import Config
from training.phases import plan_phases
from training.processes import Processes
from training.progress import Progress
from training.starting import start_from
from training.stepping import Stepper
from training.tasks.making import make_task
from training.tasks.task import Moment
from training.trainer import Trainer

WARMING = 3
"""The first batches start workers, reserve memory and choose kernels; they are not typical."""

KEPT = 4
"""So many batches lie in memory for the bare step."""

ENDLESS = 1_000_000_000

GOAL = 0.9
"""Pictures are said to come fast enough when training reaches this share of the bare step."""


@dataclass(frozen=True, slots=True)
class Speed:
    """Pictures a second at a batch size: read and varied only, stepped only, and both.

    ``loading`` has the machine to itself; ``step`` takes batches that lie in memory.
    """

    batch: int
    loading: float
    step: float
    both: float

    @property
    def share(self) -> float:
        """What training reaches of the bare step."""
        return self.both / self.step

    @property
    def is_fed(self) -> bool:
        """Whether pictures come fast enough."""
        return self.share >= GOAL


def bench(
    config: Config, batches: Sequence[int], steps: int, rounds: int, progress: Progress
) -> list[Speed]:
    """Return the speed at some batch sizes, each the median of rounds of so many steps.

    Everything takes turns, so that what else the machine does meets all alike. Nothing is kept.

    Raises:
        AnitagError: whatever would end a run at once.
    """
    found = []
    for batch in batches:
        with tempfile.TemporaryDirectory(prefix="anitag-bench-") as folder:
            tried = _Bench(_endless(config, batch), Path(folder), progress)
            measured = [tried.round(steps) for _ in range(rounds)]
        loading, step, both = (statistics.median(kind) for kind in zip(*measured, strict=True))
        found.append(Speed(batch, loading, step, both))
    return found


def verdict(speeds: Sequence[Speed], config: Config) -> str:
    """Return a sentence: whether pictures come fast enough, and what to do where they do not."""
    slow = [speed for speed in speeds if not speed.is_fed]
    if not slow:
        return f"Pictures come fast enough: training reaches {GOAL:.0%} of the bare step and more."
    worst = min(slow, key=lambda speed: speed.share)
    begin = f"Training waits for pictures: {worst.share:.0%} of the bare step at {worst.batch}."
    workers, cores = config.run.workers, os.cpu_count() or 1
    if workers < cores - 1:
        return f"{begin} Set run.workers to {min(cores - 1, max(1, 2 * workers))}."
    if config.datasets.store == "files":
        return f'{begin} Set datasets.store = "resized" (or "cache", where the network pads).'
    return f"{begin} Every core is at work: a larger network or fewer augmentations would balance."


def _endless(config: Config, batch: int) -> Config:
    """Return a config whose first phase never ends, with its first picture size."""
    run = replace(config.run, batch=batch, steps=ENDLESS, epochs=0.0)
    run = replace(run, tensorboard=False, wandb=False, stages=config.run.stages[:1])
    phases = tuple(replace(p, steps=ENDLESS, epochs=0.0) for p in config.phases[:1])
    return replace(config, run=run, phases=phases)


class _Bench:
    """One network and its pictures, in a run folder that is thrown away."""

    def __init__(self, config: Config, folder: Path, progress: Progress) -> None:
        task = make_task(config, folder, progress)
        start_from(task.network, config, progress)
        self._trainer = Trainer(config, task, folder, progress)
        self._stepper = Stepper(task, config, Processes(), progress)
        self._phase = plan_phases(config, len(task.collection.rows("train")))[0]
        self._stepper.begin(self._phase)
        self._config, self._done = config, 0

    def round(self, steps: int) -> tuple[float, float, float]:
        """Return pictures a second: loading, stepping, both."""
        batches = self._trainer.batches
        kept = list(islice(batches(), KEPT))
        return (
            self._rate(batches(), steps, _look),
            self._rate(cycle(kept), steps, self._step),
            self._rate(batches(), steps, self._step),
        )

    def _rate(
        self, batches: Iterator[Batch], steps: int, perform: Callable[[Batch], None]
    ) -> float:
        for batch in islice(batches, WARMING):
            perform(batch)
        seen, started = 0, time.perf_counter()
        for batch in islice(batches, steps):
            perform(batch)
            seen += len(batch.rows)
        return seen / (time.perf_counter() - started)

    def _step(self, batch: Batch) -> None:
        """Step as training does; it ends only when the device has done it."""
        self._done += 1
        moment = Moment(self._done, self._done + 1, 0.0, self._config.run.seed)
        # The rate is nothing, so that no number of steps can spoil the network.
        self._stepper.step(batch, moment, (0.0, self._phase.optimiser.momentum))
        if self._stepper.device.type == "cuda":
            torch.cuda.synchronize()


def _look(batch: Batch) -> None:
    """Take a batch and do nothing with it."""
