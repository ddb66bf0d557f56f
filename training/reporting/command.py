"""``training report``: one HTML page about a run, which needs no network to be read."""

import argparse
from pathlib import Path

NAME = "report"
HELP = "write one HTML page: curves, is this loss normal, confusion or tags, worst cases"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("run_folder", type=Path, metavar="RUN", help="folder of the run")
    parser.add_argument("--part", choices=("train", "validation", "test"), default="test")
    parser.add_argument("--out", type=Path, help="the file to write (RUN/report_PART.html)")
    parser.add_argument("--json", action="store_true", help="one JSON object per line")


def run(args: argparse.Namespace) -> int:
    """Measure the best weights once more and write the page."""
    from training.progress import Progress
    from training.reporting.page import write_report
    from training.run_folder import RunFolder

    target = args.out or args.run_folder / f"report_{args.part}.html"
    run_folder = RunFolder.open(args.run_folder)
    write_report(run_folder, args.part, target, Progress(as_json=args.json))
    return 0
