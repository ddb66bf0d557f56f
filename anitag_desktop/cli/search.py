"""``anitag search``: find pictures by their tags."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, TextIO

from anitag_desktop.cli.command import DONE, WRONG_USE
from anitag_desktop.cli.options import count
from anitag_desktop.cli.picture_text import brief
from anitag_desktop.cli.printing import print_json, say, width
from anitag_desktop.domain.picture_record import picture_record

if TYPE_CHECKING:
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
        "a query that starts with - may follow --",
    )
    parser.add_argument("--limit", metavar="N", type=count, help="print at most N pictures")
    parser.add_argument(
        "--offset", metavar="N", type=count, default=0, help="leave out the first N"
    )
    parser.add_argument("--order", metavar="ORDER", help="beats order: in the query")
    parser.add_argument("--count", action="store_true", help="print only how many there are")
    parser.add_argument("--explain", action="store_true", help="print the normalised query")


def run(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Search and print one line for each picture."""
    from anitag_desktop.search.errors import QueryError

    text = " ".join(args.query)
    try:
        return _answer(library, text, args, out, err)
    except QueryError as error:
        say(err, f"anitag: {error}")
        say(err, f"  {text}")
        say(err, "  " + _marker(text, error.position, error.end))
        return WRONG_USE


def _answer(library: "Library", text: str, args: Namespace, out: TextIO, err: TextIO) -> int:
    if args.explain:
        _print_one(args, out, "query", library.searching.explain(text))
        return DONE
    _hint(library, text, err)
    if args.count:
        _print_one(args, out, "count", library.searching.count(text))
        return DONE
    result = library.searching.search(text, order=args.order, limit=args.limit, offset=args.offset)
    for details in library.showing.pictures(result.ids):
        if args.json:
            print_json(out, picture_record(details))
        else:
            say(out, brief(details))
    return DONE


def _print_one(args: Namespace, out: TextIO, name: str, value: object) -> None:
    if args.json:
        print_json(out, {name: value})
    else:
        say(out, str(value))


def _hint(library: "Library", text: str, err: TextIO) -> None:
    """Say which tags nobody knows, and what they may have meant."""
    for name, suggestions in library.searching.unknown_tags(text):
        meant = f" Did you mean {', '.join(suggestions)}?" if suggestions else ""
        say(err, f"anitag: there is no tag {name}.{meant}")


def _marker(text: str, start: int, end: int) -> str:
    """Return carets that stand under what is wrong."""
    return " " * width(text[:start]) + "^" * max(1, width(text[start:end]))
