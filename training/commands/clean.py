"""``training clean``: find doubtful labels, leave pictures out or relabel them; none is deleted."""

import argparse
from pathlib import Path

NAME = "clean"
HELP = "rank the doubtful labels of a set; leave pictures out, relabel or keep them"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("folder", type=Path, metavar="SET", help="a set of classes")
    parser.add_argument(
        *("--find",), type=Path, metavar="MODEL",
        help="rank by what is learnt from the vectors of this package or run, out of fold",
    )  # fmt: skip
    parser.add_argument("--out", type=Path, help="folder of doubts.csv and doubts.html (SET)")
    parser.add_argument("--most", type=int, default=200, help="pictures on the page (200)")
    parser.add_argument("--folds", type=int, default=5, help="parts to learn on in turn (5)")
    parser.add_argument(
        *("--take",), type=Path, metavar="CSV",
        help="decide what a cleaned.csv or a filled-in doubts.csv says",
    )  # fmt: skip
    parser.add_argument(
        *("--drop",), type=Path, nargs="+", default=[], metavar="PICTURE", help="leave these out"
    )
    parser.add_argument(
        *("--relabel",), nargs="+", default=[], metavar="PICTURE=CLASS",
        help="they show another class",
    )  # fmt: skip
    parser.add_argument(
        *("--keep",), type=Path, nargs="+", default=[], metavar="PICTURE", help="they are right"
    )
    parser.add_argument("--why", default="", help="is noted with the decisions")
    parser.add_argument("--who", default="", help="likewise (the name of the user)")
    parser.add_argument("--json", action="store_true", help="one JSON object per line")


def run(args: argparse.Namespace) -> int:
    """Find, or write decisions down, which every reader of the set goes by from then on."""
    from training.cleaning import Wishes, clean, take

    if args.find is not None:
        return _find(args)
    if args.take is not None:
        kept, gone = take(args.folder, args.take, args.who)
    else:
        words = (word.rpartition("=") for word in args.relabel)
        labels = {Path(name): label for name, _, label in words}
        wishes = Wishes(args.drop, labels, args.keep, args.why)
        kept, gone = clean(args.folder, wishes, args.who)
    print(f"{args.folder}: {kept} pictures kept, {gone} left out")
    return 0


def _find(args: argparse.Namespace) -> int:
    from anitag_desktop.recognition.decoding import harden
    from training.curating.doubt_page import write_page, write_table
    from training.curating.doubting import doubts, vectors_of
    from training.curating.looking import Eyes, facts_file
    from training.curating.opened_set import open_set, see
    from training.datasets.decisions import decided
    from training.datasets.places import name_in
    from training.doctor.machine import cores
    from training.exploring.seeing import open_model
    from training.progress import Progress

    harden()
    progress = Progress(as_json=args.json)
    opened = open_set(args.folder)
    seen = see(opened, Eyes(facts_file(opened.root), cores(), progress))
    found = doubts(seen, vectors_of(seen, open_model(args.find, progress), progress), args.folds)
    settled = decided(args.folder)
    ranked = found.ranked
    left = [one for one in ranked if name_in(opened.root, one.picture.path) not in settled]
    out = args.out or opened.root
    write_table(out / "doubts.csv", opened.root, left)
    write_page(out / "doubts.html", opened, found, args.most, settled)
    for name, count in sorted(found.aside.items()):
        progress.report("aside", **{"class": name, "pictures": count})
    progress.report(
        *("doubted",), pictures=len(left), issues=sum(one.is_issue for one in left),
        twins=sum(bool(one.twins) for one in left), aside=found.aside.total(), unread=seen.unread,
        table=str(out / "doubts.csv"), page=str(out / "doubts.html"),
    )  # fmt: skip
    return 0
