"""``training video``: what a model says of the frames of a film."""

import argparse
from pathlib import Path

NAME = "video"
HELP = "run a model over a film: answers of each frame, a time line, an annotated film"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument(
        "film", type=Path, metavar="FILM", help="animated picture, folder of frames, or video"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where to")
    parser.add_argument("--model", type=Path, help="package or run (the bundled model)")
    parser.add_argument("--every", type=int, default=1, help="look at every so-manieth frame (1)")
    parser.add_argument("--most", type=int, default=300, help="look at most at so many (300)")
    parser.add_argument("--top", type=int, default=5, help="answers of a frame (5)")
    parser.add_argument("--json", action="store_true", help="one JSON object per line")


def run(args: argparse.Namespace) -> int:
    """Watch and write."""
    from training.exploring.command import own_model
    from training.exploring.seeing import open_model
    from training.exploring.watching import Watched, watch
    from training.progress import Progress

    wanted = Watched(args.film, max(1, args.every), max(1, args.most), max(1, args.top))
    progress = Progress(as_json=args.json)
    watch(wanted, open_model(args.model or own_model(), progress), args.out, progress)
    return 0
