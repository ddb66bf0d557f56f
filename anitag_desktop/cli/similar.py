"""``anitag similar``: find the pictures that look like one."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, TextIO

from anitag_desktop.cli.command import DONE, PROBLEMS, WRONG_USE
from anitag_desktop.cli.options import absolute_path, positive_count
from anitag_desktop.cli.printing import print_json, say
from anitag_desktop.cli.query_advice import say_hints, say_where
from anitag_desktop.domain.error import AnitagError

if TYPE_CHECKING:
    from anitag_desktop.domain.details import ImageDetails
    from anitag_desktop.services.library import Library

NAME = "similar"
HELP = "find the pictures most like one, in the library or not; the most alike come first"
WRITES = False


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the picture, and among which others to look."""
    parser.add_argument(
        "file", metavar="FILE", type=_reference, help="a picture, or the md5 or sha256 of one"
    )
    parser.add_argument(
        "--limit", metavar="N", type=positive_count, default=20, help="at most N pictures (20)"
    )
    parser.add_argument(
        "--query", metavar="QUERY", default="", help="look only among what this search finds"
    )


def run(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Print one line for each picture, with how alike it is (the cosine: 1 is the same)."""
    from anitag_desktop.search.errors import QueryError

    try:
        among = library.searching.search(args.query, limit=0)
        found = library.searching.similar(args.file, args.query, args.limit)
    except QueryError as error:
        say_where(error, args.query, err)
        return WRONG_USE
    except AnitagError as error:
        say(err, f"anitag: {error}")
        return PROBLEMS  # as in every command that works on pictures, whatever is wrong with one
    say_hints(library, among, err)
    similarities = dict(found)
    for details in library.showing.pictures(list(similarities)):
        _print(details, similarities[details.image_id or 0], args, out)
    return DONE


def _print(details: "ImageDetails", similarity: float, args: Namespace, out: TextIO) -> None:
    from anitag_desktop.cli.picture_text import brief
    from anitag_desktop.domain.picture_record import picture_record

    if args.json:
        print_json(out, {**picture_record(details), "similarity": similarity})
    else:
        say(out, f"{similarity:.3f}  {brief(details)}")


def _reference(text: str) -> str:
    from anitag_desktop.services.likening import is_hash

    return text if is_hash(text) else absolute_path(text)
