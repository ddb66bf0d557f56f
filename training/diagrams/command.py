"""``python -m training diagrams``: draws the diagrams of the documents."""

import argparse
from pathlib import Path

from training.diagrams.ifa_head import IFA_HEAD
from training.diagrams.svg import to_svg
from training.diagrams.system import SYSTEM
from training.diagrams.training_data import TRAINING_DATA

NAME = "diagrams"
HELP = "draw the diagrams of the documents as SVG"
DIAGRAMS = (IFA_HEAD, SYSTEM, TRAINING_DATA)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("out", type=Path, metavar="OUT", help="folder to write to")


def run(args: argparse.Namespace) -> int:
    """Write a file for each diagram; return 0."""
    args.out.mkdir(parents=True, exist_ok=True)
    for diagram in DIAGRAMS:
        (args.out / f"{diagram.name}.svg").write_text(to_svg(diagram), "utf-8", newline="\n")
    print(f"{len(DIAGRAMS)} diagrams in {args.out}")
    return 0
