"""``anitag regions``: list, draw, name, move and reject the parts of a picture."""

import math
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from typing import TYPE_CHECKING, NamedTuple, TextIO

from anitag_desktop.cli.actions import action_record
from anitag_desktop.cli.choosing import add_files, say_left_out
from anitag_desktop.cli.command import DONE, PROBLEMS, Subcommand, add_subcommands, run_subcommand
from anitag_desktop.cli.options import absolute_path
from anitag_desktop.cli.printing import print_json, print_table, say
from anitag_desktop.domain.error import AnitagError

if TYPE_CHECKING:
    from anitag_desktop.domain.image import Box
    from anitag_desktop.domain.region import Region
    from anitag_desktop.services.correcting import ActionView
    from anitag_desktop.services.library import Library

NAME = "regions"
HELP = "list, draw, name, move and reject the faces, heads and persons of a picture"
WRITES = False

_SHORT = 6
"""So many digits of a region's name are listed; fewer are enough where no other begins so."""

_SIDES = ("left", "top", "width", "height")


class Length(NamedTuple):
    """A length in pixels of the upright picture, or as a fraction of it."""

    amount: float
    is_fraction: bool

    def of(self, whole: int) -> float:
        """Return it as a fraction of a picture's side of ``whole`` pixels."""
        return self.amount if self.is_fraction else self.amount / whole


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the sub-commands."""
    add_subcommands(parser, _COMMANDS)


def run(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Run the sub-command."""
    return run_subcommand(_COMMANDS, library, args, out, err)


