"""``training set``: what is done to a set of pictures before anything learns from it."""

import argparse
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from training.curating.looking import Eyes
    from training.progress import Progress

NAME = "set"
HELP = "make a set fit to learn from: verify, dedupe, mix, split, cache, restore"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments: one sub-command for each thing to do."""
    deeds = parser.add_subparsers(dest="deed", metavar="DEED", required=True)
    _add_verify(deeds.add_parser("verify", help="decode every picture; bad ones to rejected/"))
    _add_dedupe(deeds.add_parser("dedupe", help="find pictures that are there twice"))
    _add_mix(deeds.add_parser("mix", help="bring several sets into one, origins kept"))
    _add_split(deeds.add_parser("split", help="write down what trains, validates and tests"))
    _add_cache(deeds.add_parser("cache", help="make smaller copies of what a config learns from"))
    _add_restore(deeds.add_parser("restore", help="put back what lies in rejected/"))


def run(args: argparse.Namespace) -> int:
    """Do it and say what came of it."""
    from training.progress import Progress

    do = cast("Callable[[argparse.Namespace, Progress], int]", args.do)
    return do(args, Progress(as_json=args.json))


def _add_verify(parser: argparse.ArgumentParser) -> None:
    _add_set(parser)
    _add_looking(parser)
    parser.add_argument("--dry-run", action="store_true", help="say what is bad and move nothing")
    parser.set_defaults(do=_verify)


def _add_dedupe(parser: argparse.ArgumentParser) -> None:
    _add_set(parser)
    _add_looking(parser)
    _add_layout(parser)
    parser.add_argument(
        *("--against",), type=Path, action="append", default=[], metavar="SET",
        help="held out: a copy of its pictures leaves SET; it stays as it is",
    )  # fmt: skip
    parser.add_argument("--bits", type=_count, default=4, help="of 64, in which copies differ (4)")
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="SET/duplicates.csv, or a .json or .jsonl"
    )
    parser.add_argument("--reject", action="store_true", help="move what is left out to rejected/")
    parser.set_defaults(do=_dedupe)


def _add_mix(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sources", nargs="+", metavar="[NAME=]SET", help="sets, and their names")
    parser.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="where to")
    parser.add_argument(
        "--classes", type=Path, metavar="FILE", help="CSV: class, becomes (nothing: left out)"
    )
    parser.add_argument("--by", choices=("copy", "link", "hardlink"), default="copy")
    parser.add_argument("--most", type=_count, default=0, help="so many of each class (0: all)")
    parser.add_argument("--seed", type=int, default=1, help="draws them (1)")
    parser.add_argument("--keep-parts", action="store_true", help="what tested goes on to test")
    parser.add_argument("--json", action="store_true", help="one JSON object per line")
    parser.set_defaults(do=_mix)


def _add_split(parser: argparse.ArgumentParser) -> None:
    _add_set(parser)
    _add_looking(parser)
    _add_layout(parser)
    parser.add_argument("--validation", type=float, default=0.15, help="share (0.15)")
    parser.add_argument("--test", type=float, default=0.15, help="share (0.15)")
    parser.add_argument("--seed", type=int, default=1, help="draws among equals (1)")
    parser.add_argument(
        "--group-by", action="append", default=[], metavar="COLUMN", help="of a manifest (group)"
    )
    parser.add_argument(
        "--bits", type=_count, default=6, help="pictures with hashes so near stay together (6)"
    )
    parser.add_argument("--as-told", action="store_true", help="do not look for near-duplicates")
    parser.add_argument("--anew", action="store_true", help="forget the split that there is")
    parser.set_defaults(do=_split)


def _add_cache(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("config", metavar="CONFIG", help="a path, or its name in training/configs")
    parser.add_argument(
        "--set", action="append", default=[], metavar="A.B=VALUE", help="override a setting"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object per line")
    parser.set_defaults(do=_cache)


def _add_restore(parser: argparse.ArgumentParser) -> None:
    _add_set(parser)
    parser.add_argument("files", type=Path, nargs="*", metavar="PICTURE", help="these only (all)")
    parser.set_defaults(do=_restore)


def _add_set(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("set", type=Path, metavar="SET", help="folder of the set")
    parser.add_argument("--json", action="store_true", help="one JSON object per line")


def _add_layout(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--layout", default="", help="how SET lies on the disk (seen by its files)")


def _add_looking(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--workers", type=_count, default=0, help="child processes (one a core)")
    parser.add_argument(
        *("--patience",), type=_seconds, default=120.0, metavar="SECONDS",
        help="after which a picture that is not decoded counts as bad (120)",
    )  # fmt: skip
    parser.add_argument(
        "--facts", type=Path, metavar="FILE", help="where is kept what was seen (SET/facts.jsonl)"
    )


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is no time")
    return seconds


def _count(text: str) -> int:
    count = int(text)
    if count < 0:
        raise argparse.ArgumentTypeError("it cannot be under 0")
    return count


def _verify(args: argparse.Namespace, progress: "Progress") -> int:
    from training.curating.verifying import verify_set

    root = _folder(args.set)
    found = verify_set(root, _eyes(args, progress), dry_run=args.dry_run)
    for one in found.bad:
        progress.report("bad", file=str(one.path), code=one.code, reason=one.reason)
    for path, problem in found.unread:
        progress.report("unread", file=str(path), code=problem.code, reason=problem.reason)
    progress.report(
        *("verified",), sound=found.sound, bad=len(found.bad), unread=len(found.unread),
        moved=found.moved,
    )  # fmt: skip
    return 0 if found.sound and not found.unread else 1


def _dedupe(args: argparse.Namespace, progress: "Progress") -> int:
    from training.curating.deduplicating import find_groups
    from training.curating.duplicate_report import rejections, write_report
    from training.curating.opened_set import joined, open_held_out, open_set, see
    from training.curating.rejecting import reject

    opened = open_set(args.set, layout=args.layout)
    seen = see(opened, _eyes(args, progress))
    others = [see(open_held_out(path), _eyes(args, progress, path)) for path in args.against]
    groups = find_groups(seen, joined(others), args.bits)
    out = args.out or opened.root / "duplicates.csv"
    write_report(out, groups)
    moved = reject(opened.root, rejections(groups)) if args.reject else 0
    told = Counter(one.verdict.value for group in groups for one in group)
    progress.report(
        *("deduplicated",), layout=opened.layout, pictures=len(seen.pictures), unread=seen.unread,
        groups=len(groups), left_out=told["left_out"], conflicts=told["conflict"], moved=moved,
        report=str(out),
    )  # fmt: skip
    return 0


def _mix(args: argparse.Namespace, progress: "Progress") -> int:
    from training.curating.mixing import MixOrder, mix_sets

    order = MixOrder(
        _named(args.sources), args.to, args.classes, args.by, args.most, args.seed, args.keep_parts
    )
    mixed = mix_sets(order, progress)
    for origin, count in mixed.origins.items():
        progress.report("origin", name=origin, pictures=count)
    progress.report(
        *("mixed",), folder=str(args.to), pictures=mixed.origins.total(),
        classes=len(mixed.classes), left_out=mixed.left_out,
    )  # fmt: skip
    return 0 if mixed.origins else 1


def _named(sources: Sequence[str]) -> dict[str, Path]:
    """Return sets by the names of their origins: the folder's, where none is given."""
    from anitag_desktop.domain.error import AnitagError

    found: dict[str, Path] = {}
    for source in sources:
        name, _, path = ("", "", "") if Path(source).exists() else source.partition("=")
        folder = Path(path or source)
        name = name if path else folder.resolve().name
        if name in found:
            reason = f"two are called {name}; say NAME={folder}"
            raise AnitagError("bad_config", path="the sets", reason=reason)
        found[name] = folder
    return found


