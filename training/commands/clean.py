"""``training clean``: throw pictures out of a set, or give them another class; none is deleted."""

import argparse
from pathlib import Path

NAME = "clean"
HELP = "leave pictures of a set of class folders out, or relabel them, in its cleaned.csv"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("folder", type=Path, metavar="SET", help="a folder for each class")
    parser.add_argument(
        *("--drop",), type=Path, nargs="+", default=[], metavar="PICTURE", help="leave these out"
    )
    parser.add_argument(
        *("--relabel",),
        nargs="+",
        default=[],
        metavar="PICTURE=CLASS",
        help="they show another class",
    )


def run(args: argparse.Namespace) -> int:
    """Write cleaned.csv, which ``train`` reads from then on."""
    from training.cleaning import clean

    labels = {Path(name): label for name, _, label in (w.rpartition("=") for w in args.relabel)}
    kept, gone = clean(args.folder, args.drop, labels)
    print(f"{args.folder / 'cleaned.csv'}: {kept} pictures kept, {gone} left out")
    return 0
