"""``anitag retrain --changes``: what appeared and disappeared when something was learnt last."""

from argparse import Namespace
from typing import TYPE_CHECKING, TextIO

from anitag_desktop.cli.actions import action_record
from anitag_desktop.cli.command import DONE
from anitag_desktop.cli.printing import print_json, say

if TYPE_CHECKING:
    from anitag_desktop.services.library import Library
    from anitag_desktop.services.refreshing import LearntChanges

_FIRST = 3


def run(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Print the changes tag by tag."""
    changes = library.refreshing.changes()
    if changes is None:
        say(err, "anitag: nothing was learnt yet")
        return DONE
    ids = {image for one in changes.tags for image in (*one.on, *one.off)}
    paths = {row.image_id: row.path for row in library.showing.rows(list(ids))}
    if args.json:
        _print_json(changes, paths, out)
        return DONE
    for one in changes.tags:
        say(out, f"{one.tag.name}: on {one.appeared:,} more, off {one.disappeared:,}")
        for word, images in (("on", one.on), ("off", one.off)):
            for image in [one for one in images if one in paths][:_FIRST]:
                say(out, f"  {word} {paths[image]}")
    taken = "it was taken back" if changes.action.is_undone else "take it back with: anitag undo"
    say(out, f"{changes.action.label}; {taken}")
    return DONE


def _print_json(changes: "LearntChanges", paths: dict[int, str], out: TextIO) -> None:
    for one in changes.tags:
        record = {
            "tag": one.tag.name,
            "category": one.tag.category.value,
            "appeared": one.appeared,
            "disappeared": one.disappeared,
            "on": [paths[image] for image in one.on if image in paths],
            "off": [paths[image] for image in one.off if image in paths],
        }
        print_json(out, record)
    print_json(out, {**action_record(changes.action), "undone": changes.action.is_undone})
