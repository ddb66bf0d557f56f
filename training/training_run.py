"""One call of ``train``: settings, data, loop, and the record of what it took."""

import io
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path

import timm
import torch

from training.config import Config, ViewConfig, load_config
from training.datasets.splitting import count_parts
from training.processes import Processes, joined_processes
from training.progress import Progress
from training.run_folder import RUNS, RunFolder
from training.starting import start_from
from training.tasks.making import make_task
from training.trainer import Trainer


def train(
    config_name: str, overrides: Sequence[str], folder: Path | None, *, as_json: bool
) -> RunFolder:
    """Train by a config (path or name) in a run folder; return it."""
    config = load_config(config_name, overrides)
    return train_config(config, folder or RUNS / config.run.name, Progress(as_json=as_json))


def train_config(config: Config, folder: Path, progress: Progress) -> RunFolder:
    """Train by settings in a run folder; under torchrun together with the other processes.

    Raises:
        AnitagError: ``run_in_use`` when a training works in the folder already, and what reading
            settings, pictures and weights raises.
    """
    with joined_processes(config.run.device) as processes, _alone(folder, processes):
        if not processes.is_first:
            progress = Progress(as_json=True, stream=io.StringIO())
            processes.wait()
        run = RunFolder.create(folder, config)
        task = make_task(config, run.path, progress)
        if processes.is_first:
            processes.wait()
        counts = count_parts(task.collection.pictures, task.collection.parts)
        progress.report("pictures", **counts)
        advise(config, progress)
        start_from(task.network, config, progress)
        trainer = Trainer(config, task, run.path, progress, processes)
        started = time.monotonic()
        trainer.train()
        if processes.is_first:
            _record(run, trainer, (time.monotonic() - started) / 60)
        progress.report("done", step=trainer.step, run=str(run.path))
        return run


def advise(config: Config, progress: Progress) -> None:
    """Say so where a GPU is there that was not asked for, and where settings are not looked at."""
    mixed = {name: getattr(config.views, name) for name in ("mixup", "cutmix", "mixed_tags")}
    if config.datasets.store == "cache" and config.views != replace(ViewConfig(), **mixed):
        text = "pictures of the cache are varied by [augmentation]; of [views] they are only mixed"
        progress.report("advice", text=text)
    if config.run.device == "cpu" and torch.cuda.is_available():
        progress.report("advice", text="there is a GPU: --set run.device=cuda trains on it")


def _alone(folder: Path, processes: Processes) -> AbstractContextManager[None]:
    """Return the lock on a run folder, which the first process holds for all of them."""
    return RunFolder(folder).alone() if processes.is_first else nullcontext()


def _record(run: RunFolder, trainer: Trainer, minutes: float) -> None:
    """Write what the card says about the training; minutes add up over resumed calls."""
    known = run.read("training.json")["minutes"] if (run.path / "training.json").exists() else 0.0
    run.write(
        "training.json",
        {
            "steps": trainer.step,
            "samples": trainer.samples,
            "parameters": trainer.parameters,
            "minutes": round(known + minutes, 4),
            "torch": torch.__version__,
            "timm": timm.__version__,
        },
    )
