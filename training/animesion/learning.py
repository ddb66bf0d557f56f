"""What train.py does: train, test once, and leave animesion's files beside the run."""

import csv
import shutil
from collections.abc import Sequence
from pathlib import Path

from training.animesion.arguments import parse, train_parser
from training.animesion.presets import run_name, settings_of
from training.animesion.trained import open_trained
from training.progress import Progress
from training.run_folder import RunFolder
from training.training_run import train_config

COLUMNS = ("top1_acc", "top5_acc", "train_loss_avg", "val_loss_avg")


def train(arguments: Sequence[str]) -> int:
    """Train by animesion's flags; return the exit code."""
    args = parse(train_parser(), arguments)
    config = settings_of(args)
    results, name = Path(args.results_dir), run_name(args)
    run = train_config(config, results / name, Progress(as_json=False))
    tested = test_measures(run)
    write_metrics(results / f"{name}_metrics.csv", run, tested)
    _copy_weights(run, results, name)
    _summarise(results / f"{name}.txt", run, tested)
    return 0


def test_measures(run: RunFolder) -> dict[str, float]:
    """Return what the best weights measure on the test part, every picture counted once."""
    from training.processes import Processes
    from training.validation import cut, measure

    task, config = open_trained(run.path, run.config())
    rows = cut(task.collection.rows("test"), config)
    _, measures = measure(task, rows, config, Processes())
    run.write("test.json", measures)
    return measures


def write_metrics(path: Path, run: RunFolder, tested: dict[str, float]) -> None:
    """Write animesion's table: a row for each epoch, and a last one for the test part."""
    epochs = _epochs(run)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        for epoch in epochs:
            shares = [100 * float(epoch[name]) for name in ("top1", "top5")]
            writer.writerow([*shares, epoch["train_loss"], epoch["valid_loss"]])
        writer.writerow([100 * tested["top1"], 100 * tested["top5"], "", tested["valid_loss"]])


def _epochs(run: RunFolder) -> list[dict[str, str]]:
    with (run.path / "epochs.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _copy_weights(run: RunFolder, results: Path, name: str) -> None:
    """Leave the weights of the best, the kept and the last epochs under animesion's names."""
    from training.checkpoint import newest_checkpoint

    newest = newest_checkpoint(run.checkpoints)
    assert newest is not None
    kept = {f"epoch{p.name.partition('-')[2]}": p for p in run.checkpoints.glob("epoch-*")}
    best = {"bestAccEpoch": run.path / "best", "bestLossEpoch": run.path / "best-valid_loss"}
    for called, folder in {**best, **kept, "lastEpoch": newest}.items():
        target = results / f"{name}_{called}.safetensors"
        shutil.copyfile(folder / "weights.safetensors", target)


def _gpu_memory() -> list[str]:
    import torch

    if not torch.cuda.is_available():
        return []
    return [f"Peak GPU memory: {torch.cuda.max_memory_reserved() / 1e9:.2f} GB"]


def _summarise(path: Path, run: RunFolder, tested: dict[str, float]) -> None:
    epochs = _epochs(run)
    best = max(epochs, key=lambda epoch: float(epoch["top1"]))
    lowest = min(epochs, key=lambda epoch: float(epoch["valid_loss"]))
    seconds = 60 * run.read("training.json")["minutes"]
    lines = [
        str(run.config().as_plain()),
        f"Best val accuracy: {100 * float(best['top1']):.4f} % at epoch {best['epoch']},"
        f" after {float(best['time']):.1f} seconds",
        f"Best val loss: {float(lowest['valid_loss']):.6f} at epoch {lowest['epoch']}",
        f"Test accuracy (top-1, top-5): {100 * tested['top1']:.4f}, {100 * tested['top5']:.4f} %",
        f"Test loss: {tested['valid_loss']:.6f}; pictures: {tested['pictures']:.0f}",
        f"Total time (loading, training and evaluation): {seconds:.1f} seconds,"
        f" {seconds / len(epochs):.1f} for each epoch",
        *_gpu_memory(),
    ]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    print("\n".join(lines[1:]))
