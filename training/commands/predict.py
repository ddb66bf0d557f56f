"""``training predict``: which class pictures show or which tags they have, as JSON lines."""

import argparse
import json
from pathlib import Path

NAME = "predict"
HELP = "say which class pictures show, or their tags, with the best weights of a run"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("run_folder", type=Path, metavar="RUN", help="folder of the run")
    parser.add_argument("pictures", type=Path, nargs="+", metavar="PICTURE")


def run(args: argparse.Namespace) -> int:
    """Print a line for each picture; 1 when one could not be read."""
    from training.predicting import predict
    from training.progress import Progress
    from training.run_folder import RunFolder

    failed = False
    run_folder = RunFolder.open(args.run_folder)
    for found in predict(run_folder, args.pictures, Progress(as_json=False)):
        print(json.dumps(found, ensure_ascii=False))
        failed = failed or "error" in found
    return int(failed)
