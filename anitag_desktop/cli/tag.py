"""``anitag tag``: index and recognise now, headless, with a summary at the end."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, TextIO

from anitag_desktop.cli.command import PROBLEMS
from anitag_desktop.cli.options import add_folders
from anitag_desktop.cli.printing import print_json, say
from anitag_desktop.cli.recognising import (
    TakenIn,
    exit_code,
    list_problems,
    take_in,
    watch,
    watch_all,
)

if TYPE_CHECKING:
    from anitag_desktop.services.library import Library

NAME = "tag"
HELP = "index and recognise now (all watched folders, or these); a summary ends it"
WRITES = True


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the folders and the model."""
    add_folders(parser, "*")
    parser.add_argument("--model", metavar="ID", help="use this model from now on")


def run(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Tag, list the problems, print the summary."""
    from anitag_desktop.domain.picture_record import problem_record

    if args.model is not None:
        library.modelling.use(args.model)
    watched = watch(library, args.folders, err) if args.folders else watch_all(library)
    taken_in = take_in(library, watched, err)
    if args.json:
        for problem in taken_in.problems:
            print_json(out, problem_record(problem))
        print_json(out, _summary(taken_in))
    else:
        list_problems(taken_in.problems, err)
        if not taken_in.is_nothing:
            _print_summary(taken_in, out)
    is_in_vain = taken_in.images and not taken_in.summary.has_model
    return PROBLEMS if is_in_vain else exit_code(watched, taken_in)


def _summary(taken_in: TakenIn) -> dict[str, object]:
    summary = taken_in.summary
    return {
        "images": taken_in.images,
        "tagged": summary.tagged,
        "problems": len(taken_in.problems),
        "seconds": round(summary.seconds, 3),
        "images_per_second": round(summary.images_per_second, 2),
        "provider": summary.provider,
    }


def _print_summary(taken_in: TakenIn, out: TextIO) -> None:
    summary = taken_in.summary
    say(out, f"pictures   {taken_in.images}")
    say(out, f"tagged     {summary.tagged} in this run")
    say(out, f"problems   {len(taken_in.problems)}")
    say(out, f"time       {summary.seconds:.1f} s, {summary.images_per_second:.1f} pictures/s")
    say(out, f"provider   {summary.provider or '-'}")
    if summary.note:
        say(out, f"           {summary.note}")
