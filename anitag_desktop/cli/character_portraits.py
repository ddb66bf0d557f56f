"""``anitag characters show``: what is known of a character, and whom it can be taken for."""

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TextIO

from anitag_desktop.cli.command import DONE, Subcommand
from anitag_desktop.cli.printing import counted, print_json, say

if TYPE_CHECKING:
    from anitag_desktop.services.library import Library
    from anitag_desktop.services.portraying import Portrait

_PICTURES = ("references", "rejected", "best", "doubtful")


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="the character")


def _show(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Print how sure the character is known, its pictures, and who looks alike."""
    portrait = library.portraying.portrait(args.name)
    ids = {one for kind in _PICTURES for one in getattr(portrait, kind)}
    ids |= {one for other in portrait.look_alikes for one in other.between}
    paths = {row.image_id: row.path for row in library.showing.rows(list(ids))}
    if args.json:
        print_json(out, _record(portrait, paths))
    else:
        for line in _lines(portrait, paths):
            say(out, line)
    return DONE


def _lines(portrait: "Portrait", paths: Mapping[int, str]) -> list[str]:
    count = len(portrait.references)
    lines = [f"{portrait.tag.name}: {counted(count, 'reference')}"]
    if portrait.known_alone is None and portrait.has_enough:
        lines.append(
            "not learnt with the model in use yet: anitag tag, then anitag retrain --quick"
        )
    elif portrait.known_alone is None:
        lines.append("too few references to tell how sure it is known")
    else:
        lines.append(f"{portrait.known_alone} of {count} are known without themselves")
    lines += [f"wears {one.name}" for one in portrait.outfits]
    lines += [f"worn by {portrait.wearer.name}"] if portrait.wearer else []
    for words, ids in (("surely on", portrait.best), ("perhaps on", portrait.doubtful)):
        lines += [f"{words} {paths[one]}" for one in ids if one in paths]
    for one in portrait.look_alikes:
        between = counted(len(one.between), "picture")
        lines.append(f"looks like {one.tag.name}: distance {one.distance:.2f}, {between} between")
    return lines


def _record(portrait: "Portrait", paths: Mapping[int, str]) -> dict[str, object]:
    def files(ids: Sequence[int]) -> list[str]:
        return [paths[one] for one in ids if one in paths]

    return {
        "name": portrait.tag.name,
        **{kind: files(getattr(portrait, kind)) for kind in _PICTURES},
        "known_alone": portrait.known_alone,
        "outfits": [one.name for one in portrait.outfits],
        "wearer": portrait.wearer.name if portrait.wearer else None,
        "look_alikes": [
            {
                "name": one.tag.name,
                "distance": round(one.distance, 4),
                "between": files(one.between),
            }
            for one in portrait.look_alikes
        ],
    }


COMMAND = Subcommand(
    "show",
    "say how sure a character is known, by what, and whom it can be taken for",
    WRITES=False,
    add_arguments=_arguments,
    run=_show,
)
