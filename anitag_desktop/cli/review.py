"""``anitag review``: list what is most worth a look. Answers are given with ``anitag correct``."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, TextIO

from anitag_desktop.cli.command import DONE
from anitag_desktop.cli.options import count
from anitag_desktop.cli.printing import counted, print_json, say
from anitag_desktop.domain.question import NOT_FOR_TRAINING

if TYPE_CHECKING:
    from anitag_desktop.domain.question import Question
    from anitag_desktop.services.library import Library

NAME = "review"
HELP = "list the tags that are most worth a look, with the reasons; answer with: anitag correct"
WRITES = False


_ANSWERS = (
    "answer with: anitag correct FILE and",
    "  --keep TAG                  what was said is right, and is not asked again",
    "  --reject TAG --add OTHER    it is another one; or --confirm TAG where it is there",
    f"  --add meta:{NOT_FOR_TRAINING}   nothing is learnt from this picture",
)


def add_arguments(parser: ArgumentParser) -> None:
    """Declare which, and how many."""
    parser.add_argument(
        "--labels",
        action="store_true",
        help="what was confirmed or rejected and does not fit the rest of what was said",
    )
    parser.add_argument("--limit", metavar="N", type=count, default=50, help="so many at most (50)")


def run(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Print each question with the file that it is about."""
    ask = library.reviewing.doubtful_labels if args.labels else library.reviewing.questions
    found = ask(args.limit)
    paths = {row.image_id: row.path for row in library.showing.rows([q.image_id for q in found])}
    for one in found:
        path = paths.get(one.image_id, "")
        if args.json:
            print_json(out, _record(one, path))
        else:
            say(out, f"{_line(one)}  {path}")
    if not args.json:
        say(out, counted(len(found), "question"))
        if args.labels and found:
            for line in _ANSWERS:
                say(out, line)
        measured = library.reviewing.measured()
        if measured.asked:
            say(out, f"drawn by lot: {measured.right} of {measured.asked} right")
    return DONE


def _record(one: "Question", path: str) -> dict[str, object]:
    return {
        "path": path,
        "tag": one.tag.name,
        "category": one.tag.category.value,
        "has": one.has,
        "score": one.score,
        "threshold": one.threshold,
        "neighbours": one.neighbours,
        "likely": one.likely,
        "worth": round(one.worth, 4),
        "reasons": [str(why) for why in one.reasons],
        "others": [tag.name for tag in one.others],
    }


def _line(one: "Question") -> str:
    why = ", ".join(one.reasons)
    if one.likely is not None:
        said = "there" if one.has else "absent"
        told = f"{one.tag.name}: said to be {said}, {one.likely:.2f} likely"
        return f"{told}; is it {one.others[0].name}?" if one.others else told
    return f"{one.tag.name} {one.score or 0:.2f} of {one.threshold or 0:.2f} ({why})"
