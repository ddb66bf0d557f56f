"""``anitag retrain``: learn from what the user said so far."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, TextIO

from anitag_desktop.cli.command import DONE
from anitag_desktop.cli.printing import counted, print_json, say
from anitag_desktop.cli.progress import ProgressLine

if TYPE_CHECKING:
    from anitag_desktop.services.library import Library
    from anitag_desktop.services.refreshing import Refreshed, TagRefresh

NAME = "retrain"
HELP = "learn from the corrections: the tags that they are about are judged anew everywhere"
WRITES = True


def add_arguments(parser: ArgumentParser) -> None:
    """Declare how."""
    parser.add_argument(
        "--quick",
        action="store_true",
        help="a personal head on top of the models, within seconds (what it does anyway so far)",
    )


def run(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Learn, and print what came and went for each tag."""
    with ProgressLine(err) as line:
        done = library.refreshing.refresh(
            lambda here, total: line.show(f"{here:,} of {total:,} pictures judged anew")
        )
    if args.json:
        for one in done.tags:
            print_json(out, _record(one))
        print_json(out, _summary(done))
        return DONE
    for one in sorted(done.tags, key=lambda one: (-one.appeared - one.disappeared, one.tag.name)):
        say(out, _line(one))
    about = f"learnt {counted(len(done.tags), 'tag')} in {done.seconds:.1f} s"
    if done.action.id is None:
        say(out, "nothing new was said since this was learnt last")
    else:
        say(out, f"{about}; take it back with: anitag undo")
    return DONE


def _line(one: "TagRefresh") -> str:
    said = f"{one.tag.name}: {one.positives} with, {one.negatives} without"
    came = f"now on {one.appeared:,} more, off {one.disappeared:,}"
    return f"{said}; {came}" + ("" if one.is_sure else " (too few yet: suggestions only)")


def _record(one: "TagRefresh") -> dict[str, object]:
    return {
        "tag": one.tag.name,
        "category": one.tag.category.value,
        "positives": one.positives,
        "negatives": one.negatives,
        "appeared": one.appeared,
        "disappeared": one.disappeared,
        "sure": one.is_sure,
    }


def _summary(done: "Refreshed") -> dict[str, object]:
    return {
        "tags": len(done.tags),
        "pictures": done.pictures,
        "changed": done.action.id is not None,
        "seconds": round(done.seconds, 3),
    }
