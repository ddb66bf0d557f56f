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
    parser.add_argument(
        "--dry-run", action="store_true", help="say what time, memory and disk the run would take"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object per line")


def run(args: argparse.Namespace) -> int:
    """Train to the end of the config's steps."""
    overrides = list(args.set)
    if args.fraction is not None:
        overrides.append(f"datasets.fraction={args.fraction}")
    if args.dry_run:
        return _tell(args.config, overrides, as_json=args.json)
    from training.training_run import train

    train(args.config, overrides, args.run, as_json=args.json)
    return 0


def _tell(config_name: str, overrides: list[str], *, as_json: bool) -> int:
    from training.config import load_config
    from training.estimating import estimate
    from training.progress import Progress

    progress = Progress(as_json=as_json)
    config = load_config(config_name, overrides)
    found = estimate(config, progress)
    progress.report(
        "estimate",
        steps=found.steps,
        hours=round(found.seconds / 3600, 3),
        seconds_per_step=found.seconds_per_step,
        validations=found.validations,
        seconds_per_validation=found.seconds_per_validation,
        memory_gb=round(found.memory / 1e9, 3),
        disk_gb=round(found.disk / 1e9, 3),
        device=config.run.device,
    )
    return 0
