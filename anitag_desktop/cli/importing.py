"""``anitag import``: take in the tags of sidecars, or of another library's export."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, TextIO

from anitag_desktop.cli.command import DONE, PROBLEMS
from anitag_desktop.cli.options import absolute_path
from anitag_desktop.cli.printing import counted, print_json, say

if TYPE_CHECKING:
    from anitag_desktop.services.importing import ImportReport
    from anitag_desktop.services.library import Library
    from anitag_desktop.services.tag_listing import TagListReport

NAME = "import"
HELP = "take in tags from sidecars (name.txt, name.png.txt, JSON of boorus), an export or tag lists"
WRITES = True

_WHAT_IT_IS = (
    "Imported tags are on their pictures at once, unless you rejected them there: your word "
    "stands. How much they teach beside it is the setting import_trust (anitag settings), 0 to 1. "
    "`anitag undo` takes an import back."
)


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the file or folder."""
    parser.epilog = _WHAT_IT_IS
    parser.add_argument("path", metavar="PATH", type=absolute_path, help="a file, or a folder")


def run(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Import in one action that can be undone; list what could not be read."""
    report = library.importing.import_path(args.path)
    for problem in report.problems:
        say(err, f"problem: {problem}")
    counts = {
        "read": report.read,
        "applied": report.applied,
        "unmatched": report.unmatched,
        "labels": report.labels,
        "overruled": report.overruled,
        "problems": len(report.problems),
    }
    if report.listed is not None:
        _tell_list(report.listed, err)
        counts |= _list_counts(report.listed)
        counts["problems"] += report.listed.problems
    if args.json:
        print_json(out, counts)
    else:
        _say_counts(report, out)
        if report.read:
            _say_labels(report, library.configuring.settings().import_trust, out)
    return PROBLEMS if counts["problems"] else DONE


def _say_counts(report: "ImportReport", out: TextIO) -> None:
    if report.listed is None or report.read:
        say(
            out,
            f"{counted(report.read, 'sidecar')} read, {report.applied} of them matched, "
            f"{report.unmatched} {'matches' if report.unmatched == 1 else 'match'} no picture, "
            f"{len(report.problems)} {'is' if len(report.problems) == 1 else 'are'} broken",
        )
    if report.listed is not None:
        listed = report.listed
        say(
            out,
            f"from tag lists: {counted(listed.tags, 'new name')}, "
            f"{listed.aliases} new {'alias' if listed.aliases == 1 else 'aliases'}, "
            f"{counted(listed.implications, 'new implication')}, "
            f"{listed.categories} {'category' if listed.categories == 1 else 'categories'} set; "
            f"{listed.conflicts} left as before, {counted(listed.problems, 'broken line')}",
        )


def _say_labels(report: "ImportReport", trust: float, out: TextIO) -> None:
    """Say what is new by it, whose word stands, and how much it teaches."""
    if not report.labels:
        if report.applied:
            say(out, "they say nothing new")
        return
    are = "is" if report.labels == 1 else "are"
    new = f"{counted(report.labels, 'tag')} {are} new on pictures"
    say(out, f"{new}; take the import back with: anitag undo")
    if report.overruled:
        say(out, f"{report.overruled} of them you had rejected there: your word stands")
    say(out, _TEACHES.format(trust) if trust else _TEACHES_NOTHING)


_TEACHES = (
    "they help to learn the tags that you correct, too, each with {:g} times the weight of your "
    "word: anitag settings set import_trust 0.2"
)
_TEACHES_NOTHING = "nothing is learnt from them: import_trust of anitag settings is 0"


def _list_counts(listed: "TagListReport") -> dict[str, int]:
    return {
        "tags": listed.tags,
        "aliases": listed.aliases,
        "implications": listed.implications,
        "categories": listed.categories,
        "conflicts": listed.conflicts,
    }


def _tell_list(listed: "TagListReport", err: TextIO) -> None:
    """Say which lines were broken, and which said something else than the library."""
    for problem in listed.told:
        say(err, f"problem: {problem}")
    for conflict in listed.kept:
        say(err, f"left as it was: {conflict}")
    more = listed.problems + listed.conflicts - len(listed.told) - len(listed.kept)
    if more:
        say(err, f"and {more} more")
