"""``anitag duplicates``: list pictures that show the same, and say how they stand.

Nothing is ever deleted, whatever is said.
"""

from argparse import SUPPRESS, ArgumentParser, Namespace
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TextIO

from anitag_desktop.cli.actions import action_record
from anitag_desktop.cli.choosing import say_left_out
from anitag_desktop.cli.command import DONE, PROBLEMS, Subcommand, add_subcommands, run_subcommand
from anitag_desktop.cli.options import absolute_path
from anitag_desktop.cli.printing import counted, print_json, say
from anitag_desktop.domain.pair import PairVerdict

if TYPE_CHECKING:
    from anitag_desktop.domain.details import ImageDetails
    from anitag_desktop.services.correcting import ActionView
    from anitag_desktop.services.library import Library

NAME = "duplicates"
HELP = "list pictures that show the same and files that are copies, and judge them"
WRITES = False


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the sub-commands; without one, the list."""
    add_subcommands(parser, _COMMANDS, default="list")
    _list_arguments(parser)
    parser.set_defaults(near=False, all=False)


def run(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Run the sub-command."""
    return run_subcommand(_COMMANDS, library, args, out, err)


def _list_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--near",
        action="store_true",
        default=SUPPRESS,
        help="also those that look the same: of another size, compressed, mirrored, edited",
    )
    parser.add_argument(
        "--all",
        action="store_true",
        default=SUPPRESS,
        help="also those that you called alternates or no duplicates",
    )


def _list(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Print each group: its best picture, then the others; then the files of one picture."""
    duplicating = library.duplicating
    groups = (duplicating.near if args.near else duplicating.exact)(with_apart=args.all)
    copies = duplicating.copies()
    for group in groups:
        best, *others = library.showing.pictures([group.best, *group.others])
        if args.json:
            _print_json("exact" if group.is_exact else "near", [best, *others], out)
        else:
            say(out, f"best  {_line(best)}")
            for one in others:
                say(out, f"{'same' if group.is_exact else 'near'}  {_line(one)}")
            say(out, "")
    for one in library.showing.pictures(list(copies)):
        _print_copies(one, copies[one.image_id or 0], args, out)
    if not args.json:
        more = sum(len(group.others) for group in groups)
        more += sum(len(paths) - 1 for paths in copies.values())
        say(out, f"{counted(len(groups) + len(copies), 'group')}, {counted(more, 'duplicate')}")
    return DONE


def _print_copies(one: "ImageDetails", paths: list[str], args: Namespace, out: TextIO) -> None:
    """Print the files of one picture: they have the same bytes, so none is better."""
    files = [replace(one, path=path) for path in sorted(paths, key=lambda path: path != one.path)]
    if args.json:
        _print_json("copies", files, out)
        return
    for number, file in enumerate(files):
        say(out, f"{'copy' if number else 'file'}  {_line(file)}")
    say(out, "")


def _print_json(kind: str, best_first: list["ImageDetails"], out: TextIO) -> None:
    from anitag_desktop.domain.picture_record import picture_record

    best, *others = map(picture_record, best_first)
    print_json(out, {"kind": kind, "best": best, "others": others})


def _line(details: "ImageDetails") -> str:
    from anitag_desktop.cli.picture_text import brief

    facts = details.facts
    size = f"{facts.width}x{facts.height} {facts.bytes} bytes  " if facts else ""
    return f"{size}{brief(details)}"


def _same_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("best", metavar="BEST", type=absolute_path, help="the better one")
    parser.add_argument(
        "others", metavar="FILE", type=absolute_path, nargs="+", help="the same, and less good"
    )
    parser.add_argument(
        "--copy",
        action="store_true",
        help="say of BEST what was said of the tags of the others only; also hearts and stars",
    )


def _call_same(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    ids = _pictures(library, [args.best, *args.others], err)
    if ids is None:
        return PROBLEMS
    best, *others = ids
    return _say(library.judging.call_same(best, others, copies=args.copy), args, out)


def _files_argument(parser: ArgumentParser) -> None:
    parser.add_argument(
        "files", metavar="FILE", type=absolute_path, nargs="+", help="two pictures or more"
    )


def _tell_apart(
    verdict: PairVerdict, library: "Library", args: Namespace, out: TextIO, err: TextIO
) -> int:
    ids = _pictures(library, args.files, err)
    return PROBLEMS if ids is None else _say(library.judging.tell_apart(ids, verdict), args, out)


def _forget(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    ids = _pictures(library, args.files, err)
    return PROBLEMS if ids is None else _say(library.judging.forget(ids), args, out)


def _pictures(library: "Library", files: list[str], err: TextIO) -> list[int] | None:
    """Return the picture of each file; None, and say so, if any has none."""
    chosen = library.showing.ids_of(files)
    is_complete = not say_left_out(chosen, err)
    for problem in chosen.problems:
        say(err, f"anitag: {problem.path} cannot be judged: {problem.message}")
    return list(chosen.ids) if is_complete and not chosen.problems else None


def _say(action: "ActionView", args: Namespace, out: TextIO) -> int:
    if args.json:
        print_json(out, action_record(action))
    else:
        words = "it is so already" if action.id is None else "take it back with: anitag undo"
        say(out, f"{action.label}; {words}")
    return DONE


_COMMANDS = (
    Subcommand("list", "list the groups", WRITES=False, add_arguments=_list_arguments, run=_list),
    Subcommand(
        "same",
        "say that pictures show the same, and which is best",
        WRITES=True,
        add_arguments=_same_arguments,
        run=_call_same,
    ),
    Subcommand(
        "alternates",
        "say that pictures are versions of one, all to be kept",
        WRITES=True,
        add_arguments=_files_argument,
        run=partial(_tell_apart, PairVerdict.ALTERNATES),
    ),
    Subcommand(
        "different",
        "say that pictures are no duplicates",
        WRITES=True,
        add_arguments=_files_argument,
        run=partial(_tell_apart, PairVerdict.DIFFERENT),
    ),
    Subcommand(
        "forget",
        "take back what was said of pictures",
        WRITES=True,
        add_arguments=_files_argument,
        run=_forget,
    ),
)
