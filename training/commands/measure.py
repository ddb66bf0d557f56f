"""``training measure``: what the best weights of a run reach, set by set."""

import argparse
from pathlib import Path

NAME = "measure"
HELP = "measure the best weights of a run on a part of its sets, every picture once"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("run_folder", type=Path, metavar="RUN", help="folder of the run")
    parser.add_argument("--part", choices=("train", "validation", "test"), default="test")
    parser.add_argument("--json", action="store_true", help="one JSON object per line")


def run(args: argparse.Namespace) -> int:
    """Measure, and write measures_PART.json and a table for each set."""
    from training.measuring_run import measure_run
    from training.progress import Progress
    from training.run_folder import RunFolder

    measure_run(RunFolder.open(args.run_folder), args.part, Progress(as_json=args.json))
    return 0
