"""``training package``: make the folder that the app installs."""

import argparse
from pathlib import Path

NAME = "package"
HELP = "make a model package (ONNX, labels, thresholds, manifest, card) that the app installs"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("run_folder", type=Path, metavar="RUN", help="folder of the run")
    parser.add_argument("out", type=Path, help="folder of the package; what is there is replaced")
    parser.add_argument(
        "--safetensors", action="store_true", help="add the weights for who goes on with torch"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object per line")


def run(args: argparse.Namespace) -> int:
    """Package the run's exported model."""
    from training.packaging import package
    from training.progress import Progress
    from training.run_folder import RunFolder

    made = package(RunFolder.open(args.run_folder), args.out, with_tensors=args.safetensors)
    size = made.weights.stat().st_size
    Progress(as_json=args.json).report(
        "packaged", id=made.key.model_id, revision=made.key.revision, bytes=size, path=str(args.out)
    )
    return 0
