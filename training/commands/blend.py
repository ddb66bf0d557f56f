"""``training blend``: something of the weights before fine-tuning, as much as validation says."""

import argparse
from pathlib import Path

NAME = "blend"
HELP = "blend a fine-tuned run with the weights it began from (WiSE-FT), chosen on validation"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("run_folder", type=Path, metavar="RUN", help="the fine-tuned run")
    parser.add_argument("before", type=Path, help="a run or safetensors file: what it began from")
    parser.add_argument("out", type=Path, help="folder of the blended run, which must be new")
    parser.add_argument(
        "--share", type=_share, action="append", help="of the fine-tuned weights (0, 0.1, ... 1)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object per line")


def run(args: argparse.Namespace) -> int:
    """Measure the blends and write the best."""
    from training.blending import SHARES, blend_run
    from training.progress import Progress
    from training.run_folder import RunFolder

    progress = Progress(as_json=args.json)
    shares = tuple(args.share or SHARES)
    blend_run(RunFolder.open(args.run_folder), args.before, args.out, shares, progress)
    return 0


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError("a share lies between 0 and 1")
    return share
