"""Runs one cell with one seed: trains it with the normal command, measures it, writes its record.

A cell that was stopped goes on where its last checkpoint left it; a finished one is its record.
"""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from anitag_desktop.domain.error import AnitagError
from training.experiments.arguments import command_line, train_command
from training.experiments.machine import ROOT, code_version, machine_kind, versions
from training.experiments.result import Result, read_result, result_path, write_result
from training.experiments.sets import prepare_set
from training.experiments.study import Cell, Study
from training.progress import Progress

if TYPE_CHECKING:
    from training.experiments.evaluating import Found
    from training.run_folder import RunFolder

EVENT = '{"event": "'

POLL = 0.5
"""Seconds between looks at the training process."""

KILL_AFTER = 120.0
"""A training that was asked to stop gets so many seconds for its checkpoint."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the experiments read and write: ``data`` has the sets, ``out`` gets everything."""

    data: Path
    out: Path

    def run_folder(self, cell: Cell, seed: int) -> Path:
        """Return the folder of a cell's run."""
        return self.out / "runs" / cell.study / cell.name / f"seed-{seed}"


Stop = Callable[[], bool]
"""Tells whether it is time to stop."""


def run_cell(
    study: Study, cell: Cell, seed: int, place: Place, stop: Stop, progress: Progress
) -> bool:
    """Bring a cell to its end; return False when it was stopped before.

    Raises:
        AnitagError: ``training_failed`` when the training ended by itself without success.
    """
    if is_done(cell, seed, place.out):
        return True
    hashes = {
        name: prepare_set(name, place.data, place.out, progress).sha256 for name in study.sets
    }
    folder = place.run_folder(cell, seed)
    _open(folder, command_line(cell, seed))
    progress.report("begin", study=study.name, cell=cell.name, seed=seed)
    with _named(place):
        if not _train(train_command(cell, seed), folder, place, stop):
            return False
        result = _measured(study, cell, seed, place, hashes)
    _tidy(folder, keeps=study.keeps)
    write_result(result_path(place.out, study.name, cell.name, seed), result)
    head = {name: round(result.measures[name], 4) for name in study.measures}
    progress.report("end", study=study.name, cell=cell.name, seed=seed, cpu=result.cpu, **head)
    return True


def is_done(cell: Cell, seed: int, out: Path) -> bool:
    """Tell whether there is a record of exactly this training; one of other settings is none."""
    path = result_path(out, cell.study, cell.name, seed)
    if not path.exists():
        return False
    return read_result(path.read_text("utf-8"), path).command == command_line(cell, seed)


def _open(folder: Path, command: str) -> None:
    """Make the folder of a run, or go on with it; what other settings left there is removed."""
    note = folder / "command.txt"
    if folder.exists() and (not note.exists() or note.read_text("utf-8") != command):
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    note.write_text(command, "utf-8")


@contextmanager
def _named(place: Place) -> Iterator[None]:
    """Let settings name the folders of the experiments and of the sets for a while."""
    named = {"EXPERIMENTS": str(place.out), "ANITAG_DATA": str(place.data)}
    before = {name: os.environ.get(name) for name in named}
    os.environ.update(named)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


def _train(command: list[str], folder: Path, place: Place, stop: Stop) -> bool:
    """Train to the end; return False when it was stopped before."""
    run = [*command, "--set", f"datasets.cache={json.dumps(str(place.out / 'cache'))}"]
    begun, before = time.monotonic(), _child_seconds()
    with (folder / "train.log").open("a", encoding="utf-8") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "training", *run, "--run", str(folder), "--json"],
            cwd=ROOT,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
            stdout=log,
            stderr=log,
        )
        stopped = _wait(child, stop)
    _note_time(folder, time.monotonic() - begun, _child_seconds() - before)
    if stopped:
        return False
    if child.returncode != 0:
        last = (folder / "train.log").read_text("utf-8").strip().splitlines()[-1:]
        raise AnitagError("training_failed", reason=f"{folder}: {''.join(last)}")
    return not was_stopped(folder / "train.log")


