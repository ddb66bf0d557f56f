"""``training weights``: take published weights that were fetched on another machine."""

import argparse
from pathlib import Path

NAME = "weights"
HELP = "import a backbone's published weights, for machines without a network"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("file", type=Path, metavar="FILE", help="model.safetensors, or .pth")
    parser.add_argument("--backbone", required=True, help="the backbone that they belong to")
    parser.add_argument("--sha256", help="what the hub says; another file is refused")


def run(args: argparse.Namespace) -> int:
    """Check the file and copy its tensors to where trainings look."""
    from training.networks.importing import import_weights

    target, digest = import_weights(args.file, args.backbone, args.sha256)
    print(f"{target}  sha256 {digest}")
    return 0
