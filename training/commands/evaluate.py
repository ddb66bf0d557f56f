"""``training evaluate``: measure a run's exported model, or any package, on labelled pictures."""

import argparse
from pathlib import Path

NAME = "evaluate"
HELP = "measure an exported model on its test pictures, and any model on labelled sets"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument(
        "run_folder",
        type=Path,
        metavar="MODEL",
        help="folder of a run, or of any model that the app runs (WD taggers, packages)",
    )
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
    """Measure; write measures.json to the run's folder, or print a table of another model."""
    from training.after_training import evaluate_run
    from training.evaluation.measure import as_table
    from training.evaluation.packages import measure_package
    from training.progress import Progress
    from training.run_folder import RunFolder

    progress = Progress(as_json=args.json)
    if (args.run_folder / "split.jsonl").is_file():
        evaluate_run(RunFolder.open(args.run_folder), args.set, args.limit, args.cache, progress)
        return 0
    name, measures = measure_package(args.run_folder, args.set, args.limit, args.cache)
    for measure in measures:
        progress.report("measured", model=name, **measure.as_plain())
    if not args.json:
        print(as_table(measures))
    return 0
