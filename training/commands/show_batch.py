"""``training show-batch``: what the network sees while it learns."""

import argparse
from pathlib import Path

NAME = "show-batch"
HELP = "save the first varied pictures of a config with their labels; nothing is trained"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("config", help="a config's path, or its name in training/configs")
    parser.add_argument("--run", type=Path, help="folder for batch.png (runs/NAME-batch)")
    parser.add_argument("--most", type=int, default=16, help="so many pictures (16)")
    parser.add_argument("--same", action="store_true", help="one picture, varied again and again")
    parser.add_argument(
        "--set", action="append", default=[], metavar="A.B=VALUE", help="override a setting"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object per line")


def run(args: argparse.Namespace) -> int:
    """Save the sheet and say where it is."""
    from training.config import load_config
    from training.progress import Progress
    from training.reporting.batch_sheet import save_batch
    from training.run_folder import RUNS

    config, progress = load_config(args.config, args.set), Progress(as_json=args.json)
    folder = args.run or RUNS / f"{config.run.name}-batch"
    folder.mkdir(parents=True, exist_ok=True)
    target = save_batch(config, folder, args.most, progress, same=args.same)
    progress.report("written", path=str(target))
    return 0