def was_stopped(log: Path) -> bool:
    """Tell whether the last training of a log was stopped, by whomever: Ctrl+C reaches it, too."""
    events = [line.split('"')[3] for line in log.read_text("utf-8").splitlines() if EVENT in line]
    return "stopped" in events[len(events) - events[::-1].index("start") :]


def _wait(child: "subprocess.Popen[bytes]", stop: Stop) -> bool:
    """Wait for a training; ask it to stop when it is time, and tell whether that was so."""
    while child.poll() is None:
        if stop():
            child.send_signal(signal.SIGTERM)
            try:
                child.wait(KILL_AFTER)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
            return True
        time.sleep(POLL)
    return False


def _child_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _note_time(folder: Path, wall: float, cpu: float) -> None:
    """Add what one call took to what the calls before it took."""
    path = folder / "spent.json"
    known = json.loads(path.read_text("utf-8")) if path.exists() else {}
    spent = {
        "wall": round(known.get("wall", 0.0) + wall, 1),
        "cpu": round(known.get("cpu", 0.0) + cpu, 1),
        "parts": known.get("parts", 0) + 1,
    }
    path.write_text(json.dumps(spent) + "\n", "utf-8")


def _measured(study: Study, cell: Cell, seed: int, place: Place, hashes: dict[str, str]) -> Result:
    """Measure a finished run and return its record."""
    from training.run_folder import RunFolder

    folder = place.run_folder(cell, seed)
    run = RunFolder.open(folder)
    trained = run.read("training.json")
    with (folder / "measure.log").open("a", encoding="utf-8") as log:
        progress = Progress(as_json=True, stream=log)
        measures, outcome, best, step = _measures(run, study, progress)
        evaluated = _evaluated(run, study, place, progress)
    measures |= {name: value for name, (value, _, _) in evaluated.items()}
    return Result(
        study=study.name,
        cell=cell.name,
        seed=seed,
        measures={name: round(value, 6) for name, value in measures.items()},
        outcome=outcome,
        best=best,
        command=command_line(cell, seed),
        code=code_version(),
        machine=machine_kind(),
        data=hashes,
        parameters=trained["parameters"],
        step_ms=round(step, 3),
        steps=trained["steps"],
        begins_with=cell.begins_with,
        versions=versions(),
        **run.read("spent.json"),
        evaluated={name: [own, most] for name, (_, own, most) in evaluated.items()},
    )


def _measures(
    run: "RunFolder", study: Study, progress: Progress
) -> tuple[dict[str, float], str, str, float]:
    """Return measures, outcomes, the best possible ones, and the time of a step."""
    import torch

    from training.experiments.bench import step_milliseconds
    from training.experiments.outcome import outcomes
    from training.measuring_run import measure_run, open_task

    torch.set_num_threads(1)
    config, task = run.config(), open_task(run, progress)
    step = step_milliseconds(task, config.run.batch, config.network.size)
    if not study.measured_on:
        return {}, "", "", step
    measures = measure_run(run, "test", progress)[study.measured_on]
    return measures, *outcomes(open_task(run, progress), config, study.measured_on), step


def _evaluated(
    run: "RunFolder", study: Study, place: Place, progress: Progress
) -> "dict[str, Found]":
    """Return what a run reaches on the sets that its study evaluates on.

    Raises:
        AnitagError: ``bad_config`` when the run learnt no tags.
    """
    if not study.evaluations:
        return {}
    from training.experiments.evaluating import evaluate
    from training.measuring_run import open_task
    from training.tasks.tagging import TaggingTask

    task = open_task(run, progress)
    if not isinstance(task, TaggingTask):
        reason = "only what learnt tags is measured on other sets"
        raise AnitagError("bad_config", path=run.path, reason=reason)
    return evaluate(task, study.evaluations, place.data, place.out / "sets" / "unpacked")


def _tidy(folder: Path, *, keeps: bool) -> None:
    """Drop what no later cell needs: checkpoints, and weights unless they are to be kept."""
    if keeps:
        return
    shutil.rmtree(folder / "checkpoints", ignore_errors=True)
    shutil.rmtree(folder / "best", ignore_errors=True)
