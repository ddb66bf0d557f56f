"""Running a job from end to end; started again, it goes on where it stopped."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.recognition.model_package import ModelPackage
from training.after_training import app_names, evaluate_run, export_run, exported_model
from training.blending import blend_run
from training.config import Config
from training.estimating import Estimate, estimate
from training.packaging import package
from training.progress import Progress
from training.retraining.adapting import adapt, estimate_adapting
from training.retraining.configuring import tuning
from training.retraining.job import Job
from training.retraining.layer import read_layer, write_layer
from training.retraining.preparing import Prepared, prepare
from training.retraining.thresholds import choose_thresholds
from training.run_folder import RunFolder
from training.training_run import train_config

SHARES = (0.25, 0.5, 0.75, 1.0)
"""Of the new weights beside the old ones; the best on the validation part is taken."""

LEAST_TUNED = 10
"""With fewer validation pictures there is nothing to choose a share by; then half is taken."""

PATIENCE = 60.0
"""Seconds in which another process may leave the folder of a job."""

_NO_CHOICE = (0.5,)


class Stopped(Exception):  # noqa: N818 (it is no error)
    """It was asked to stop; a checkpoint stands, from which it goes on."""


def run_job(job: Job, progress: Progress) -> Path:
    """Do everything that is left of a job; return the folder of the new model.

    Raises:
        Stopped: on SIGTERM or Ctrl+C.
        AnitagError: what is wrong with the job, or ended it; ``retraining_runs``.
    """
    with _alone(job):
        return _run(job, progress)


def _run(job: Job, progress: Progress) -> Path:
    if job.mode == "adapt":
        return adapt(job, progress)
    progress.report("stage", name="prepare")
    prepared = prepare(job, progress)
    progress.report("stage", name="train")
    run = train_stage(tuning(job, prepared), job.work / "run", progress)
    progress.report("stage", name="blend")
    blended = _blend(job, run, prepared, progress)
    progress.report("stage", name="export")
    _finish(job, blended, progress)
    progress.report("result", path=str(job.result))
    return job.result


def estimate_job(job: Job, progress: Progress) -> Estimate:
    """Say what the training of a job takes, from a few of its steps; nothing of them is kept."""
    with _alone(job):
        if job.mode == "adapt":
            return estimate_adapting(job)
        return estimate(tuning(job, prepare(job, progress)), progress)


@contextmanager
def _alone(job: Job) -> Iterator[None]:
    """Let nobody else work in a job's folder: who outlived a killed window ends at its next word.

    Raises:
        AnitagError: ``retraining_runs`` when somebody still does after a while.
    """
    job.work.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(job.work / ".lock", timeout=PATIENCE):
            yield
    except Timeout:
        raise AnitagError("retraining_runs") from None


def train_stage(config: Config, folder: Path, progress: Progress) -> RunFolder:
    """Train, or go on; what was done already is left.

    Raises:
        Stopped: it was asked to.
    """
    wanted = sum(phase.steps for phase in config.phases) or config.run.steps
    run = RunFolder(folder)
    if _steps(run) < wanted:
        run = train_config(config, folder, progress)
    if _steps(run) < wanted:
        raise Stopped
    return run


def _steps(run: RunFolder) -> int:
    known = run.path / "training.json"
    return int(run.read("training.json")["steps"]) if known.exists() else 0


def _blend(job: Job, run: RunFolder, prepared: Prepared, progress: Progress) -> RunFolder:
    """Interpolate between the weights before and after."""
    out = job.work / "blended"
    if not (out / "blend.json").exists():
        shutil.rmtree(out, ignore_errors=True)
        shares = SHARES if prepared.tuned >= LEAST_TUNED else _NO_CHOICE
        blend_run(run, job.work / "start", out, shares, progress)
    return RunFolder(out)


def _finish(job: Job, run: RunFolder, progress: Progress) -> None:
    base = ModelPackage.load(job.base)
    export_run(run, progress)
    if layer := read_layer(base.weights):  # the new vectors lie near the old ones
        write_layer(run.onnx, run.onnx, "embedding", layer)
    _keep_golden(run, base)
    choose_thresholds(run, base, progress)
    evaluate_run(run, [], 0, job.work / "cache", progress)
    with tempfile.TemporaryDirectory(dir=job.work) as folder:
        made = package(run, Path(folder) / "package").folder
        _describe(made, base, run)
        ModelPackage.load(made).check_hashes()
        shutil.rmtree(job.result, ignore_errors=True)
        made.replace(job.result)


def _keep_golden(run: RunFolder, base: ModelPackage) -> None:
    """Let the old model's known picture be the new one's: a user's own stays at home."""
    found = next((base.folder / g.path for g in base.manifest.golden), None)
    if found is None:
        raise AnitagError("model_refused", path=base.folder, reason="it has no known picture")
    shutil.copyfile(found, run.path / found.name)
    scores = exported_model(run).run_files([found])[0][0]
    names = app_names(run.vocabulary())
    best = np.argsort(-scores)[:40]
    known = {names[i]: round(float(scores[i]), 5) for i in best}
    run.write("golden.json", {"path": found.name, "scores": known})


def _describe(folder: Path, base: ModelPackage, run: RunFolder) -> None:
    """Say in the manifest what it was trained from, under the licence of that."""
    path = folder / "anitag-model.json"
    manifest: dict[str, Any] = json.loads(path.read_text("utf-8"))
    licence = base.manifest.licence
    manifest |= {
        "licence": {"spdx": licence.spdx, "url": licence.url, "notice": licence.notice},
        "trained_from": {"id": base.key.model_id, "revision": base.key.revision},
    }
    path.write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", "utf-8")
