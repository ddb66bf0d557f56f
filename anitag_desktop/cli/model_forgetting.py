"""``anitag models forget``: let go of everything that a model said of pictures."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, TextIO

from anitag_desktop.cli.command import DONE
from anitag_desktop.cli.printing import counted, print_json, say
from anitag_desktop.cli.progress import ProgressLine

if TYPE_CHECKING:
    from anitag_desktop.services.forgetting import ForgetPreview
    from anitag_desktop.services.library import Library


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("model", metavar="ID", help="the model, which need not be installed")
    parser.add_argument("--revision", default="", help="only this revision (default: all of them)")
    parser.add_argument(
        "--dry-run", action="store_true", help="only say what would go, and from how many pictures"
    )


def run(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Say what goes, and let it go."""
    preview = library.forgetting.preview(args.model, args.revision)
    if args.dry_run:
        if args.json:
            print_json(out, _record(preview) | {"dry_run": True})
        else:
            for sentence in _sentences(preview):
                say(out, sentence)
        return DONE
    with ProgressLine(err) as line:
        done = library.forgetting.forget(
            args.model,
            args.revision,
            lambda here, total: line.show(f"forgotten of {here:,} of {total:,} pictures"),
        )
    if args.json:
        print_json(out, {"id": preview.models[0].id, "pictures": done.pictures})
    else:
        say(out, f"forgot what {preview.models[0].id} said of {_pictures(done.pictures)}")
    return DONE


def _sentences(preview: "ForgetPreview") -> list[str]:
    """Return what would happen."""
    name, about = preview.models[0].id, "about " if preview.is_estimate else ""
    said = [f"{name} looked at {_pictures(preview.pictures)}; what it said of them would go."]
    if preview.changed:
        tags = f"{about}{counted(preview.lost, 'tag')} from {about}{_pictures(preview.changed)}"
        gained = f", and {about}{preview.gained:,} would come" if preview.gained else ""
        said.append(f"This would take {tags}{gained}.")
    else:
        said.append("No picture would have other tags.")
    said.append("What was said by hand stays.")
    return [*said, _way_back(preview)]


def _way_back(preview: "ForgetPreview") -> str:
    name = preview.models[0].id
    if any(one.is_active for one in preview.models):
        return f"{name} is in use: it looks at its pictures again with: anitag tag"
    if any(one.is_here for one in preview.models):
        return "An undo does not bring it back; using the model again, and anitag tag, would."
    return "Nothing brings it back: the model is not installed."


def _pictures(count: int) -> str:
    return counted(count, "picture")


def _record(preview: "ForgetPreview") -> dict[str, object]:
    return {
        "id": preview.models[0].id,
        "revisions": [one.revision for one in preview.models],
        "in_use": any(one.is_active for one in preview.models),
        "installed": any(one.is_here for one in preview.models),
        "pictures": preview.pictures,
        "changed": preview.changed,
        "lost": preview.lost,
        "gained": preview.gained,
        "estimated": preview.is_estimate,
    }
