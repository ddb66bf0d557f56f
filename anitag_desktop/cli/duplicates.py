"""``anitag duplicates``: list pictures that show the same. Nothing is ever deleted."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, TextIO

from anitag_desktop.cli.command import DONE
from anitag_desktop.cli.printing import counted, print_json, say

if TYPE_CHECKING:
    from anitag_desktop.domain.details import ImageDetails
    from anitag_desktop.services.library import Library

NAME = "duplicates"
HELP = "list pictures with the very same pixels, the best of each group first; deletes nothing"
WRITES = False


def add_arguments(parser: ArgumentParser) -> None:
    """Declare how alike they have to be."""
    parser.add_argument(
        "--near",
        action="store_true",
        help="also those that look the same: at another size, compressed, edited a little",
    )


def run(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Print each group: its best picture, then the others."""
    groups = library.duplicating.near() if args.near else library.duplicating.exact()
    for group in groups:
        best, *others = library.showing.pictures([group.best, *group.others])
        if args.json:
            _print_json(best, others, group.is_exact, out)
        else:
            say(out, f"best  {_line(best)}")
            for one in others:
                say(out, f"{'same' if group.is_exact else 'near'}  {_line(one)}")
            say(out, "")
    if not args.json:
        others_in_all = sum(len(group.others) for group in groups)
        say(out, f"{counted(len(groups), 'group')}, {counted(others_in_all, 'duplicate')}")
    return DONE


def _print_json(
    best: "ImageDetails", others: list["ImageDetails"], is_exact: bool, out: TextIO
) -> None:
    from anitag_desktop.domain.picture_record import picture_record

    kind = "exact" if is_exact else "near"
    records = [picture_record(one) for one in others]
    print_json(out, {"kind": kind, "best": picture_record(best), "others": records})


def _line(details: "ImageDetails") -> str:
    from anitag_desktop.cli.picture_text import brief

    facts = details.facts
    size = f"{facts.width}x{facts.height} {facts.bytes} bytes  " if facts else ""
    return f"{size}{brief(details)}"
