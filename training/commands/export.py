"""``training export``: write a run's network as ONNX, proved to answer alike, and safetensors."""

import argparse
from pathlib import Path

NAME = "export"
HELP = "write a run's best weights as ONNX (probabilities, embedding; checked) and as safetensors"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("run_folder", type=Path, metavar="RUN", help="folder of the run")
    parser.add_argument("--size", type=int, default=0, help="side of the input in pixels")
    parser.add_argument("--json", action="store_true", help="one JSON object per line")


def run(args: argparse.Namespace) -> int:
    """Export the best weights."""
    from training.after_training import export_run
    from training.progress import Progress
    from training.run_folder import RunFolder

    export_run(RunFolder.open(args.run_folder), Progress(as_json=args.json), args.size)
    return 0
