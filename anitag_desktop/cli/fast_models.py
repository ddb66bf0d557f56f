"""``anitag models fast``: make a fast copy of a model, and say what it costs."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, TextIO

from anitag_desktop.cli.command import DONE
from anitag_desktop.cli.printing import counted, print_json, say
from anitag_desktop.cli.progress import ProgressLine
from anitag_desktop.domain.error import AnitagError

if TYPE_CHECKING:
    from anitag_desktop.services.approximating import Approximation
    from anitag_desktop.services.library import Library


def add_fast_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of ``fast``."""
    parser.add_argument("model", metavar="ID", help="as `anitag models list` names it")
    parser.add_argument("--dry-run", action="store_true", help="only measure; keep nothing")
    parser.add_argument(
        "--pictures",
        metavar="N",
        type=int,
        default=64,
        help="compare both on so many pictures of the library (64)",
    )


def make_fast(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Make and measure a fast copy, saying how far it is."""
    if args.pictures < 1:
        raise AnitagError("bad_value", reason="Both are compared on one picture or more")
    with ProgressLine(err) as line:
        line.show("writing the network in whole numbers")
        done = library.approximating.approximate(
            args.model,
            keep=not args.dry_run,
            pictures=args.pictures,
            on_progress=lambda here, total: line.show(f"compared on {here} of {total} pictures"),
        )
    if args.json:
        print_json(out, _record(done))
    else:
        for words in _words(done):
            say(out, words)
    return DONE


def _record(done: "Approximation") -> dict[str, object]:
    agreement = done.agreement
    return {
        "id": None if done.view is None else done.view.id,
        "pictures": agreement.pictures,
        "same_tags": round(agreement.part, 4),
        "tags_lost": agreement.lost,
        "tags_gained": agreement.gained,
        "mean_difference": round(agreement.mean_gap, 4),
        "largest_difference": round(agreement.largest_gap, 4),
        "images_per_second": round(done.fast_pace, 2),
        "images_per_second_exact": round(done.exact_pace, 2),
    }


def _words(done: "Approximation") -> list[str]:
    agreement = done.agreement
    lines = [
        f"on {counted(agreement.pictures, 'picture')} of this library:",
        f"  same tags    {agreement.part:.1%} ({agreement.lost} lost, {agreement.gained} gained)",
        f"  scores       differ by {agreement.mean_gap:.4f} on average, "
        f"{agreement.largest_gap:.4f} at most",
        f"  speed        {done.fast_pace:.2f} pictures a second instead of {done.exact_pace:.2f}",
    ]
    if done.view is None:
        return [*lines, "nothing was kept; without --dry-run it is"]
    return [*lines, f"kept as {done.view.id}; use it with: anitag models use {done.view.id}"]
