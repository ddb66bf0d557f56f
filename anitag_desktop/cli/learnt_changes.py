"""``anitag retrain --changes``: what appeared and disappeared when something was learnt last.

That may be another model, too, which was taken into use or left.
"""

from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

from anitag_desktop.cli.actions import action_record
from anitag_desktop.cli.command import DONE
from anitag_desktop.cli.printing import print_json, say

if TYPE_CHECKING:
    from anitag_desktop.services.library import Library
    from anitag_desktop.services.refreshing import LearntChanges, TagChange
    from anitag_desktop.services.switching import Switched

_FIRST = 3


def run(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Print the changes tag by tag."""
    changes, switched = library.refreshing.changes(), library.retraining.switched()
    if switched is not None and switched.is_newer(changes):
        _print_tags(library, switched.tags, args, out)
        _print_switch(switched, args, out)
    elif changes is not None:
        _print_tags(library, changes.tags, args, out)
        _print_action(changes, args, out)
    else:
        say(err, "anitag: nothing was learnt yet")
    return DONE


def _print_action(changes: "LearntChanges", args: Namespace, out: TextIO) -> None:
    if args.json:
        print_json(out, {**action_record(changes.action), "undone": changes.action.is_undone})
        return
    taken = "it was taken back" if changes.action.is_undone else "take it back with: anitag undo"
    say(out, f"{changes.action.label}; {taken}")


def _print_switch(switched: "Switched", args: Namespace, out: TextIO) -> None:
    of = f"of {switched.pictures:,} pictures that both looked at"
    if args.json:
        names = switched.title, switched.old
        new, old = reversed(names) if switched.is_left else names
        told = {"switched_to": new, "from": old, "at": switched.at}
        print_json(out, {**told, "pictures": switched.pictures})
        return
    if switched.is_left:
        left = f"{switched.title} was left, and {switched.old} is in use again"
        say(out, f"{left}; this is what changed, {of}")
        return
    say(out, f"{switched.title} took the place of {switched.old}; this is what changed, {of}")
    say(out, "go back with: anitag retrain --rollback")


def _print_tags(
    library: "Library", tags: "Sequence[TagChange]", args: Namespace, out: TextIO
) -> None:
    ids = {image for one in tags for image in (*one.on, *one.off)}
    paths = {row.image_id: row.path for row in library.showing.rows(list(ids))}
    if args.json:
        _print_json(tags, paths, out)
        return
    for one in tags:
        say(out, f"{one.tag.name}: on {one.appeared:,} more, off {one.disappeared:,}")
        for word, images in (("on", one.on), ("off", one.off)):
            for image in [one for one in images if one in paths][:_FIRST]:
                say(out, f"  {word} {paths[image]}")


def _print_json(tags: "Sequence[TagChange]", paths: dict[int, str], out: TextIO) -> None:
    for one in tags:
        record = {
            "tag": one.tag.name,
            "category": one.tag.category.value,
            "appeared": one.appeared,
            "disappeared": one.disappeared,
            "on": [paths[image] for image in one.on if image in paths],
            "off": [paths[image] for image in one.off if image in paths],
        }
        print_json(out, record)
