"""Preparing a job: which pictures are learnt, and the networks before and at the beginning."""

import json
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.torch import save_file
from torch import nn

from anitag_desktop.domain.correction import IMPORT_TRUST, Source
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.recognition.model_package import ModelPackage
from training.config import NetworkConfig, config_from
from training.datasets.vocabulary import Vocabulary, VocabularyLabel
from training.preprocessing import read_with
from training.progress import Progress
from training.retraining.base_network import read_base, with_labels
from training.retraining.job import Job
from training.run_folder import RunFolder

LEAST_NEW = 5
"""So many training pictures have to show a tag that the model does not know, for a label of it."""

_TELLING = (
    *("backbone", "head", "width", "embedding", "size"),
    *("colour_words", "colour_grid", "colour_maps"),
)
_SETTLING = 256
_LEAST = 8

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a job trains with: the counts of its pictures, and what its network is like.

    ``taught`` pictures were corrected, ``replayed`` ones show what the old model says.
    """

    network: NetworkConfig
    taught: int
    replayed: int
    tuned: int
    labels: int
    new_labels: int


def prepare(job: Job, progress: Progress) -> Prepared:
    """Make the old network and the one to begin with in the job's folder, and its manifest.

    Raises:
        AnitagError: ``not_trainable``, ``no_pictures``, or what is wrong with the job.
    """
    package = ModelPackage.load(job.base)
    package.check_hashes()
    rows = list(job.rows())
    kept = [row for row in rows if _is_used(row, job.mode)]
    learnt = [row for row in kept if row["split"] == "train"]
    if len(learnt) < _LEAST:
        raise AnitagError("no_pictures", path=job.dataset)
    images = _pictures(package, learnt, job.seed)
    config, network = read_base(package, images)
    old, new = _vocabularies(package, learnt, job.categories())
    _write_run(job.work / "old", config, network, old)
    begun = job.work / "run" / "vocabulary.json"
    if begun.is_file():  # what was begun goes on with its labels, whatever pictures went since
        new = Vocabulary.from_json(begun.read_text("utf-8"), begun)
    else:
        shares = [label.count / len(learnt) for label in new.labels[len(old) :]]
        _write_run(job.work / "start", config, with_labels(network, config, shares), new)
    lines = "".join(json.dumps(_plain(row)) + "\n" for row in kept)
    (job.work / "manifest.jsonl").write_text(lines, "utf-8")
    taught = sum(bool(row["tags"] or row["absent"]) for row in learnt)
    found = Prepared(
        config,
        taught,
        len(learnt) - taught,
        sum(row["split"] == "validation" for row in kept),
        len(new),
        len(new) - len(old),
    )
    progress.report(
        "prepared",
        taught=found.taught,
        replayed=found.replayed,
        labels=found.labels,
        new_labels=found.new_labels,
        missing=_missing(job) - len(rows),
    )
    return found


def _is_used(row: Row, mode: str) -> bool:
    """Tell whether a picture is learnt from, or measured with: held out ones stay away."""
    is_told = bool(row["tags"] or row["absent"])
    return row["split"] == "train" or (is_told and row["split"] in ("validation", "test"))


def _missing(job: Job) -> int:
    with (job.dataset / "manifest.jsonl").open(encoding="utf-8") as stream:
        return sum(1 for _ in stream)


def _plain(row: Row) -> dict[str, Any]:
    told = {name: row[name] for name in ("file", "tags", "absent", "group", "split")}
    imported = [name for name, who in row.get("sources", {}).items() if who == Source.IMPORT]
    return told | {"imported": imported, "import_trust": row.get("import_trust", IMPORT_TRUST)}


def _pictures(package: ModelPackage, rows: Sequence[Row], seed: int) -> np.ndarray:
    """Return some pictures as the package wants them; those that cannot be read are left out."""
    some = random.Random(seed).sample(list(rows), min(len(rows), _SETTLING))
    found = []
    for row in some:
        try:
            found.append(read_with(Path(row["file"]), package.manifest.preprocess))
        except AnitagError:
            continue
    if len(found) < _LEAST:
        raise AnitagError("no_pictures", path="the training part of the dataset")
    return np.stack(found)


def _vocabularies(
    package: ModelPackage, learnt: Sequence[Row], categories: Mapping[str, TagCategory]
) -> tuple[Vocabulary, Vocabulary]:
    """Return the labels of the old model, and with them the new ones, which come last."""
    shown = Counter(str(name) for row in learnt for name in row["tags"])
    names = [label.name.removeprefix("rating:") for label in package.labels]
    old = [
        VocabularyLabel(name, label.category, shown[label.name])
        for name, label in zip(names, package.labels, strict=True)
    ]
    known = {label.name for label in package.labels}
    new = [
        VocabularyLabel(name, categories.get(name, TagCategory.GENERAL), count)
        for name, count in sorted(shown.items(), key=lambda pair: (-pair[1], pair[0]))
        if name not in known and count >= LEAST_NEW
    ]
    return Vocabulary(tuple(old)), Vocabulary((*old, *new))


def _write_run(
    folder: Path, network: NetworkConfig, weights: nn.Module, vocabulary: Vocabulary
) -> None:
    """Write what the trainer reads of an earlier run: settings, labels and weights."""
    source = {"name": "library", "path": str(folder)}
    values = {"datasets": {"sources": [source]}, "network": plain_network(network)}
    run = RunFolder.create(folder, config_from(values))
    (run.path / "vocabulary.json").write_text(vocabulary.to_json(), "utf-8")
    tensors = {name: value.contiguous() for name, value in weights.state_dict().items()}
    save_file(tensors, run.path / "weights.safetensors")


def plain_network(network: NetworkConfig) -> dict[str, Any]:
    """Return what tells one network of this project from another."""
    return {name: getattr(network, name) for name in _TELLING}
