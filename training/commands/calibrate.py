"""``training calibrate``: choose the thresholds of a run's exported model."""

import argparse
from pathlib import Path

NAME = "calibrate"
HELP = "choose the thresholds of a run's exported model on its validation pictures"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("run_folder", type=Path, metavar="RUN", help="folder of the run")
    parser.add_argument("--json", action="store_true", help="one JSON object per line")


def run(args: argparse.Namespace) -> int:
    """Calibrate the exported model."""
    from training.after_training import calibrate_run
    from training.progress import Progress
    from training.run_folder import RunFolder

    calibrate_run(RunFolder.open(args.run_folder), Progress(as_json=args.json))
    return 0
