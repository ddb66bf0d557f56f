"""One call of ``train``: settings, data, loop, and the record of what it took."""

import time
from collections.abc import Sequence
from pathlib import Path

import timm
import torch

from training.config import load_config
from training.datasets.prepared import prepare
from training.datasets.splitting import count_parts
from training.progress import Progress
from training.run_folder import RUNS, RunFolder
from training.trainer import Trainer


def train(
    config_name: str, overrides: Sequence[str], folder: Path | None, *, as_json: bool
) -> RunFolder:
    """Train by a config (path or name) in a run folder; return it."""
    config = load_config(config_name, overrides)
    progress = Progress(as_json=as_json)
    run = RunFolder.create(folder or RUNS / config.run.name, config)
    prepared = prepare(config, run.path, progress)
    progress.report("pictures", **count_parts(prepared.pictures, prepared.parts))
    trainer = Trainer(config, prepared, run.path, progress)
    started = time.monotonic()
    trainer.train()
    _record(run, trainer, (time.monotonic() - started) / 60)
    progress.report("done", step=trainer.step, run=str(run.path))
    return run


def _record(run: RunFolder, trainer: Trainer, minutes: float) -> None:
    """Write what the card says about the training; minutes add up over resumed calls."""
    known = run.read("training.json")["minutes"] if (run.path / "training.json").exists() else 0.0
    run.write(
        "training.json",
        {
            "steps": trainer.step,
            "samples": trainer.samples,
            "parameters": trainer.parameters,
            "minutes": round(known + minutes, 2),
            "torch": torch.__version__,
            "timm": timm.__version__,
        },
    )
