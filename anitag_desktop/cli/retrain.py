"""``anitag retrain``: learn from what the user corrected."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, TextIO

from anitag_desktop.cli import full_retraining, learnt_changes
from anitag_desktop.cli.command import DONE
from anitag_desktop.cli.options import absolute_path
from anitag_desktop.cli.printing import counted, print_json, say
from anitag_desktop.cli.progress import ProgressLine
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.retraining import TrainingMode

if TYPE_CHECKING:
    from anitag_desktop.services.library import Library
    from anitag_desktop.services.refreshing import Refreshed, TagRefresh

NAME = "retrain"
HELP = "learn from the corrections: within seconds (--quick), or a new model (--full)"
WRITES = True

_MODES = (
    ("quick", "a personal head on top of the models, within seconds (what it does if not told)"),
    ("changes", "say what appeared and disappeared when something was learnt last"),
    ("full", "train a new model, or go on with one that was stopped, and compare it"),
    ("lora", "as --full, with few weights of the network (LoRA): the others stay"),
    ("adapt", "fit the vectors that pictures are compared by to the library, without any labels"),
    ("plan", "say what training would take"),
    ("measure", "say what training would take, with time and memory, from a few steps"),
    ("equip", "make the environment with torch that trains; --plan says how large it is"),
    ("accept", "use the new model from now on, if it is better"),
    ("refuse", "keep the model in use, and delete the new one"),
    ("rollback", "use again what was in use before the last retrained model"),
    ("cancel", "forget a retraining that was begun and not compared yet"),
    ("history", "list every retraining, with what its comparison showed"),
)


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments."""
    chosen = parser.add_mutually_exclusive_group()
    for word, text in _MODES:
        chosen.add_argument(
            f"--{word}", dest="mode", action="store_const", const=word, default="quick", help=text
        )
    chosen.add_argument(
        "--export-job",
        metavar="OUT",
        type=absolute_path,
        help="write a folder that trains on another machine, with copies of the pictures",
    )
    chosen.add_argument(
        "--import-result",
        metavar="FOLDER",
        type=absolute_path,
        help="compare a model that was trained there",
    )
    parser.add_argument(
        "--way",
        choices=[mode.value for mode in TrainingMode],
        help="with --plan, --measure, --export-job: how to train (if not told: full)",
    )
    parser.add_argument(
        "--anyway", action="store_true", help="with --accept: also if it is not better"
    )


def run(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Do what was asked for."""
    if args.anyway and args.mode != "accept":
        reason = "--anyway needs --accept beside it: it uses a new model although it is not better"
        raise AnitagError("bad_value", reason=reason)
    if args.way and not (args.mode in ("plan", "measure") or args.export_job):
        reason = "--way needs --plan, --measure or --export-job beside it"
        raise AnitagError("bad_value", reason=reason)
    if args.mode == "changes":
        return learnt_changes.run(library, args, out, err)
    if args.mode != "quick" or args.export_job or args.import_result:
        return full_retraining.run(library, args, out, err)
    return _quick(library, args, out, err)


def _quick(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Learn, and print what came and went for each tag."""
    with ProgressLine(err) as line:
        done = library.refreshing.refresh(
            lambda here, total: line.show(f"{here:,} of {total:,} pictures judged anew")
        )
    if args.json:
        for one in done.tags:
            print_json(out, _record(one))
        print_json(out, _summary(done))
        return DONE
    for one in sorted(done.tags, key=lambda one: (-one.appeared - one.disappeared, one.tag.name)):
        say(out, _line(one))
    about = f"learnt {counted(len(done.tags), 'tag')} in {done.seconds:.1f} s"
    if done.action.id is None:
        say(out, "nothing new was said since this was learnt last")
    else:
        say(out, f"{about}; take it back with: anitag undo")
    return DONE


def _line(one: "TagRefresh") -> str:
    said = f"{one.tag.name}: {one.positives} with, {one.negatives} without"
    came = f"now on {one.appeared:,} more, off {one.disappeared:,}"
    return f"{said}; {came}" + ("" if one.is_sure else " (too few yet: suggestions only)")


def _record(one: "TagRefresh") -> dict[str, object]:
    return {
        "tag": one.tag.name,
        "category": one.tag.category.value,
        "positives": one.positives,
        "negatives": one.negatives,
        "appeared": one.appeared,
        "disappeared": one.disappeared,
        "sure": one.is_sure,
    }


def _summary(done: "Refreshed") -> dict[str, object]:
    return {
        "tags": len(done.tags),
        "pictures": done.pictures,
        "changed": done.action.id is not None,
        "seconds": round(done.seconds, 3),
    }
