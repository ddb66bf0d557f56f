"""``training verify``: check a model package as the app would, hashes and answers included."""

import argparse
from pathlib import Path

NAME = "verify"
HELP = "check a model package: manifest, files, hashes, and that the model gives its known answer"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("package", type=Path, help="folder of the package")
    parser.add_argument("--json", action="store_true", help="one JSON object per line")


def run(args: argparse.Namespace) -> int:
    """Load the package, check every hash and run its golden picture."""
    from training.progress import Progress
    from training.verifying import verify

    gap = verify(args.package)
    Progress(as_json=args.json).report("sound", path=str(args.package), largest_gap=gap)
    return 0
