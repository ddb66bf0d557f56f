"""Says what a run will take, from a few of its own steps: time, memory, disk. Nothing is kept."""

import io
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import torch

from training.checkpoint import KEPT
from training.config import Config
from training.processes import Processes
from training.progress import Progress
from training.starting import start_from
from training.tasks.making import make_task
from training.tasks.task import Task
from training.trainer import Trainer
from training.validation import cut, measure

TRIED = 6
WARMING = 2
"""The first steps reserve memory and choose kernels; they are not typical."""

BESIDE = 2
"""Beside the newest checkpoints lie the best weights (less than one), and one being written."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a run takes, in bytes and seconds; ``memory`` is the GPU's where it runs on one."""

    steps: int
    seconds_per_step: float
    validations: int
    seconds_per_validation: float
    memory: int
    disk: int

    @property
    def seconds(self) -> float:
        """The whole run, without what it takes to prepare the pictures."""
        return self.steps * self.seconds_per_step + self.validations * self.seconds_per_validation


class StepClock(Progress):
    """Notes when each step was told."""

    def __init__(self) -> None:
        super().__init__(as_json=True, stream=io.StringIO())
        self.times: list[float] = []

    def report(self, event: str, **values: object) -> None:
        """Note the time of a step."""
        if event == "step":
            self.times.append(time.monotonic())


def estimate(config: Config, progress: Progress) -> Estimate:
    """Take a few steps of a run in a folder that is thrown away; return what the whole takes.

    A pixel cache that the config wants is made and kept.

    Raises:
        AnitagError: whatever would end the run at once.
    """
    run = replace(config.run, log_every=1, until=TRIED, validate_every=0.0)
    run = replace(run, tensorboard=False, wandb=False)
    tried = replace(config, run=run)
    with tempfile.TemporaryDirectory(prefix="anitag-dry-run-") as place:
        folder = Path(place)
        task = make_task(tried, folder, progress)
        start_from(task.network, tried, progress)
        found = [_try(one, task, folder / str(i)) for i, one in enumerate(_phases(tried))]
        steps = sum(one.steps for one in found)
        epochs = steps * config.run.batch / len(task.collection.rows("train"))
        validations = int(epochs / config.run.validate_every) if config.run.validate_every else 0
        kept = int(epochs / config.run.keep_every) if config.run.keep_every else 0
        return Estimate(
            steps,
            sum(one.steps * one.seconds for one in found) / steps,
            validations,
            _validation_seconds(task, tried) if validations else 0.0,
            _memory(config.run.device),
            max(one.checkpoint for one in found) * (KEPT + BESIDE + kept),
        )


def _phases(config: Config) -> Iterator[Config]:
    """Yield the settings with each phase alone: what is frozen costs no gradient."""
    yield from (replace(config, phases=(phase,)) for phase in config.phases)
    if not config.phases:
        yield config


@dataclass(frozen=True, slots=True)
class _Tried:
    """The steps of a phase, what one takes in seconds, and the bytes of a checkpoint."""

    steps: int
    seconds: float
    checkpoint: int


def _try(config: Config, task: Task, folder: Path) -> _Tried:
    folder.mkdir()
    clock = StepClock()
    trainer = Trainer(config, task, folder, clock)
    checkpoint = _size(trainer.train())
    lasted = [b - a for a, b in zip(clock.times, clock.times[1:], strict=False)]
    typical = lasted[WARMING:] or lasted
    return _Tried(trainer.steps, statistics.median(typical) if typical else 0.0, checkpoint)


def _validation_seconds(task: Task, config: Config) -> float:
    """Return what measuring the validation part takes, from two batches of it."""
    rows = cut(task.collection.rows("validation"), config)
    some = rows[: 2 * config.run.batch]
    if not len(some):
        return 0.0
    started = time.monotonic()
    measure(task, some, config, Processes())
    return (time.monotonic() - started) * len(rows) / len(some)


def _memory(device: str) -> int:
    if device.startswith("cuda"):
        return torch.cuda.max_memory_reserved()
    if sys.platform == "win32":
        return _most_on_windows()
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def _most_on_windows() -> int:
    """Return the largest working set of this process; 0 where the system does not tell."""
    import ctypes

    class Counters(ctypes.Structure):
        """PROCESS_MEMORY_COUNTERS of psapi.h."""

        _fields_: ClassVar = [
            ("size", ctypes.c_uint32),
            ("faults", ctypes.c_uint32),
            ("most", ctypes.c_size_t),
            ("others", ctypes.c_size_t * 7),
        ]

    found = Counters(size=ctypes.sizeof(Counters))
    system: Any = ctypes
    kernel = system.windll.kernel32
    kernel.GetCurrentProcess.restype = ctypes.c_void_p
    told = kernel.K32GetProcessMemoryInfo(
        ctypes.c_void_p(kernel.GetCurrentProcess()), ctypes.byref(found), found.size
    )
    return int(found.most) if told else 0


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
