"""``training bench``: whether pictures come as fast as the network takes them."""

import argparse

NAME = "bench"
HELP = "measure pictures a second of loading, of the bare step and of both; nothing is trained"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("config", help="a config's path, or its name in training/configs")
    parser.add_argument(
        "--batch", type=int, action="append", default=[], help="a batch size; may come again"
    )
    parser.add_argument("--steps", type=int, default=20, help="steps of a round (20)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds, of which the median is told")
    parser.add_argument(
        "--set", action="append", default=[], metavar="A.B=VALUE", help="override a setting"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object per line")


def run(args: argparse.Namespace) -> int:
    """Measure and tell."""
    from training.benching import bench, verdict
    from training.config import load_config
    from training.progress import Progress

    config, progress = load_config(args.config, args.set), Progress(as_json=args.json)
    batches = args.batch or [config.run.batch]
    speeds = bench(config, batches, max(1, args.steps), max(1, args.rounds), progress)
    for speed in speeds:
        progress.report(
            "speed",
            batch=speed.batch,
            loading=round(speed.loading, 2),
            step=round(speed.step, 2),
            both=round(speed.both, 2),
            share=round(speed.share, 4),
            fed=speed.is_fed,
        )
    progress.report("verdict", text=verdict(speeds, config))
    return 0
