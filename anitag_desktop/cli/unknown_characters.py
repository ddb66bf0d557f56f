"""``anitag characters unknown``: who is on several pictures and has no name yet."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, TextIO

from anitag_desktop.cli.actions import action_record
from anitag_desktop.cli.choosing import say_left_out
from anitag_desktop.cli.command import DONE, PROBLEMS, Subcommand, no_arguments
from anitag_desktop.cli.options import absolute_path
from anitag_desktop.cli.printing import counted, print_json, say
from anitag_desktop.cli.progress import ProgressLine
from anitag_desktop.cli.taught_warnings import warnings_of

if TYPE_CHECKING:
    from anitag_desktop.services.clustering import Member, UnknownCluster
    from anitag_desktop.services.library import Library

_FIRST = 3


def _list(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Print each group with its most typical pictures first."""
    found = library.unknowns.clusters()
    ids = {member.image_id for one in found for member in one.members}
    paths = {row.image_id: row.path for row in library.showing.rows(list(ids))}
    for one in found:
        files = [paths[member.image_id] for member in one.members if member.image_id in paths]
        if args.json:
            print_json(out, _record(one, files))
        else:
            what = "face" if one.is_of_regions else "picture"
            say(out, f"{one.id}: {counted(len(one.members), what)}, as {', '.join(files[:_FIRST])}")
    if not found and not args.json:
        say(err, "anitag: no pictures without a name are alike enough to show one character")
    return DONE


def _name_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("group", metavar="GROUP", help="its number, as anitag characters unknown")
    parser.add_argument("name", metavar="NAME", help="whom it shows")
    _without_argument(parser)


def _ignore_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("group", metavar="GROUP", help="its number, as anitag characters unknown")
    _without_argument(parser)


def _without_argument(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--without",
        metavar="FILE",
        action="append",
        default=[],
        type=absolute_path,
        help="a picture of the group that is not meant",
    )


def _name(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Teach a character by a group."""
    members, is_whole = _members(library, args, err)
    if not members:
        return PROBLEMS
    with ProgressLine(err) as line:
        done = library.unknowns.name(
            members,
            args.name,
            lambda here, total: line.show(f"{here:,} of {total:,} pictures compared"),
        )
    for warning in warnings_of(done):
        say(err, f"anitag: {warning}")
    if args.json:
        record = {**action_record(done.action), "members": len(members), "found": done.found}
        print_json(out, record)
    else:
        found = counted(done.found, "more picture")
        named = f"{done.action.label}: {len(members)} named, found on {found}"
        say(out, f"{named}; take it back with: anitag undo")
    return DONE if is_whole else PROBLEMS


def _ignore(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Ask about a group no more."""
    members, is_whole = _members(library, args, err)
    if not members:
        return PROBLEMS
    action = library.unknowns.ignore(members)
    if args.json:
        print_json(out, action_record(action))
    else:
        say(out, f"{action.label}; take it back with: anitag undo")
    return DONE if is_whole else PROBLEMS


def _members(library: "Library", args: Namespace, err: TextIO) -> "tuple[list[Member], bool]":
    """Return whom a command is about, and whether every file that was named is known."""
    without = library.showing.ids_of(args.without)
    is_left_out = say_left_out(without, err)
    left = set(without.ids)
    members = library.unknowns.find(args.group).members
    meant = [one for one in members if one.image_id not in left]
    if not meant:
        say(err, f"anitag: nothing of group {args.group} is left; name fewer files with --without")
    return meant, not is_left_out


def _record(one: "UnknownCluster", files: list[str]) -> dict[str, object]:
    return {
        "group": one.id,
        "kind": "faces" if one.is_of_regions else "pictures",
        "count": len(one.members),
        "tightness": round(one.tightness, 4),
        "files": files,
    }


COMMANDS = (
    Subcommand(
        "unknown",
        "list groups of pictures that seem to show one character without a name",
        WRITES=False,
        add_arguments=no_arguments,
        run=_list,
    ),
    Subcommand(
        "name",
        "name such a group, and find the character in the whole library",
        WRITES=True,
        add_arguments=_name_arguments,
        run=_name,
    ),
    Subcommand(
        "ignore",
        "say that such a group shows nobody to be named",
        WRITES=True,
        add_arguments=_ignore_arguments,
        run=_ignore,
    ),
)
