"""Blends what a network was before fine-tuning with what it became (WiSE-FT).

Wortsman et al. 2022, "Robust fine-tuning of zero-shot models": (1 - a) * before + a * after, where
the share a is chosen on validation pictures.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path

import torch

from anitag_desktop.domain.error import AnitagError
from training.checkpoint import (
    Tensors,
    load_checkpoint,
    newest_checkpoint,
    save_best,
    save_checkpoint,
)
from training.measuring_run import open_task
from training.networks.lora import UP
from training.processes import Processes
from training.progress import Progress
from training.run_folder import RunFolder
from training.starting import read_weights
from training.validation import badness, cut, measure, with_weights

SHARES = tuple(round(0.1 * i, 1) for i in range(11))
RECORDS = ("split.jsonl", "classes.json", "vocabulary.json", "training.json")
"""What a run knows of its data and its past, which holds for the blend as well."""


def blend(before: Tensors, after: Tensors, share: float) -> Tensors:
    """Return (1 - share) * before + share * after; what is only in ``after`` stays as it is.

    Tensors of whole numbers (counters) and those of another shape are ``after``'s, too. Low-rank
    parts that came with the fine-tuning are nothing before it: their product has the share.
    """
    found = dict(after)
    for name in set(after) - set(before):
        if name.endswith(f".{UP}"):
            found[name] = share * after[name]
    for name in _common(before, after):
        found[name] = torch.lerp(before[name].to(after[name].dtype), after[name], share)
    return found


def blend_run(
    run: RunFolder, before: Path, out: Path, shares: Sequence[float], progress: Progress
) -> float:
    """Measure blends on the run's validation part; write the best as the run ``out``.

    ``before`` is a file of weights, a checkpoint or a run. Return the chosen share (0: nothing of
    the fine-tuning, 1: all of it). With one share there is nothing to choose, so that it needs no
    validation part.

    Raises:
        AnitagError: ``no_pictures`` without a validation part to choose by, ``bad_checkpoint`` when
            the two have no tensor in common.
    """
    config, task = run.config(), open_task(run, progress)
    rows = cut(task.collection.rows("validation"), config)
    if not len(rows) and len(shares) > 1:
        raise AnitagError("no_pictures", path=f"the validation part of {run.path}")
    first, last = read_weights(before), read_weights(run.path)
    common = _common(first, last)
    if not common:
        raise AnitagError("bad_checkpoint", path=before, reason=f"no tensor fits {run.path}")
    progress.report("blending", tensors=len(common), taken_whole=len(last) - len(common))
    found: dict[float, dict[str, float]] = {}
    for share in shares:
        found[share] = {}
        if len(rows):
            with with_weights(task.network, blend(first, last, share)):
                _, found[share] = measure(task, rows, config, Processes())
        progress.report("share", share=share, **found[share])
    monitor, is_measured = config.run.monitor, bool(len(rows))
    best = min(shares, key=lambda s: (badness(found[s], monitor) if is_measured else 0.0, s))
    _write(run, out, blend(first, last, best), found[best])
    plain = {str(share): measures for share, measures in found.items()}
    RunFolder(out).write("blend.json", {"share": best, "before": str(before), "measures": plain})
    progress.report("blended", share=best, run=str(out))
    return best


def _common(before: Tensors, after: Tensors) -> list[str]:
    return [
        name
        for name, value in after.items()
        if name in before and before[name].shape == value.shape and value.is_floating_point()
    ]


def _write(run: RunFolder, out: Path, weights: Tensors, measures: dict[str, float]) -> None:
    newest = newest_checkpoint(run.path / "checkpoints")
    if newest is None:
        raise AnitagError("no_such_file", path=run.checkpoints)
    target = RunFolder.create(out, run.config())
    for name in RECORDS:
        if (run.path / name).exists():
            shutil.copyfile(run.path / name, out / name)
    known = load_checkpoint(newest)
    known.weights.update(weights)
    known.average.update({name: weights[name] for name in known.average if name in weights})
    known.moments.clear()
    save_checkpoint(target.checkpoints, known)
    save_best(out / "best", weights, measures)
