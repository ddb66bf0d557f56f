"""Small training runs of every task on coloured discs."""

import io
import json
from pathlib import Path
from typing import Any

VIT = {"backbone": "vit_tiny_patch16_224", "size": 32, "depth": 2, "width": 24, "heads": 2}


def toy_config(source: Path, layout: str, **sections: dict[str, Any]) -> dict[str, Any]:
    """Return the plain values of a small recognition config; ``sections`` are merged in."""
    values: dict[str, Any] = {
        "task": {"name": "recognition"},
        "run": {"steps": 6, "batch": 8, "checkpoint_every": 2},
        "network": {**VIT, "head": "linear", "resize": "squish", "dropout": 0.0},
        "optimiser": {"warm_up": 2, "average": 0.9},
        "datasets": {
            "store": "files",
            "validation": 0.2,
            "test": 0.2,
            "sources": [{"name": "toy", "path": str(source), "layout": layout}],
        },
    }
    for name, section in sections.items():
        values[name] = {**values.get(name, {}), **section} if isinstance(section, dict) else section
    return values


def start_run(values: dict[str, Any], folder: Path) -> tuple[Any, Any, io.StringIO]:
    """Return a trainer, its task, and the stream that its progress goes to."""
    from training.config import config_from
    from training.progress import Progress
    from training.run_folder import RunFolder
    from training.tasks.making import make_task
    from training.trainer import Trainer

    config, stream = config_from(values), io.StringIO()
    run = RunFolder.create(folder, config)
    progress = Progress(as_json=True, stream=stream)
    task = make_task(config, folder, progress)
    return Trainer(config, task, run.path, progress), task, stream


def killed_after(steps: int, trainer: Any) -> Any:
    """Return a trainer whose training is interrupted after so many steps, as by Ctrl+C."""
    left, original = iter(range(steps)), trainer._do_step

    def until_killed(batch: Any) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt
        original(batch)

    trainer._do_step = until_killed
    return trainer


def events(stream: io.StringIO, name: str) -> list[dict[str, Any]]:
    """Return the progress events of one name."""
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    return [line for line in lines if line["event"] == name]
