"""Measures the best weights of a run, set by set, with a table for each class or threshold."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np

from training.measures.class_counts import ClassCounts
from training.measures.tag_counts import TagCounts
from training.processes import Processes, usable_device
from training.progress import Progress
from training.run_folder import RunFolder
from training.starting import start_from
from training.tasks.making import make_task
from training.tasks.tagging import TaggingTask
from training.tasks.task import Measuring, Task
from training.validation import measure

NOT_KNOWN = "n/a"
TAG_COLUMNS = ("tag", "category", "pictures", "precision", "recall", "f1", "average_precision")


def open_task(run: RunFolder, progress: Progress) -> Task:
    """Return the task of a run with its best weights (or its newest), ready to be measured."""
    import torch

    config = run.config()
    network = replace(config.network, checkpoint=str(run.path), load="strict", pretrained=False)
    there = replace(config.run, device=usable_device(config.run.device))
    config = replace(config, network=network, run=there)
    task = make_task(config, run.path, progress)
    start_from(task.network, config, progress)
    task.network.to(torch.device(config.run.device)).eval()
    return task


def measure_run(run: RunFolder, part: str, progress: Progress) -> dict[str, dict[str, float]]:
    """Return what each set of a run measures on a part; write measures_PART.json and tables."""
    task, config = open_task(run, progress), run.config()
    found = {}
    for source in config.datasets.sources:
        rows = task.collection.rows(part, source.name)
        if len(rows):
            measuring, measures = measure(task, rows, config, Processes())
            found[source.name] = measures
            table = run.path / f"{part}_{source.name}.csv"
            _write_table(table, task, measuring)
            counts = getattr(measuring, "counts", None)
            if isinstance(counts, TagCounts) and isinstance(task, TaggingTask):
                _write_tags(table.with_stem(f"{table.stem}_by_tag"), task, counts)
            progress.report("measured", set=source.name, part=part, **measures)
    run.write(f"measures_{part}.json", found)
    return found


def _write_table(path: Path, task: Task, measuring: Measuring) -> None:
    counts = getattr(measuring, "counts", None)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        if isinstance(counts, ClassCounts):
            writer.writerow(["class", "pictures", "accuracy"])
            writer.writerows(_by_class(task, counts))
        elif isinstance(counts, TagCounts):
            writer.writerow(["threshold", "f1_samples"])
            writer.writerows(counts.samples_f1().items())


def _write_tags(path: Path, task: TaggingTask, counts: TagCounts) -> None:
    """Write a row for each tag, at a threshold of 0.5; n/a for what no picture has."""
    found = counts.by_tag()
    columns = (found.precision, found.recall, found.f1, found.average_precision)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(TAG_COLUMNS)
        for place, label in enumerate(task.vocabulary.labels):
            values = [column[place] for column in columns]
            told = [NOT_KNOWN if np.isnan(value) else f"{value:.4f}" for value in values]
            writer.writerow([label.name, label.category, int(found.support[place]), *told])


def _by_class(task: Task, counts: ClassCounts) -> list[tuple[str, int, str]]:
    """Return a row for each class; those without pictures have no accuracy."""
    triples = zip(
        task.collection.classes, counts.support.tolist(), counts.hits.tolist(), strict=True
    )
    return [(n, int(s), f"{right / s:.4f}" if s else NOT_KNOWN) for n, s, right in triples]
