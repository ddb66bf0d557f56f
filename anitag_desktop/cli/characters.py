"""``anitag characters``: teach characters by a few pictures, and see who is known."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, TextIO

from anitag_desktop.cli import character_portraits, unknown_characters
from anitag_desktop.cli.actions import action_record
from anitag_desktop.cli.choosing import add_files, say_left_out
from anitag_desktop.cli.command import (
    DONE,
    PROBLEMS,
    Subcommand,
    add_subcommands,
    no_arguments,
    run_subcommand,
)
from anitag_desktop.cli.options import absolute_path
from anitag_desktop.cli.printing import counted, print_json, say
from anitag_desktop.cli.progress import ProgressLine
from anitag_desktop.cli.taught_warnings import warnings_of

if TYPE_CHECKING:
    from anitag_desktop.services.healing import Waiting
    from anitag_desktop.services.library import Library
    from anitag_desktop.services.teaching import Character

NAME = "characters"
HELP = "teach characters by a few pictures of each, and list those that are known"
WRITES = False


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the sub-commands; without one, the list."""
    add_subcommands(parser, _COMMANDS, default="list")


def run(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Run the sub-command."""
    return run_subcommand(_COMMANDS, library, args, out, err)


def _list(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Print a line for each character that was taught, and what they wait for."""
    for one in library.teaching.characters():
        if args.json:
            print_json(out, _record(one))
        else:
            say(out, _line(one))
    if (waiting := library.healing.waiting()) is not None:
        say(err, f"anitag: {_words(waiting)}")
    return DONE


def _teach_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="the character's name; a new one is made")
    add_files(parser)
    parser.add_argument(
        "--not",
        dest="others",
        metavar="FILE",
        action="append",
        default=[],
        type=absolute_path,
        help="a picture like these that shows somebody else",
    )
    parser.add_argument(
        "--outfit",
        metavar="WORD",
        default="",
        help="the pictures show NAME in this: NAME_(WORD) is taught too, and implies NAME",
    )


def _teach(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Teach, and say on how many other pictures the character was found."""
    chosen = library.showing.ids_of(args.files)
    others = library.showing.ids_of(args.others)
    left_out = [say_left_out(some, err) for some in (chosen, others)]
    for problem in (*chosen.problems, *others.problems):
        say(err, f"anitag: {problem.path} teaches nothing: {problem.message}")
    if not chosen.ids:
        return PROBLEMS
    with ProgressLine(err) as line:
        done = library.teaching.teach(
            args.name,
            chosen.ids,
            others.ids,
            lambda here, total: line.show(f"{here:,} of {total:,} pictures compared"),
            outfit=args.outfit,
        )
    for warning in warnings_of(done):
        say(err, f"anitag: {warning}")
    if args.json:
        print_json(out, {**_record(done.character), "found": done.found})
    else:
        found = counted(done.found, "more picture")
        say(out, f"{done.character.tag.name} is now on {found}; take it back with: anitag undo")
    return PROBLEMS if any(left_out) or chosen.problems or others.problems else DONE


def _name_argument(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="the character")


def _forget(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Let a character be no longer recognised."""
    action = library.teaching.forget(args.name)
    if args.json:
        print_json(out, action_record(action))
    else:
        say(out, f"{action.label}; take it back with: anitag undo")
    return DONE


def _merge_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="the character that is another one")
    parser.add_argument("into", metavar="INTO", help="that one")


def _merge(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Make one character of two, examples and all."""
    action = library.teaching.merge(args.name, args.into)
    if args.json:
        print_json(out, action_record(action))
    else:
        say(out, f"{action.label}; take it back with: anitag undo")
    return DONE


def _split_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="the character that is two")
    parser.add_argument("new", metavar="NEW", help="whom the pictures show")
    add_files(parser)


def _split(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Make two characters of one."""
    chosen = library.showing.ids_of(args.files)
    is_left_out = say_left_out(chosen, err)
    if not chosen.ids:
        return PROBLEMS
    with ProgressLine(err) as line:
        action = library.teaching.split(
            args.name,
            args.new,
            chosen.ids,
            lambda here, total: line.show(f"{here:,} of {total:,} pictures compared"),
        )
    if args.json:
        print_json(out, action_record(action))
    else:
        say(out, f"{action.label}; take it back with: anitag undo")
    return PROBLEMS if is_left_out else DONE


def _line(one: "Character") -> str:
    examples = counted(one.examples, "example")
    parts = f" ({counted(one.parts, 'region')})" if one.parts else ""
    return f"{one.tag.name}: {examples}{parts}, on {counted(one.pictures, 'picture')}"


def _words(waiting: "Waiting") -> str:
    if waiting.is_in_vain:
        return "no model in use gives vectors of pictures: taught characters are not recognised"
    ready = f"{waiting.ready:,} of {counted(waiting.total, 'picture')}"
    return f"waiting for new vectors: {ready}; then taught characters are recognised again"


def _record(one: "Character") -> dict[str, object]:
    return {
        "name": one.tag.name,
        "examples": one.examples,
        "regions": one.parts,
        "negatives": one.negatives,
        "pictures": one.pictures,
    }


_COMMANDS = (
    Subcommand("list", "list them", WRITES=False, add_arguments=no_arguments, run=_list),
    Subcommand(
        "teach",
        "show a character by 3 to 10 pictures, and find it in the whole library",
        WRITES=True,
        add_arguments=_teach_arguments,
        run=_teach,
    ),
    Subcommand(
        "merge",
        "make one character of two",
        WRITES=True,
        add_arguments=_merge_arguments,
        run=_merge,
    ),
    Subcommand(
        "split",
        "make two characters of one: these pictures show another",
        WRITES=True,
        add_arguments=_split_arguments,
        run=_split,
    ),
    character_portraits.COMMAND,
    Subcommand(
        "forget",
        "let a character be no longer recognised",
        WRITES=True,
        add_arguments=_name_argument,
        run=_forget,
    ),
    *unknown_characters.COMMANDS,
)
