"""``training collect``: brings pictures together."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections import Counter

    from training.collecting.outcome import Outcome
    from training.collecting.web import Web
    from training.progress import Progress

NAME = "collect"
HELP = "bring pictures together: from lists of addresses (urls), Danbooru, or the disk (local)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments: one sub-command for each source."""
    sources = parser.add_subparsers(dest="source", metavar="SOURCE", required=True)
    _add_urls(sources.add_parser("urls", help="what lists of addresses name"))
    _add_danbooru(sources.add_parser("danbooru", help="what Danbooru finds for each class"))
    _add_local(sources.add_parser("local", help="what lies on the disk, with what tells of it"))


def run(args: argparse.Namespace) -> int:
    """Bring the pictures; print how many came to what end; 1 when none is there."""
    from anitag_desktop.recognition.decoding import harden
    from training.collecting.outcome import Outcome
    from training.progress import Progress

    harden()
    collect = cast("Callable[[argparse.Namespace, Progress], Counter[Outcome]]", args.collect)
    progress = Progress(as_json=args.json)
    counts = collect(args, progress)
    told = {outcome.value: count for outcome, count in sorted(counts.items())}
    progress.report("collected", folder=str(args.to), **told)
    return 0 if counts[Outcome.OK] + counts[Outcome.DUPLICATE] else 1


def _add_urls(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("lists", type=Path, nargs="+", metavar="LIST", help="CSV, or one per line")
    parser.add_argument("--class", dest="class_name", default="", help="class of these addresses")
    parser.add_argument("--most", type=int, default=0, help="so many of each list (0: all)")
    parser.add_argument("--workers", type=int, default=8, help="pictures at a time (8)")
    parser.add_argument("--at-once", type=int, default=2, help="connections to one host (2)")
    parser.add_argument("--again", action="store_true", help="ask also for what was refused")
    _add_common(parser, pause=0.25)
    parser.set_defaults(collect=_urls)


def _add_danbooru(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "queries", type=Path, metavar="QUERIES", help="TOML ([[classes]]) or CSV: name, tags, most"
    )
    parser.add_argument("--credentials", type=Path, help="TOML: login, api_key (or DANBOORU_LOGIN)")
    parser.add_argument("--anonymous", action="store_true", help="ask without logging in")
    parser.add_argument("--endpoint", help="another site of Danbooru's kind")
    parser.add_argument("--ratings", default="general", help="comma separated (general)")
    parser.add_argument("--variant", choices=("720", "sample", "original"), default="720")
    parser.add_argument(
        "--again", action="store_true", help="from the newest posts on, hidden ones too"
    )
    _add_common(parser, pause=1.0)
    parser.set_defaults(collect=_danbooru)


def _add_local(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "sources",
        type=Path,
        nargs="+",
        metavar="SOURCE",
        help="folder, library, or what anitag exported",
    )
    parser.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="where to")
    parser.add_argument("--class", dest="class_name", default="", help="class of all (the folder)")
    parser.add_argument("--json", action="store_true", help="one JSON object per line")
    parser.set_defaults(collect=_local)


def _add_common(parser: argparse.ArgumentParser, pause: float) -> None:
    parser.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="where to")
    parser.add_argument("--pause", type=float, default=pause, help=f"seconds ({pause}) between two")
    parser.add_argument("--patience", type=float, default=10.0, help="seconds without a byte (10)")
    parser.add_argument("--megabytes", type=float, default=32.0, help="at most, a picture (32)")
    parser.add_argument("--contact", default="", help="told to servers: whom to turn to")
    parser.add_argument(
        "--also-reach",
        action="append",
        default=[],
        metavar="IP",
        help="connect also to this address outside the open network (for tests)",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object per line")


def _urls(args: argparse.Namespace, progress: "Progress") -> "Counter[Outcome]":
    from training.collecting.urls import UrlOrder, collect_urls

    order = UrlOrder(
        args.lists,
        args.to,
        class_name=args.class_name,
        most=args.most,
        workers=args.workers,
        at_once=args.at_once,
        pause=args.pause,
        limit=int(args.megabytes * 1024 * 1024),
        again=args.again,
    )
    return collect_urls(order, _web(args, args.contact), progress)


def _danbooru(args: argparse.Namespace, progress: "Progress") -> "Counter[Outcome]":
    from training.danbooru.client import ENDPOINT, DanbooruClient, Pace
    from training.danbooru.collecting import PostOrder, collect_posts
    from training.danbooru.credentials import find_credentials
    from training.danbooru.queries import read_queries

    order = PostOrder(
        read_queries(args.queries),
        args.to,
        ratings=tuple(args.ratings.split(",")),
        variant=args.variant,
        limit=int(args.megabytes * 1024 * 1024),
        again=args.again,
    )
    credentials = None if args.anonymous else find_credentials(args.credentials)
    who = "; ".join(word for word in (credentials.who if credentials else "", args.contact) if word)
    client = DanbooruClient(
        _web(args, who), credentials, Pace(args.pause), endpoint=args.endpoint or ENDPOINT
    )
    return collect_posts(order, client, progress)


def _local(args: argparse.Namespace, progress: "Progress") -> "Counter[Outcome]":
    from training.collecting.local import LocalOrder, collect_local

    return collect_local(LocalOrder(args.sources, args.to, args.class_name), progress)


def _web(args: argparse.Namespace, who: str) -> "Web":
    from anitag_desktop.downloading.reach import is_public
    from training.collecting.agent import agent_name
    from training.collecting.web import Web

    also = frozenset(args.also_reach)
    return Web(
        agent_name(who),
        patience=args.patience,
        may_reach=lambda address: address in also or is_public(address),
    )
