"""``python -m training pictures``: draws pictures with exact tags into a folder."""

import argparse
import sys
from pathlib import Path

NAME = "pictures"
HELP = "draw anime-style pictures with exact tags, for training and tests"

_FLAWS = (
    ("duplicates", "share of pictures that repeat an earlier one (planted.jsonl says which)"),
    ("look-alikes", "share that is an earlier one cut, shrunk or mirrored"),
    ("wrong-labels", "share with missing and wrong tags"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("out", type=Path, metavar="OUT", help="folder to write to")
    parser.add_argument("--count", type=int, default=100, help="how many pictures (default 100)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed, the same pictures")
    parser.add_argument("--start", type=int, default=0, help="number of the first picture")
    parser.add_argument("--size", type=int, default=512, help="longest side in pixels")
    parser.add_argument("--workers", type=int, default=1, help="processes that draw")
    parser.add_argument(
        "--formats", default="png", help="comma separated, in turn: png,jpeg,webp,gif,bmp,tiff,avif"
    )
    parser.add_argument("--style", metavar="STYLE", help="draw all in one style, such as cartoon")
    for name, meaning in _FLAWS:
        parser.add_argument(f"--{name}", type=float, default=0.0, metavar="SHARE", help=meaning)
    parser.add_argument(
        "--long-tail", type=float, default=0.0, metavar="POWER",
        help="how unevenly named characters turn up: the k-th k^-POWER as often as the first",
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Draw the pictures; return 0, or 2 for wrong arguments."""
    from training.pictures.attributes import ArtStyle
    from training.pictures.planting import Flaws
    from training.pictures.writing import FORMATS, LABELS_FILE, Order, write_pictures

    formats = tuple("jpeg" if f == "jpg" else f for f in args.formats.lower().split(",") if f)
    unknown = [f for f in formats if f not in FORMATS]
    if unknown or not formats or args.count < 1 or not 16 <= args.size <= 8192:
        print(
            f"pictures: wrong formats, count or size (formats: {','.join(FORMATS)}; "
            "count from 1; size 16 to 8192).",
            file=sys.stderr,
        )
        return 2
    styles = {style.name.lower(): style for style in ArtStyle}
    if args.style is not None and args.style not in styles:
        print(f"pictures: no such style (styles: {', '.join(styles)}).", file=sys.stderr)
        return 2
    flaws = Flaws(args.duplicates, args.look_alikes, args.wrong_labels, args.long_tail)
    shares = (flaws.duplicates, flaws.look_alikes, flaws.wrong_labels)
    if min(shares) < 0 or sum(shares) > 1 or not 0 <= flaws.long_tail <= 10:
        print(
            "pictures: the shares of flaws are from 0 to 1 together, the power from 0 to 10.",
            file=sys.stderr,
        )
        return 2
    art = styles.get(args.style)
    order = Order(args.out, args.count, args.seed, args.size, formats, args.start, flaws, art)
    for done, _ in enumerate(write_pictures(order, args.workers), start=1):
        if done % 100 == 0:
            print(f"{done} of {args.count} pictures", file=sys.stderr)
    print(f"{args.count} pictures and {LABELS_FILE} in {args.out}")
    return 0
