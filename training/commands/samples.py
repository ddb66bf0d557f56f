"""``python -m training samples``: draws the sample pictures of the application again."""

import argparse
from pathlib import Path

NAME = "samples"
HELP = "draw the sample pictures that come with the application"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("out", type=Path, metavar="OUT", help="folder to write to")


def run(args: argparse.Namespace) -> int:
    """Draw the samples; return 0."""
    from training.pictures.samples import write_samples

    paths = write_samples(args.out)
    size = sum(path.stat().st_size for path in paths)
    print(f"{len(paths)} pictures, {size / 1e6:.1f} MB, in {args.out}")
    return 0
