"""``anitag tag``: index and recognise now, headless, with a summary at the end."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, TextIO

from anitag_desktop.cli.options import add_folders
from anitag_desktop.cli.printing import print_json, say
from anitag_desktop.cli.recognising import (
    Outcome,
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
    outcome = take_in(library, watched, err)
    if args.json:
        for problem in outcome.problems:
            print_json(out, problem_record(problem))
        print_json(out, _summary(outcome))
    else:
        list_problems(outcome.problems, err)
        _print_summary(outcome, out)
    return exit_code(watched, outcome)


def _summary(outcome: Outcome) -> dict[str, object]:
    summary = outcome.summary
    return {
        "images": outcome.images,
        "tagged": summary.tagged,
        "problems": len(outcome.problems),
        "seconds": round(summary.seconds, 3),
        "images_per_second": round(summary.images_per_second, 2),
        "provider": summary.provider,
    }


def _print_summary(outcome: Outcome, out: TextIO) -> None:
    summary = outcome.summary
    say(out, f"pictures   {outcome.images}")
    say(out, f"tagged     {summary.tagged} in this run")
    say(out, f"problems   {len(outcome.problems)}")
    say(out, f"time       {summary.seconds:.1f} s, {summary.images_per_second:.1f} pictures/s")
    say(out, f"provider   {summary.provider or '-'}")
