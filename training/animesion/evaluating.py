"""What evaluate.py does: accuracies on the test part, per class, or wrong pictures one by one."""

import csv
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from anitag_desktop.domain.error import AnitagError
from training.animesion.arguments import evaluate_parser, parse
from training.animesion.captioned import class_lines, save_captioned
from training.animesion.presets import settings_of
from training.animesion.trained import open_checkpoint
from training.config import Config
from training.predictions import guesses
from training.processes import Processes
from training.tasks.task import Task
from training.validation import cut, measure

CLASSES = ("class_name", "num_samples", "class_accuracy", "id")
NO_SAMPLES = "n/a"


def evaluate(arguments: Sequence[str]) -> int:
    """Evaluate by animesion's flags; return the exit code."""
    args = parse(evaluate_parser(), arguments)
    results = Path(args.results_dir)
    work = results / "work"
    task, config = open_checkpoint(settings_of(args), work, is_set_named=args.is_set_named)
    if args.vis_arch:
        print(architecture(task))
    rows = cut(task.collection.rows("test"), config)
    if not len(rows):
        raise AnitagError("no_pictures", path=f"the test part of {args.dataset_path}")
    if args.eval_imagebyimage:
        return _one_by_one(task, config, rows, results if args.save_results else None)
    name = Path(args.checkpoint_path).stem
    measuring, measures = measure(task, rows, config, Processes())
    counts = measuring.counts  # type: ignore[attr-defined]
    support, hits = counts.support.tolist(), counts.hits.tolist()
    _write_text(results / f"evaluate_{name}.txt", task, measures, (support, hits))
    _write_classes(results / f"classes_results_{name}.csv", task, support, hits)
    return 0


def architecture(task: Task) -> str:
    """Return the network's modules with their numbers of parameters."""
    lines = [
        f"{name:60} {type(module).__name__:24} {sum(p.numel() for p in module.parameters()):>12,}"
        for name, module in task.network.named_modules()
        if name
    ]
    total = sum(p.numel() for p in task.network.parameters())
    return "\n".join([*lines, f"{'total':85} {total:>12,}"])


def _write_text(
    path: Path,
    task: Task,
    measures: dict[str, float],
    counted: tuple[list[float], list[float]],
) -> None:
    names = task.collection.classes
    lines = [
        f"Total no. of samples in test set: {measures['pictures']:.0f}",
        f"Total no. of classes: {len(names)}",
        f"Unreadable pictures: {measures['unreadable']:.0f}",
        f"Val/Test Top-1 Accuracy of the model on the test images: {100 * measures['top1']:.4f} %",
        f"95 % interval: {100 * measures['top1_low']:.2f} to {100 * measures['top1_high']:.2f} %",
        f"Val/Test Top-5 Accuracy of the model on the test images: {100 * measures['top5']:.4f} %",
        f"Macro accuracy: {100 * measures['accuracy_macro']:.4f} %, over the classes with images",
    ]
    if "top1_tags_shown" in measures:
        shown = 100 * measures["top1_tags_shown"]
        lines.append(f"Top-1 with the true tags shown (above: hidden): {shown:.4f} %")
    for number, (name, count, right) in enumerate(zip(names, *counted, strict=True)):
        accuracy = f"{100 * right / count}" if count else NO_SAMPLES
        lines.append(
            f"Total objects in class no. {number} ({name}): {count:.0f}. Top-1 Accuracy: {accuracy}"
        )
    path.write_text("\n".join(lines) + "\n", "utf-8")
    print("\n".join(lines))


def _write_classes(path: Path, task: Task, support: list[float], hits: list[float]) -> None:
    """Write the table per class, those with most pictures first."""
    rows = [
        (name, int(count), 100 * right / count if count else NO_SAMPLES, number)
        for number, (name, count, right) in enumerate(
            zip(task.collection.classes, support, hits, strict=True)
        )
    ]
    rows.sort(key=lambda row: (-row[1], -row[2] if isinstance(row[2], float) else 1))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(CLASSES)
        writer.writerows(rows)


def _one_by_one(
    task: Task, config: Config, rows: "np.typing.NDArray[np.int64]", results: Path | None
) -> int:
    """Print each wrong picture; at a terminal wait until it was looked at."""
    ids = task.classes_of(np.arange(len(task.collection.pictures)))
    for guess in guesses(task, rows, config):
        truth = int(ids[guess.row])
        if int(guess.probabilities.argmax()) == truth:
            continue
        picture = task.collection.pictures[guess.row]
        lines = [f"Ground truth label: {task.collection.classes[truth]}", f"  {picture.path}"]
        lines += class_lines(guess.probabilities, task.collection.classes)
        print("\n".join(lines))
        if results is not None:
            save_captioned(picture.path, lines, results / f"{picture.path.stem}.jpg")
        if sys.stdin.isatty() and input("Input 'exit' to stop visualizing: ") == "exit":
            break
    return 0
