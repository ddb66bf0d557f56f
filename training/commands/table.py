"""``training table``: the epochs of a run, as fastai prints them."""

import argparse
from pathlib import Path

NAME = "table"
HELP = "print epoch, train_loss, valid_loss, error_rate and time of a recognition run"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("run_folder", type=Path, metavar="RUN", help="folder of the run")


def run(args: argparse.Namespace) -> int:
    """Print the table."""
    from training.epoch_table import epoch_table

    print(epoch_table(args.run_folder))
    return 0
