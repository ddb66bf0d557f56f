"""Finds what a checkpoint path means, and makes its task with its weights."""

import re
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from anitag_desktop.domain.error import AnitagError
from training.config import Config, DatasetConfig
from training.progress import Progress
from training.run_folder import RunFolder
from training.starting import read_weights, start_from
from training.tasks.captions import TAG_FILE, WORD_FILE
from training.tasks.making import make_task
from training.tasks.task import Task

SPLIT = "split.jsonl"
WORDS = (TAG_FILE, WORD_FILE)
TEXT = "text."
COPY = re.compile(r"_(bestAccEpoch|bestLossEpoch|lastEpoch|epoch\d+)$")
"""How animesion calls the checkpoints of a run, which lie beside its folder."""


def open_trained(run: Path, config: Config) -> tuple[Task, Config]:
    """Return the task of a run with its best weights."""
    config = with_weights_of(config, str(run))
    return _make(config, run)


def open_checkpoint(
    config: Config, work: Path, *, is_set_named: bool = True, needs_pictures: bool = True
) -> tuple[Task, Config]:
    """Return the task with the weights that the command line names, made in a working folder.

    A checkpoint that lies in the folder of a run says itself which network it is and, where the
    command line does not, which set it learnt; of any other the command line has to say it. With
    ``needs_pictures`` false the set's lists are enough.

    Raises:
        AnitagError: ``bad_config`` without a checkpoint, and for a set of other classes than those
            that it learnt; what loading raises.
    """
    path = config.network.checkpoint
    if not path or Path(path).resolve() == work.resolve():
        reason = (
            "--checkpoint_path is missing: which weights to use (no run in the folder of results)"
        )
        raise AnitagError("bad_config", path="the command line", reason=reason)
    work.mkdir(parents=True, exist_ok=True)
    run = run_of(Path(path))
    datasets = config.datasets if run is None else _asked_for(config, run.config(), is_set_named)
    config = replace(config, datasets=datasets if needs_pictures else _listed(datasets))
    if run is None:
        _bring((), work, work)
        return _make(with_weights_of(config, path), work)
    known = run.config()
    # Of another set the run's division says nothing; its own lists do.
    _bring((*WORDS, SPLIT) if _same_sets(known, config) else WORDS, run.path, work)
    network = replace(known.network, checkpoint=path)
    config = replace(known, network=network, datasets=config.datasets, run=config.run)
    task, config = _make(with_weights_of(config, path), work)
    _demand_classes(task, run)
    return task, config


def reads_tags(path: str | None) -> bool:
    """Tell whether weights that lie in no run's folder are those of a network of vision and tags.

    Raises:
        AnitagError: what reading them raises.
    """
    if not path or run_of(Path(path)) is not None:
        return False
    return any(name.startswith(TEXT) for name in read_weights(Path(path)))


def _asked_for(config: Config, known: Config, is_set_named: bool) -> DatasetConfig:
    """Return the command line's set, in the layout that a run learnt where the line names none."""
    if is_set_named:
        return config.datasets
    own = known.datasets.sources[0]
    source = replace(config.datasets.sources[0], name=own.name, layout=own.layout)
    return replace(config.datasets, sources=(source,))


def _listed(datasets: DatasetConfig) -> DatasetConfig:
    sources = tuple(replace(source, listed_only=True) for source in datasets.sources)
    return replace(datasets, sources=sources, allow_shared=True)


def _bring(names: Sequence[str], run: Path, work: Path) -> None:
    """Copy some of a run's records to the working folder; what an earlier call left goes."""
    for name in (*WORDS, SPLIT):
        if name in names and (run / name).exists():
            shutil.copyfile(run / name, work / name)
        else:
            (work / name).unlink(missing_ok=True)


def _same_sets(one: Config, other: Config) -> bool:
    def named(config: Config) -> list[tuple[str, Path]]:
        return [(s.layout, Path(s.path).resolve()) for s in config.datasets.sources]

    return named(one) == named(other)


def _demand_classes(task: Task, run: RunFolder) -> None:
    if list(task.collection.classes) != run.read("classes.json"):
        reason = "this set has other classes than the checkpoint; --transfer_learning trains on it"
        raise AnitagError("bad_config", path=run.path, reason=reason)


def run_of(path: Path) -> RunFolder | None:
    """Return the run that a path lies in, or that a copy beside it came from."""
    beside = path.parent / COPY.sub("", path.stem)
    for folder in (path, beside, *path.parents):
        if (folder / "config.json").is_file():
            return RunFolder(folder)
    return None


def with_weights_of(config: Config, path: str) -> Config:
    """Return settings that load all weights of a checkpoint and ask the hub for nothing."""
    network = replace(config.network, checkpoint=path, load="strict", pretrained=False)
    return replace(config, network=network)


def _make(config: Config, work: Path) -> tuple[Task, Config]:
    import torch

    progress = Progress(as_json=False)
    task = make_task(config, work, progress)
    start_from(task.network, config, progress)
    task.network.to(torch.device(config.run.device)).eval()
    return task, config
