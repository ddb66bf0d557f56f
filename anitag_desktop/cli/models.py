"""``anitag models``: list, install, add, use, stop, verify, remove, forget, and fast copies."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, TextIO

from anitag_desktop.cli import fast_models, model_catalogue, model_forgetting
from anitag_desktop.cli.command import (
    DONE,
    PROBLEMS,
    Subcommand,
    add_subcommands,
    run_subcommand,
)
from anitag_desktop.cli.options import absolute_path
from anitag_desktop.cli.printing import listed, print_json, print_table, say

if TYPE_CHECKING:
    from anitag_desktop.services.library import Library
    from anitag_desktop.services.modelling import ModelView

NAME = "models"
HELP = "list, install, add, use, stop, verify, remove and forget models"
WRITES = False

_USABLE = ("tagger", "detector", "embedder")
"""Kinds of models that can be used; the others only say something when asked."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the sub-commands."""
    add_subcommands(parser, _COMMANDS, default="list")
    parser.set_defaults(available=False)


def run(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Run the sub-command."""
    return run_subcommand(_COMMANDS, library, args, out, err)


def _list(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    if args.available:
        return model_catalogue.list_available(library, args, out, err)
    models = library.modelling.installed()
    if args.json:
        for model in models:
            print_json(out, record_of(model))
        return DONE
    header = ("in use", "model", "kind", "title", "labels", "MB", "licence", "state")
    print_table(out, [_row(model) for model in models], header)
    return DONE


def _row(m: "ModelView") -> tuple[object, ...]:
    use, state = "*" if m.active else "", f"damaged: {m.damage}" if m.damage else "sound"
    return (use, m.id, m.kind, m.title, m.labels, _megabytes(m), m.licence, state)


def _megabytes(model: "ModelView") -> float:
    return round(model.bytes / 1e6, 1)


def _add(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    model = library.modelling.add(args.path)
    use = f"; use it with: anitag models use {model.id}" if model.kind in _USABLE else ""
    _print_model(model, f"added {model.id}{use}", args, out)
    return DONE


def _use(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    model = library.modelling.use(*args.models)
    used = [m.id for m in library.modelling.installed() if m.active]
    words = f"{listed(used)} {'is' if len(used) == 1 else 'are'} in use"
    _print_model(model, f"{words}; recognise anew with: anitag tag", args, out)
    return DONE


def _stop(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    library.modelling.stop(args.model)
    if args.json:
        print_json(out, {"id": args.model})
    else:
        say(out, f"{args.model} is no longer in use; what it found is kept, and not shown")
    return DONE


def _verify(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    report = library.modelling.verify(args.model)
    if args.json:
        print_json(
            out,
            {
                "id": args.model,
                "ok": report.ok,
                "provider": report.provider,
                "findings": list(report.findings),
            },
        )
    else:
        for finding in report.findings:
            say(out, finding)
        say(out, f"{args.model} is {'sound' if report.ok else 'not sound'}")
    return DONE if report.ok else PROBLEMS


def _remove(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    if library.installing.discard(args.model):
        words = f"removed what had come of {args.model}"
    else:
        library.modelling.remove(args.model)
        way = f"anitag models forget {args.model}"
        words = f"removed {args.model}; what it said is kept, or let go of with: {way}"
    if args.json:
        print_json(out, {"id": args.model})
    else:
        say(out, words)
    return DONE


def _print_model(model: "ModelView", words: str, args: Namespace, out: TextIO) -> None:
    if args.json:
        print_json(out, record_of(model))
    else:
        say(out, words)


def record_of(model: "ModelView") -> dict[str, object]:
    """Return a model as JSON shows it."""
    return {
        "id": model.id,
        "revision": model.revision,
        "title": model.title,
        "kind": model.kind,
        "family": model.family,
        "licence": model.licence,
        "bytes": model.bytes,
        "labels": model.labels,
        "metrics": list(model.metrics),
        "active": model.active,
        "bundled": model.bundled,
        "provider": model.provider,
        "damage": model.damage or None,
    }


def _list_argument(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--available", action="store_true", help="list what can be downloaded instead"
    )


def _path_argument(parser: ArgumentParser) -> None:
    parser.add_argument(
        "path",
        metavar="PATH",
        type=absolute_path,
        help="the folder of a model, or the file of its weights with what describes it beside",
    )


def _model_argument(parser: ArgumentParser) -> None:
    parser.add_argument("model", metavar="ID", help="as `anitag models list` names it")


def _models_argument(parser: ArgumentParser) -> None:
    parser.add_argument(
        "models",
        metavar="ID",
        nargs="+",
        help="as `anitag models list` names it; with several, every picture goes through all",
    )


_COMMANDS = (
    Subcommand("list", "list the models", False, _list_argument, _list),
    Subcommand(
        "install",
        "download a model of the catalogue, and check it",
        True,
        model_catalogue.add_install_arguments,
        model_catalogue.install,
    ),
    Subcommand(
        "add", "copy a model into the library, after checking it", True, _path_argument, _add
    ),
    Subcommand(
        "use",
        "tag, or look for regions, with these models from now on",
        True,
        _models_argument,
        _use,
    ),
    Subcommand("stop", "use a detector or an embedder no longer", True, _model_argument, _stop),
    Subcommand("remove", "delete an added model's files", True, _model_argument, _remove),
    Subcommand(
        "forget",
        "let go of everything that a model said of pictures",
        True,
        model_forgetting.add_arguments,
        model_forgetting.run,
    ),
    Subcommand(
        "fast",
        "make a fast copy of a tagger, and compare both on pictures of the library",
        True,
        fast_models.add_fast_arguments,
        fast_models.make_fast,
    ),
    Subcommand("verify", "check a model's files and run it", False, _model_argument, _verify),
)
