"""``anitag correct``: say what is right and wrong about pictures; the user's word stays."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, TextIO

from anitag_desktop.cli.actions import action_record
from anitag_desktop.cli.choosing import add_files, say_left_out
from anitag_desktop.cli.command import DONE, PROBLEMS
from anitag_desktop.cli.printing import counted, print_json, say
from anitag_desktop.domain.error import AnitagError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anitag_desktop.services.correcting import ActionView
    from anitag_desktop.services.library import Library

NAME = "correct"
HELP = "confirm, reject and add tags"
WRITES = True


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the pictures and what is said of them."""
    add_files(parser)
    for name, words in (
        ("confirm", "the tag is right"),
        ("reject", "the tag is wrong, for ever"),
        ("add", "the tag is missing; char:NAME, artist:NAME ... set its category"),
        ("keep", "what was said of the tag is right: anitag review --labels asks no more"),
    ):
        parser.add_argument(f"--{name}", metavar="TAG", action="append", default=[], help=words)
    parser.add_argument(
        "--reviewed",
        action="store_true",
        help="every tag was looked at: what is there is right, and nothing else is there",
    )


def run(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Correct all the pictures in one action that can be undone."""
    if not (args.confirm or args.reject or args.add or args.keep or args.reviewed):
        reason = "Give at least one --confirm, --reject, --add or --keep TAG, or --reviewed"
        raise AnitagError("bad_value", reason=reason)
    chosen = library.showing.ids_of(args.files)
    is_complete = not say_left_out(chosen, err) and not chosen.problems
    for problem in chosen.problems:
        say(err, f"anitag: {problem.path} cannot be corrected: {problem.message}")
    if not chosen.ids:
        return PROBLEMS
    action = _correct(library, args, chosen.ids)
    if args.json:
        print_json(out, {**action_record(action), "images": len(chosen.ids)})
    else:
        words = "it is so already" if action.id is None else "take it back with: anitag undo"
        say(out, f"{action.label} ({counted(len(chosen.ids), 'picture')}); {words}")
    return DONE if is_complete else PROBLEMS


def _correct(library: "Library", args: Namespace, image_ids: "Sequence[int]") -> "ActionView":
    correcting, action = library.correcting, None
    library.reviewing.check_kept(image_ids, args.keep)
    if args.confirm or args.reject or args.add:
        action = correcting.correct(
            image_ids, confirm=args.confirm, reject=args.reject, add=args.add
        )
    if args.keep:
        action = library.reviewing.keep(image_ids, args.keep, action)
    if action is None or args.reviewed:
        action = correcting.complete(image_ids, action)
    return action
