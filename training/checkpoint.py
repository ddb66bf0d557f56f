"""Checkpoints without pickle: safetensors and JSON in a folder that appears whole or not at all."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from anitag_desktop.domain.error import AnitagError, write_failure

Tensors = dict[str, torch.Tensor]
TENSORS = ("weights", "average", "moments")
KEPT = 2
PREFIX = "step-"
_NUMBER = re.compile(r"os error (\d+)")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Everything that a run needs to go on exactly where it was.

    ``state`` holds plain values: the step, the best metric so far, the optimiser's plain part.
    """

    step: int
    weights: Tensors
    average: Tensors
    moments: Tensors
    state: dict[str, Any]


def save_checkpoint(folder: Path, checkpoint: Checkpoint) -> Path:
    """Write a checkpoint under ``folder`` and drop all but the newest ones; return its folder."""
    final = folder / f"{PREFIX}{checkpoint.step:08d}"
    write_checkpoint(final, checkpoint)
    for old in _all(folder)[:-KEPT]:
        shutil.rmtree(old)
    return final


def write_checkpoint(final: Path, checkpoint: Checkpoint) -> None:
    """Write a checkpoint as the folder ``final``, which appears whole or not at all.

    Raises:
        AnitagError: ``disk_full`` or ``cannot_write``; then no part of it is left.
    """
    with _appearing(final) as staging:
        for name in TENSORS:
            _save(getattr(checkpoint, name), staging / f"{name}.safetensors")
        plain = {"step": checkpoint.step, **checkpoint.state}
        (staging / "state.json").write_text(json.dumps(plain, indent=1), "utf-8")


def newest_checkpoint(folder: Path) -> Path | None:
    """Return the newest whole checkpoint's folder."""
    return _all(folder)[-1] if _all(folder) else None


def load_checkpoint(path: Path) -> Checkpoint:
    """Read a checkpoint.

    Raises:
        AnitagError: ``bad_checkpoint`` when a file is absent or damaged.
    """
    try:
        state = json.loads((path / "state.json").read_text("utf-8"))
        weights, average, moments = (load_file(path / f"{name}.safetensors") for name in TENSORS)
        return Checkpoint(int(state.pop("step")), weights, average, moments, state)
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise AnitagError("bad_checkpoint", path=path, reason=str(error)) from error


def load_average(path: Path) -> Tensors:
    """Read the averaged weights alone, which are the ones that are measured and exported."""
    try:
        return load_file(path / "average.safetensors")
    except (OSError, SafetensorError) as error:
        raise AnitagError("bad_checkpoint", path=path, reason=str(error)) from error


def _all(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"{PREFIX}*"))


def _sync(folder: Path) -> None:
    """Push the files to the disk before the folder gets its name."""
    for path in folder.iterdir():
        with path.open("rb") as stream:
            os.fsync(stream.fileno())


def save_best(folder: Path, weights: Tensors, measures: dict[str, float]) -> None:
    """Write the weights that measured best so far, and what they measured, as one folder.

    Raises:
        AnitagError: ``disk_full`` or ``cannot_write``; what was best before is left then.
    """
    with _appearing(folder) as staging:
        _save(weights, staging / "weights.safetensors")
        (staging / "measures.json").write_text(json.dumps(measures, indent=1), "utf-8")


@contextmanager
def _appearing(final: Path) -> Iterator[Path]:
    """Lend a folder to write to, which becomes ``final`` once all of it is on the disk."""
    staging = final.with_name(f".tmp-{final.name}-{os.getpid()}")
    shutil.rmtree(staging, ignore_errors=True)
    try:
        staging.mkdir(parents=True)
        yield staging
        _sync(staging)
        shutil.rmtree(final, ignore_errors=True)
        staging.rename(final)
    except OSError as error:
        raise write_failure(final, error) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _save(tensors: Tensors, path: Path) -> None:
    plain = {name: value.detach().contiguous() for name, value in tensors.items()}
    try:
        save_file(plain, path)
    except SafetensorError as error:
        # It tells of the system's error only in words.
        number = next((int(n) for n in _NUMBER.findall(str(error))), None)
        raise OSError(number, str(error)) from error
