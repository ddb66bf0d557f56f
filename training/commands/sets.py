"""``training set``: what is done to a set of pictures before anything learns from it."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from training.curating.looking import Eyes
    from training.progress import Progress

NAME = "set"
HELP = "make a set fit to learn from: verify, restore"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments: one sub-command for each thing to do."""
    deeds = parser.add_subparsers(dest="deed", metavar="DEED", required=True)
    _add_verify(deeds.add_parser("verify", help="decode every picture; bad ones to rejected/"))
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


def _add_restore(parser: argparse.ArgumentParser) -> None:
    _add_set(parser)
    parser.add_argument("files", type=Path, nargs="*", metavar="PICTURE", help="these only (all)")
    parser.set_defaults(do=_restore)


def _add_set(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("set", type=Path, metavar="SET", help="folder of the set")
    parser.add_argument("--json", action="store_true", help="one JSON object per line")


def _add_looking(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--workers", type=int, default=0, help="child processes (one a core)")
    parser.add_argument(
        "--facts", type=Path, metavar="FILE", help="where is kept what was seen (SET/facts.jsonl)"
    )


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


def _restore(args: argparse.Namespace, progress: "Progress") -> int:
    from training.curating.rejecting import restore

    root = _folder(args.set)
    progress.report("restored", pictures=restore(root, args.files))
    return 0


def _folder(path: Path) -> Path:
    from anitag_desktop.domain.error import AnitagError

    if not path.is_dir():
        raise AnitagError("no_such_folder", path=path)
    return path


def _eyes(args: argparse.Namespace, progress: "Progress") -> "Eyes":
    from anitag_desktop.recognition.decoding import harden
    from training.curating.looking import Eyes, facts_file
    from training.doctor.machine import cores

    harden()
    return Eyes(facts_file(args.set, args.facts), args.workers or cores(), progress)