def _list(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    from anitag_desktop.domain.picture_record import region_record

    chosen = library.showing.ids_of(args.files)
    is_complete = not say_left_out(chosen, err)
    for details in library.showing.pictures(list(chosen.ids)):
        found = library.outlining.regions(details.image_id or 0)
        if args.json:
            for region in found:
                print_json(
                    out,
                    {
                        "path": details.path,
                        **region_record(region),
                        "suggestions": [
                            {"name": one.tag.name, "score": round(one.score, 4), "model": one.model}
                            for one in region.proposals
                        ],
                    },
                )
        else:
            say(out, details.path if found else f"{details.path}: no regions")
            print_table(out, [_row(region) for region in found])
    return DONE if is_complete else PROBLEMS


def _row(region: "Region") -> tuple[str, ...]:
    box = region.place.box
    sides = " ".join(f"{100 * side:.1f}%" for side in (box.left, box.top, box.width, box.height))
    who = "user" if region.score is None else f"{region.score:.2f}"
    return "  " + _short(region), region.place.label or "region", who, sides, _names(region)


def _names(region: "Region") -> str:
    """Return who it is, and who it is not; else who it may be."""
    denied = (f"not {tag.name}" for tag in region.rejected)
    names = ", ".join((*(found.tag.name for found in region.tags), *denied))
    if region.proposed is None:
        return names
    maybe = " or ".join(f"{one.tag.name} {one.score:.2f}" for one in region.proposals)
    return f"{names}, perhaps {maybe}" if names else f"perhaps {maybe}"


def _short(region: "Region") -> str:
    return region.uid.partition("#")[2][:_SHORT]


def _draw(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    image_id = _image(library, args.file)
    box = _box(library, image_id, args)
    drawn = library.outlining.draw(image_id, box, args.kind, args.name)
    return _say(drawn.uid, drawn.action, args, out)


def _name(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    uid = _find(library, args).uid
    return _say(uid, library.outlining.name(uid, args.name), args, out)


def _move(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    uid = _find(library, args).uid
    box = _box(library, _image(library, args.file), args)
    return _say(uid, library.outlining.move(uid, box), args, out)


def _kind(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    uid = _find(library, args).uid
    return _say(uid, library.outlining.relabel(uid, args.kind), args, out)


def _reject(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    uid = _find(library, args).uid
    outlining = library.outlining
    action = outlining.correct(uid, reject=[args.name]) if args.name else outlining.reject(uid)
    return _say(uid, action, args, out)


def _say(uid: str, action: "ActionView", args: Namespace, out: TextIO) -> int:
    if args.json:
        print_json(out, {**action_record(action), "region": uid})
    else:
        words = "it is so already" if action.id is None else "take it back with: anitag undo"
        say(out, f"{action.label} ({uid.partition('#')[2][:_SHORT]}); {words}")
    return DONE


def _image(library: "Library", file: str) -> int:
    """Return the id of the one picture that a file holds."""
    chosen = library.showing.ids_of([file])
    if len(chosen.ids) == 1:
        return chosen.ids[0]
    if chosen.ids:
        raise AnitagError("bad_value", reason=f"Name one picture, not the folder {file}")
    raise AnitagError("not_read_yet" if chosen.unread else "unknown_picture", path=file)


def _find(library: "Library", args: Namespace) -> "Region":
    """Return the region that is meant by its name or by how it begins."""
    known = library.outlining.regions(_image(library, args.file))
    wanted = args.region.rpartition("#")[2].lower()
    found = [one for one in known if wanted and one.uid.partition("#")[2].startswith(wanted)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(map(_short, found or known)) or "none"
    told = f"More than one region begins with {wanted}" if found else f"There is no {args.region}"
    raise AnitagError("bad_value", reason=f"{told}; the picture has {names}")


def _box(library: "Library", image_id: int, args: Namespace) -> "Box":
    from anitag_desktop.domain.image import Box

    (details,) = library.showing.pictures([image_id])
    assert details.facts is not None
    wholes = (details.facts.width, details.facts.height) * 2
    sides = (Length(*getattr(args, side)) for side in _SIDES)  # handed over, it is a list
    return Box(*(side.of(whole) for side, whole in zip(sides, wholes, strict=True)))


def _length(text: str) -> Length:
    is_fraction = text.endswith("%")
    try:
        amount = float(text.removesuffix("%"))
    except ValueError:
        amount = math.nan
    if not 0 <= amount < 1e9:
        raise ArgumentTypeError(f"{text!r} is no length: give pixels, or percent as 12.5%")
    return Length(amount / 100, True) if is_fraction else Length(amount, False)


def _file_argument(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=absolute_path, help="a picture")


def _region_arguments(parser: ArgumentParser) -> None:
    _file_argument(parser)
    parser.add_argument(
        "region", metavar="REGION", help="as `anitag regions list` names it, or how that begins"
    )


def _name_arguments(parser: ArgumentParser) -> None:
    _region_arguments(parser)
    parser.add_argument("name", metavar="NAME", help="the character, in place of the one before")


def _box_arguments(parser: ArgumentParser) -> None:
    for side in _SIDES:
        parser.add_argument(
            side, metavar=side.upper(), type=_length, help="in pixels, or in percent as 12.5%%"
        )


def _draw_arguments(parser: ArgumentParser) -> None:
    _file_argument(parser)
    _box_arguments(parser)
    parser.add_argument("--kind", metavar="KIND", default="", help="face, head, person, or other")
    parser.add_argument("--name", metavar="NAME", default="", help="who it is")


def _move_arguments(parser: ArgumentParser) -> None:
    _region_arguments(parser)
    _box_arguments(parser)


def _kind_arguments(parser: ArgumentParser) -> None:
    _region_arguments(parser)
    parser.add_argument("kind", metavar="KIND", help="face, head, person, or anything else")


def _reject_arguments(parser: ArgumentParser) -> None:
    _region_arguments(parser)
    parser.add_argument("--name", metavar="NAME", default="", help="only say who it is not")


_COMMANDS = (
    Subcommand("list", "list the regions of pictures", False, add_files, _list),
    Subcommand("draw", "add a region", True, _draw_arguments, _draw),
    Subcommand("name", "say who a region shows", True, _name_arguments, _name),
    Subcommand("move", "give a region another place or size", True, _move_arguments, _move),
    Subcommand("kind", "say what a region shows: a face, a person", True, _kind_arguments, _kind),
    Subcommand(
        "reject",
        "say that there is nothing, or with --name who it is not",
        True,
        _reject_arguments,
        _reject,
    ),
)
