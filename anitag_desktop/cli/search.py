"""``anitag search``: find pictures by their tags."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, TextIO

from anitag_desktop.cli.command import DONE, WRONG_USE
from anitag_desktop.cli.options import count
from anitag_desktop.cli.printing import print_json, say
from anitag_desktop.cli.query_advice import say_hints, say_where

if TYPE_CHECKING:
    from anitag_desktop.domain.details import ImageDetails
    from anitag_desktop.services.library import Library

NAME = "search"
HELP = "find pictures by their tags; without a query, everything that is present"
WRITES = False


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the query and how much of the answer to print."""
    parser.add_argument(
        "query",
        metavar="QUERY",
        nargs="*",
        help="tags and operators, e.g. 'long_hair (smile or blush) -hat'; "
        "what begins with -- or is -h may follow --",
    )
    parser.add_argument("--limit", metavar="N", type=count, help="print at most N pictures")
    parser.add_argument(
        "--offset", metavar="N", type=count, default=0, help="leave out the first N"
    )
    parser.add_argument("--order", metavar="ORDER", help="beats order: in the query")
    parser.add_argument("--count", action="store_true", help="print only how many there are")
    parser.add_argument("--explain", action="store_true", help="print the normalised query")


def as_word(argument: str) -> str:
    """Return an argument so that an excluded tag (``-smile``) is taken for no option.

    White space before it keeps it from that, and means nothing in a query or an order.
    """
    is_excluded = argument.startswith("-") and not argument.startswith("--")
    return f" {argument}" if is_excluded and argument not in ("-", "-h") else argument


def run(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Search and print one line for each picture."""
    from anitag_desktop.search.errors import QueryError

    text = " ".join(args.query).strip()
    try:
        return _answer(library, text, args, out, err)
    except QueryError as error:
        say_where(error, text, err)
        return WRONG_USE


def _answer(library: "Library", text: str, args: Namespace, out: TextIO, err: TextIO) -> int:
    limit = 0 if args.count or args.explain else args.limit
    found = library.searching.search(text, order=args.order, limit=limit, offset=args.offset)
    say_hints(library, found, err)
    if args.explain:
        _print_one(args, out, "query", library.searching.explain(text))
    elif args.count:
        _print_one(args, out, "count", library.searching.count(text))
    else:
        for details in library.showing.pictures(found.ids):
            _print_picture(details, args, out)
    return DONE


def _print_one(args: Namespace, out: TextIO, name: str, value: object) -> None:
    if args.json:
        print_json(out, {name: value})
    else:
        say(out, str(value))


def _print_picture(details: "ImageDetails", args: Namespace, out: TextIO) -> None:
    from anitag_desktop.cli.picture_text import brief
    from anitag_desktop.domain.picture_record import picture_record

    if args.json:
        print_json(out, picture_record(details))
    else:
        say(out, brief(details))
