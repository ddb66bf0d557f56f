"""``training explore``: what is in a set, as files and as one page."""

import argparse
from pathlib import Path

NAME = "explore"
HELP = "look at a set: numbers, plots, sheets, a film, a map of the embedding, as one HTML page"
ROOT = Path(__file__).parents[2]
BUNDLED = Path("resources") / "models" / "anitag-small"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("what", metavar="SET", help="folder, manifest, config, preset or run")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where to")
    parser.add_argument("--layout", default="", help="how the set lies on the disk (guessed)")
    parser.add_argument("--part", default="", help="only train, validation or test")
    parser.add_argument("--tag", action="append", default=[], help="only pictures with this tag")
    parser.add_argument("--class", dest="class_name", default="", help="only this class")
    parser.add_argument("--limit", type=int, default=2000, help="open at most so many (2000)")
    parser.add_argument("--mapped", type=int, default=1500, help="on the map at most (1500)")
    parser.add_argument("--model", type=Path, help="package or run whose embedding is mapped")
    parser.add_argument("--minutes", type=float, default=5.0, help="for the loss landscape (5)")
    parser.add_argument("--only", default="", metavar="PARTS", help="comma separated; see README")
    parser.add_argument("--seed", type=int, default=1, help="of what is drawn at random (1)")
    parser.add_argument("--json", action="store_true", help="one JSON object per line")


def run(args: argparse.Namespace) -> int:
    """Explore and write."""
    from training.exploring.exploring import explore
    from training.exploring.opening import Wanted, open_subject
    from training.exploring.subject import Looking
    from training.progress import Progress

    most, mapped = max(1, args.limit), max(1, args.mapped)
    looking = Looking(most, mapped, args.seed, args.model or own_model(), args.minutes)
    wanted = Wanted(
        args.what,
        args.out / "unpacked",
        args.layout,
        args.part,
        tuple(args.tag),
        args.class_name,
    )
    parts = [part for part in args.only.split(",") if part]
    explore(open_subject(wanted, looking), args.out, parts, Progress(as_json=args.json))
    return 0


def own_model() -> Path:
    """Return the bundled model of a checkout, or of an installed wheel."""
    places = (ROOT / BUNDLED, ROOT / "anitag_desktop" / BUNDLED)
    return next((place for place in places if place.is_dir()), places[0])
