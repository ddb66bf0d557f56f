"""A small trained model of coloured discs as a package, and training jobs that begin with it."""

import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.helpers.toy_sets import Draw, toy_picture, toy_values, write_toy_set


def write_toy_model(folder: Path, steps: int = 24, draw: Draw = toy_picture) -> Path:
    """Train, export and package a small tagger; return the package's folder."""
    from training.after_training import calibrate_run, evaluate_run, export_run
    from training.config import config_from
    from training.packaging import package
    from training.progress import Progress
    from training.training_run import train_config

    values: dict[str, Any] = toy_values(
        write_toy_set(folder / "set", 120, draw=draw), folder / "cache", steps=steps, batch=16
    )
    values["network"] |= {"embedding": 32}
    values["optimiser"] |= {"rate": 0.003, "average": 0.9}
    values["model"] = {"id": "anitag/toy", "title": "Toy"}
    progress = Progress(as_json=True, stream=io.StringIO())
    run = train_config(config_from(values), folder / "run", progress)
    export_run(run, progress)
    calibrate_run(run, progress)
    evaluate_run(run, [], 0, folder / "cache", progress)
    return package(run, folder / "package").folder


def write_toy_job(
    folder: Path,
    base: Path,
    rows: Iterable[Mapping[str, Any]],
    categories: Mapping[str, str] | None = None,
    **order: Any,
) -> Path:
    """Write a job as the app does; ``rows`` are what is said of the pictures ``seed``."""
    import shutil

    dataset = folder / "dataset"
    (dataset / "pictures").mkdir(parents=True)
    shutil.copytree(base, folder / "base")
    lines = []
    for row in rows:
        name = f"pictures/{row['seed']}.png"
        toy_picture(row["seed"])[0].save(dataset / name)
        line = {"file": name, "tags": [], "absent": [], "group": name, "split": "train"}
        lines.append(json.dumps({**line, **row}))
    (dataset / "manifest.jsonl").write_text("\n".join(lines) + "\n")
    (dataset / "categories.json").write_text(json.dumps(categories or {}))
    wanted = {"version": 1, "mode": "full", "id": "personal/toy-1", "title": "Toy, retrained"}
    (folder / "job.json").write_text(json.dumps({**wanted, "steps": 12, "seed": 1, **order}))
    return folder
