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
from anitag_desktop.cli.printing import counted, print_json, print_table, say
from anitag_desktop.domain.error import AnitagError

if TYPE_CHECKING:
    from anitag_desktop.domain.tag import TagCategory
    from anitag_desktop.search.index import RelatedTag
    from anitag_desktop.services.administering import TagPreview, TagView
    from anitag_desktop.services.library import Library

NAME = "tags"
HELP = "list tags, and alias, imply, rename, merge and delete them"
WRITES = False


_RELATED = 10
"""How many related tags are shown."""


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
    category, counts = _category(args.category), library.searching.counts()
    views = library.administering.list_tags(category, args.prefix, counts)
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
    view = library.administering.show(args.tag, library.searching.counts())
    related = library.searching.related_to_tag(view.tag.name, limit=_RELATED)
    if args.json:
        print_json(out, _record(view) | {"related": [_related_record(one) for one in related]})
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
            ("related", ", ".join(one.tag.name for one in related) or "-"),
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


def _related_record(related: "RelatedTag") -> dict[str, object]:
    return {
        "name": related.tag.name,
        "category": related.tag.category.value,
        "count": related.count,
        "similarity": round(related.cosine, 4),
        "frequency": round(related.frequency, 4),
    }


def _relations(view: "TagView") -> tuple[str, str]:
    return ", ".join(view.aliases), ", ".join(view.implies)


def _names(*metavars: str) -> "Callable[[ArgumentParser], None]":
    """Return what declares the names that a change takes."""

    def declare(parser: ArgumentParser) -> None:
        for name, metavar in zip(("first", "second"), metavars, strict=False):
            parser.add_argument(name, metavar=metavar)
        parser.add_argument(
            "--dry-run", action="store_true", help="only say what would change, and where"
        )

    return declare


def _deleting(parser: ArgumentParser) -> None:
    _names("TAG")(parser)
    only = parser.add_mutually_exclusive_group()
    only.add_argument(
        "--predictions",
        action="store_true",
        help="only take it off where models gave it, now and later; what was said by hand stays",
    )
    only.add_argument("--restore-predictions", action="store_true", help="let models give it again")


def _change(kind: str, library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Change tags and print what was done, or only what would be."""
    from anitag_desktop.domain.tag_change import ChangeKind, TagChange

    second = getattr(args, "second", "")
    if kind == ChangeKind.CATEGORY:
        _category(second)  # says which there are
    change = TagChange(ChangeKind(kind), args.first, second)
    if args.dry_run:
        return _tell(library.administering.preview(change), args, out)
    action = library.administering.apply(change)
    if args.json:
        print_json(out, action_record(action))
    elif action.id is None:
        say(out, "it is so already")
    else:
        say(out, f"{action.label}; take it back with: anitag undo")
    return DONE


def _delete(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    kind = "silence" if args.predictions else "heed" if args.restore_predictions else "delete"
    return _change(kind, library, args, out, err)


def _tell(preview: "TagPreview", args: Namespace, out: TextIO) -> int:
    if args.json:
        effects = [
            {"kind": one.kind, "tag": one.tag, "other": one.other, "pictures": one.pictures}
            for one in preview.effects
        ]
        print_json(out, {"dry_run": True, "label": preview.label, "effects": effects})
        return DONE
    say(out, f"{preview.label} would do this:" if preview.effects else "it is so already")
    for one in preview.effects:
        pictures = counted(one.pictures, "picture")
        say(out, "  " + _EFFECTS[one.kind].format(tag=one.tag, other=one.other, n=pictures))
    return DONE


_EFFECTS = {
    "renamed": "{tag} is called {other} on {n}",
    "merged": "{tag} counts as {other}",
    "lost": "{n} lose {tag}",
    "gained": "{n} gain {tag}",
    "found": "{tag} finds {n} more, those with {other}",
    "category": "{tag} moves to the category {other}, on {n}",
    "alias_added": "{other} becomes another name of {tag}",
    "alias_removed": "{other} is no name of {tag} any more",
    "implication_added": "{tag} implies {other}",
    "implication_removed": "{tag} does not imply {other} any more",
    "restored": "{tag}, which was deleted, is a tag again",
    "silenced": "{n} lose {tag}, which only models gave them",
    "heeded": "models may give {tag} again",
}


def _changing(kind: str, words: str, *metavars: str) -> Subcommand:
    return Subcommand(kind, words, True, _names(*metavars), partial(_change, kind))


_COMMANDS = (
    Subcommand("list", "list tags with their counts", False, _list_arguments, _list),
    Subcommand("show", "show one tag, and the tags that go with it", False, _show_arguments, _show),
    _changing("alias", "let another name stand for a tag", "ALIAS", "TAG"),
    _changing("imply", "let pictures with one tag be found by another one", "CHILD", "PARENT"),
    _changing("rename", "give a tag another name; the old one becomes an alias", "OLD", "NEW"),
    _changing("merge", "make one tag of two; the old name becomes an alias", "OLD", "INTO"),
    _changing("category", "move a tag to another category", "TAG", "CATEGORY"),
    Subcommand("delete", "take a tag off every picture, for good", True, _deleting, _delete),
)
