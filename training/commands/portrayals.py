"""``training portrayals``: draw the same persons many times, which teaches the embedding."""

import argparse
import sys
from pathlib import Path

NAME = "portrayals"
HELP = "draw each of many persons several times, so that a model learns who is who"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("out", type=Path, metavar="OUT", help="folder to write to")
    parser.add_argument("--persons", type=int, default=100, help="how many persons (default 100)")
    parser.add_argument("--each", type=int, default=8, help="pictures of each (default 8)")
    parser.add_argument("--first", type=int, default=0, help="number of the first person")
    parser.add_argument("--size", type=int, default=512, help="longest side in pixels")
    parser.add_argument("--style", metavar="STYLE", help="draw all in one style, such as cartoon")
    parser.add_argument(
        "--wrong-labels", type=float, default=0.0, metavar="SHARE",
        help="share that is said to show somebody else (planted.jsonl says which)",
    )  # fmt: skip
    parser.add_argument(
        "--long-tail", type=float, default=0.0, metavar="POWER",
        help="draw the k-th person k^-POWER as often as the first",
    )  # fmt: skip
    parser.add_argument(
        "--faces", type=float, default=0.0, metavar="SHARE", help="share that shows mere faces"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object per line")


def run(args: argparse.Namespace) -> int:
    """Draw and write them; return 0, or 2 for wrong arguments."""
    from training.pictures.attributes import ArtStyle
    from training.portrayals import Cast, write_portrayals
    from training.progress import Progress

    styles = {style.name.lower(): style for style in ArtStyle}
    if args.style is not None and args.style not in styles:
        print(f"portrayals: no such style (styles: {', '.join(styles)}).", file=sys.stderr)
        return 2
    persons = range(args.first, args.first + args.persons)
    shares = (args.wrong_labels, args.faces)
    if not all(0 <= share <= 1 for share in shares) or not 0 <= args.long_tail <= 10:
        print("portrayals: shares are from 0 to 1, the power from 0 to 10.", file=sys.stderr)
        return 2
    flaws = (args.wrong_labels, args.long_tail, args.faces)
    cast = Cast(args.out, persons, args.each, args.size, styles.get(args.style), *flaws)
    write_portrayals(cast, Progress(as_json=args.json))
    return 0
