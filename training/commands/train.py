"""``training train``: train a network, or go on with a run that was stopped."""

import argparse
from pathlib import Path

NAME = "train"
HELP = "train a network by a config; started again on the same run, it goes on where it stopped"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("config", help="a config's path, or its name in training/configs")
    # torchrun takes --run for one of its own.
    parser.add_argument(
        *("--run", "--run-folder"), type=Path, help="folder of the run (default: runs/NAME)"
    )
    parser.add_argument(
        "--set", action="append", default=[], metavar="A.B=VALUE", help="override a setting"
    )
    parser.add_argument(
        "--fraction", type=float, help="train on that share of the training pictures (0.1: a tenth)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object per line")


def run(args: argparse.Namespace) -> int:
    """Train to the end of the config's steps."""
    from training.training_run import train

    overrides = list(args.set)
    if args.fraction is not None:
        overrides.append(f"datasets.fraction={args.fraction}")
    train(args.config, overrides, args.run, as_json=args.json)
    return 0
