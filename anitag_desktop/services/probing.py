"""Probing: short trials in processes of their own, where a crash hurts nobody."""

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue

from anitag_desktop.domain.device import AUTOMATIC
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.recognition.probe_pictures import FORMATS, probe_picture
from anitag_desktop.services.model_trying import try_model
from anitag_desktop.worker.client import VIEWER, WorkerClient
from anitag_desktop.worker.messages import Answer, Failed, PreviewJob

_PATIENCE = 60.0
_HAS_TORCH = (
    "import importlib.util as u, sys; sys.exit(not (u.find_spec('torch') and u.find_spec('timm')))"
)


@dataclass(frozen=True, slots=True)
class ModelProbe:
    """What running a model showed, in words."""

    words: str
    ok: bool


def probe_model(folder: Path, device: str = AUTOMATIC) -> ModelProbe:
    """Run a model's checks on a device and say on what it ran, and how long they took."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as thumbnails:
        trial = try_model(folder, Path(thumbnails), device=device)
    failed = [finding for finding in trial.findings if not finding.ok]
    if failed:
        return ModelProbe(f"{folder.name}: {failed[0].name}: {failed[0].detail}", ok=False)
    seconds = time.monotonic() - started
    why = f"; {trial.reason}" if trial.reason else ""
    words = f"{trial.provider}, measured with {folder.name} in {seconds:.1f} s{why}"
    return ModelProbe(words, ok=True)


def probe_formats() -> Iterator[tuple[str, str]]:
    """Decode a tiny picture of each format; yield the format and why it failed, empty if not."""
    answers: SimpleQueue[Answer] = SimpleQueue()
    with tempfile.TemporaryDirectory() as folder:
        client = WorkerClient(VIEWER, [], Path(folder), answers.put, threads=1)
        client.start()
        try:
            for form in FORMATS:
                yield form, _decoded(client, answers, Path(folder, f"probe.{form.lower()}"), form)
        finally:
            client.close(timeout=0)


def probe_training(python: Path) -> bool:
    """Tell whether a Python can train: it starts, and has torch and timm."""
    try:
        done = subprocess.run(
            [python, "-c", _HAS_TORCH], capture_output=True, timeout=_PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _decoded(client: WorkerClient, answers: SimpleQueue[Answer], path: Path, form: str) -> str:
    path.write_bytes(probe_picture(form))
    client.submit(PreviewJob(client.new_job_id(), os.fsencode(path), 8))
    try:
        answer = answers.get(timeout=_PATIENCE)
    except Empty:
        return "no answer in time"
    return str(AnitagError(answer.code, **answer.params)) if isinstance(answer, Failed) else ""
