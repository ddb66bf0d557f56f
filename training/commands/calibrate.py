"""``training calibrate``: choose the thresholds of a run's exported model."""

import argparse
from pathlib import Path

NAME = "calibrate"
HELP = "choose the thresholds of a run's exported model on its validation pictures"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("run_folder", type=Path, metavar="RUN", help="folder of the run")
    parser.add_argument(
        "--set",
        type=Path,
        action="append",
        default=[],
        metavar="FOLDER",
        help="real pictures with labels.csv: a tag is applied by itself only where right there",
    )
    parser.add_argument("--limit", type=int, default=0, help="at most so many pictures of a set")
    parser.add_argument("--cache", type=Path, default=Path("runs/cache"))
    parser.add_argument("--json", action="store_true", help="one JSON object per line")


def run(args: argparse.Namespace) -> int:
    """Calibrate the exported model."""
    from training.after_training import calibrate_run
    from training.evaluation.labelled_set import read_set
    from training.progress import Progress
    from training.run_folder import RunFolder

    run_folder = RunFolder.open(args.run_folder)
    sets = [read_set(folder, args.cache, args.limit) for folder in args.set]
    calibrate_run(run_folder, Progress(as_json=args.json), sets)
    return 0