def _split(args: argparse.Namespace, progress: "Progress") -> int:
    from training.curating.dividing import Shares
    from training.curating.split_writing import SplitOrder, split_set

    shares = Shares(args.validation, args.test, args.seed)
    eyes = None if args.as_told else _eyes(args, progress)
    order = SplitOrder(args.set, shares, args.layout, tuple(args.group_by), args.bits, args.anew)
    made = split_set(order, eyes)
    progress.report("split", file=str(made.path), layout=made.layout, **made.told())
    return 0


def _cache(args: argparse.Namespace, progress: "Progress") -> int:
    from training.config import load_config
    from training.curating.caching import fill_cache

    made = fill_cache(load_config(args.config, args.set), progress)
    progress.report("cached", **made)
    return 0


def _restore(args: argparse.Namespace, progress: "Progress") -> int:
    from training.curating.rejecting import restore

    found = restore(_folder(args.set), args.files)
    for one in found.taken:
        progress.report("taken", file=one.to, place=one.file)
    progress.report("restored", pictures=found.pictures, taken=len(found.taken))
    return 1 if found.taken else 0


def _folder(path: Path) -> Path:
    from anitag_desktop.domain.error import AnitagError

    if not path.is_dir():
        raise AnitagError("no_such_folder", path=path)
    return path


def _eyes(args: argparse.Namespace, progress: "Progress", path: Path | None = None) -> "Eyes":
    from anitag_desktop.recognition.decoding import harden
    from training.curating.looking import Eyes, facts_file
    from training.doctor.machine import cores

    harden()
    root = path or args.set
    root = root if root.is_dir() else root.parent
    facts, workers = facts_file(root, args.facts), args.workers or cores()
    return Eyes(facts, workers, progress, patience=args.patience)
