"""``training lr-find``: a short run with a rising rate that shows where to begin."""

import argparse
from pathlib import Path

NAME = "lr-find"
HELP = "try rising learning rates for a hundred steps and suggest one; nothing is trained"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("config", help="a config's path, or its name in training/configs")
    parser.add_argument("--run", type=Path, help="folder for rates.json and rates.png")
    parser.add_argument("--phase", help="of which phase (its name; the first)")
    parser.add_argument("--steps", type=int, default=100, help="how many rates")
    parser.add_argument(
        "--set", action="append", default=[], metavar="A.B=VALUE", help="override a setting"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object per line")


def run(args: argparse.Namespace) -> int:
    """Find a rate and write what was found."""
    from training.config import load_config
    from training.progress import Progress
    from training.rate_finding import find_rate, of_phase, write_curve
    from training.run_folder import RUNS
    from training.starting import start_from
    from training.tasks.making import make_task

    config, progress = load_config(args.config, args.set), Progress(as_json=args.json)
    config = of_phase(config, args.phase) if args.phase else config
    folder = args.run or RUNS / f"{config.run.name}-rates"
    folder.mkdir(parents=True, exist_ok=True)
    task = make_task(config, folder, progress)
    start_from(task.network, config, progress)
    curve = find_rate(config, task, folder, progress, args.steps)
    write_curve(curve, folder)
    progress.report(
        "rates", steepest=curve.steepest, valley=curve.valley, picture=str(folder / "rates.png")
    )
    return 0
