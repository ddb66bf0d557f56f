"""``training evaluate``: measure a run's exported model, or any package, on labelled pictures."""

import argparse
from pathlib import Path

NAME = "evaluate"
HELP = "measure an exported model on its test pictures and on other labelled sets"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("run_folder", type=Path, metavar="RUN", help="folder of the run")
    parser.add_argument(
        "--set",
        type=Path,
        action="append",
        default=[],
        metavar="FOLDER",
        help="a set with labels.csv (columns hair, eyes, character, emotion); may be repeated",
    )
    parser.add_argument("--limit", type=int, default=0, help="at most so many pictures of a set")
    parser.add_argument("--cache", type=Path, default=Path("runs/cache"))
    parser.add_argument("--json", action="store_true", help="one JSON object per line")


def run(args: argparse.Namespace) -> int:
    """Measure and write measures.json to the run's folder."""
    from training.after_training import evaluate_run
    from training.progress import Progress
    from training.run_folder import RunFolder

    run_folder = RunFolder.open(args.run_folder)
    evaluate_run(run_folder, args.set, args.limit, args.cache, Progress(as_json=args.json))
    return 0
