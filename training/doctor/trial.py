"""Tries what a run does: presets are read, loaders started, and two steps taken."""

import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image

from anitag_desktop.domain.error import AnitagError
from training.doctor.finding import Finding

PICTURES, SIZE = 24, 32
COLOURS = {"blue": (40, 60, 220), "red": (220, 40, 40)}


def trials() -> Iterator[Finding]:
    """Yield what came of each; without torch nothing can be tried."""
    try:
        import timm  # noqa: F401 (only whether it can be imported)
        import torch  # noqa: F401
    except ImportError as error:
        yield Finding("two steps", f"not tried: {error.name} is missing", "see above")
        return
    yield presets()
    for workers in (0, 2):
        yield two_steps(workers)


def presets() -> Finding:
    """Read every preset."""
    from training.config import CONFIGS, load_config

    names = sorted(path.stem for path in CONFIGS.glob("*.toml"))
    for name in names:
        try:
            load_config(name)
        except AnitagError as error:
            return Finding("presets", str(error), f"repair or remove training/configs/{name}.toml")
    return Finding("presets", f"{len(names)} can be read")


def two_steps(workers: int) -> Finding:
    """Train a tiny network on drawn pictures for two steps, loaded by so many processes."""
    name = f"two steps, {workers} loaders"
    with tempfile.TemporaryDirectory(prefix="anitag-doctor-") as place:
        folder = Path(place)
        try:
            losses = _train(folder, workers)
        except (AnitagError, OSError, RuntimeError, ValueError) as error:
            advice = "set run.workers = 0" if workers else "make the environment anew"
            return Finding(name, f"failed: {' '.join(str(error).split())}", advice)
    return Finding(name, f"loss {losses[0]:.3f}, then {losses[-1]:.3f}")


def _train(folder: Path, workers: int) -> list[float]:
    import json

    from training.config import config_from
    from training.progress import Progress
    from training.training_run import train_config

    _draw(folder / "set")
    config = config_from(_settings(folder / "set", workers), "the doctor's config")
    stream = io.StringIO()
    train_config(config, folder / "run", Progress(as_json=True, stream=stream))
    told = [json.loads(line) for line in stream.getvalue().splitlines()]
    return [event["loss"] for event in told if event["event"] == "step"]


def _draw(root: Path) -> None:
    for number in range(PICTURES):
        name = sorted(COLOURS)[number % len(COLOURS)]
        shade = tuple(min(255, value + number) for value in COLOURS[name])
        path = root / name / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (SIZE, SIZE), shade).save(path)


def _settings(pictures: Path, workers: int) -> dict[str, Any]:
    return {
        "task": {"name": "recognition"},
        "run": {"name": "doctor", "steps": 2, "batch": 8, "log_every": 1, "workers": workers},
        "network": {"backbone": "shallow", "head": "linear", "size": SIZE, "resize": "squish"},
        "datasets": {
            "store": "files",
            "sources": [{"name": "drawn", "path": str(pictures), "layout": "folders"}],
        },
    }
