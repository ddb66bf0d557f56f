"""``anitag tags``: list tags and change what they are."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TextIO

from anitag_desktop.cli.actions import action_record
from anitag_desktop.cli.command import (
    DONE,
    Subcommand,
    add_subcommands,
    run_subcommand,
)
from anitag_desktop.cli.printing import print_json, print_table, say
from anitag_desktop.domain.error import AnitagError

if TYPE_CHECKING:
    from anitag_desktop.domain.tag import TagCategory
    from anitag_desktop.services.administering import TagView
    from anitag_desktop.services.correcting import ActionView
    from anitag_desktop.services.library import Library

NAME = "tags"
HELP = "list tags, and alias, imply, rename, merge and delete them"
WRITES = False


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the sub-commands."""
    add_subcommands(parser, _COMMANDS, default="list")
    parser.set_defaults(category=None, prefix="", all=False)


def run(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Run the sub-command."""
    return run_subcommand(_COMMANDS, library, args, out, err)


def _list_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("prefix", metavar="PREFIX", nargs="?", default="", help="how names begin")
    parser.add_argument("--category", metavar="CATEGORY", help="artist, character ...")
    parser.add_argument("--all", action="store_true", help="also tags that no picture has")


def _list(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    views = library.administering.list_tags(_category(args.category), args.prefix)
    if not args.all:
        views = _in_use(views)
    if args.json:
        for view in views:
            print_json(out, _record(view))
        return DONE
    rows = [(v.tag.name, v.tag.category.value, v.count, *_relations(v)) for v in views]
    print_table(out, rows, ("tag", "category", "pictures", "aliases", "implies"))
    return DONE


def _in_use(views: "list[TagView]") -> "list[TagView]":
    """Leave out what a model once suggested and no picture has."""
    implied = {name for view in views for name in view.implies}
    return [v for v in views if v.count or v.aliases or v.implies or v.tag.name in implied]


def _category(text: str | None) -> "TagCategory | None":
    from anitag_desktop.domain.tag import TagCategory

    if text is None:
        return None
    try:
        return TagCategory(text)
    except ValueError:
        known = ", ".join(category.value for category in TagCategory)
        raise AnitagError(
            "bad_value", reason=f"{text} is no category of tags. The categories are {known}"
        ) from None


def _show_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("tag", metavar="TAG")


def _show(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    view = library.administering.show(args.tag)
    if args.json:
        print_json(out, _record(view))
        return DONE
    aliases, implies = _relations(view)
    print_table(
        out,
        [
            ("tag", view.tag.name),
            ("category", view.tag.category.value),
            ("pictures", str(view.count)),
            ("aliases", aliases or "-"),
            ("implies", implies or "-"),
        ],
    )
    return DONE


def _record(view: "TagView") -> dict[str, object]:
    return {
        "name": view.tag.name,
        "category": view.tag.category.value,
        "count": view.count,
        "aliases": list(view.aliases),
        "implies": list(view.implies),
    }


def _relations(view: "TagView") -> tuple[str, str]:
    return ", ".join(view.aliases), ", ".join(view.implies)


Change = Callable[["Library", str, str], "ActionView"]


def _two_names(first: str, second: str, parser: ArgumentParser) -> None:
    parser.add_argument("first", metavar=first)
    parser.add_argument("second", metavar=second)


def _one_name(parser: ArgumentParser) -> None:
    parser.add_argument("first", metavar="TAG")


def _change(change: Change, library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Change tags and print what was done."""
    action = change(library, args.first, getattr(args, "second", ""))
    if args.json:
        print_json(out, action_record(action))
    elif action.id is None:
        say(out, "it is so already")
    else:
        say(out, f"{action.label}; take it back with: anitag undo")
    return DONE


def _changing(name: str, words: str, ends: tuple[str, str], change: Change) -> Subcommand:
    return Subcommand(name, words, True, partial(_two_names, *ends), partial(_change, change))


_COMMANDS = (
    Subcommand("list", "list tags with their counts", False, _list_arguments, _list),
    Subcommand("show", "show one tag", False, _show_arguments, _show),
    _changing(
        "alias",
        "let another name stand for a tag",
        ("ALIAS", "TAG"),
        lambda library, alias, name: library.administering.alias(alias, name),
    ),
    _changing(
        "imply",
        "let pictures with one tag be found by another one, too",
        ("CHILD", "PARENT"),
        lambda library, child, parent: library.administering.imply(child, parent),
    ),
    _changing(
        "rename",
        "give a tag another name; the old one becomes an alias",
        ("OLD", "NEW"),
        lambda library, old, new: library.administering.rename(old, new),
    ),
    _changing(
        "merge",
        "make one tag of two; the old name becomes an alias",
        ("OLD", "INTO"),
        lambda library, old, into: library.administering.merge(old, into),
    ),
    Subcommand(
        "delete",
        "take a tag off every picture, for good",
        True,
        _one_name,
        partial(_change, lambda library, name, _: library.administering.delete(name)),
    ),
)
