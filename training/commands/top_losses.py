"""``training top-losses``: the pictures that a run errs most about, and where it looked."""

import argparse
from pathlib import Path

NAME = "top-losses"
HELP = "save the pictures with the largest losses and where the network looked (Grad-CAM)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("run_folder", type=Path, metavar="RUN", help="folder of the run")
    parser.add_argument("--part", choices=("train", "validation", "test"), default="validation")
    parser.add_argument("--most", type=int, default=16, help="so many pictures (16)")
    parser.add_argument("--out", type=Path, help="the PNG to write (RUN/top_losses_PART.png)")
    parser.add_argument("--json", action="store_true", help="one JSON object per line")


def run(args: argparse.Namespace) -> int:
    """Judge the part, print the worst pictures and save them as a sheet."""
    from training.progress import Progress
    from training.reporting.top_losses import save_top_losses
    from training.run_folder import RunFolder

    target = args.out or args.run_folder / f"top_losses_{args.part}.png"
    run_folder = RunFolder.open(args.run_folder)
    save_top_losses(run_folder, args.part, args.most, target, Progress(as_json=args.json))
    return 0
