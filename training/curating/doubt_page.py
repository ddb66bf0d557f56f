"""The doubts about a set as a table, and as one page to decide on, with the pictures in it."""

import csv
import io
import json
from collections.abc import Collection, Sequence
from pathlib import Path

from training.collecting.row_file import write_whole
from training.curating.doubting import Doubt, Doubts
from training.curating.opened_set import OpenedSet
from training.datasets.places import name_in
from training.exploring.thumbnails import thumbnail
from training.exploring.wording import legible
from training.reporting.filling import filled
from training.reporting.inlining import inlined_jpeg

COLUMNS = (
    *("rank", "file", "label", "likely", "loss", "guess", "sure"),
    *("issue", "twins", "why", "decision", "new_label"),
)
SIDE = 192

PAGE = Path(__file__).with_name("doubts.html")


def write_table(path: Path, root: Path, found: Sequence[Doubt]) -> None:
    """Write the ranking as CSV; ``decision`` and ``new_label`` are empty, to be filled in.

    Raises:
        AnitagError: ``disk_full`` or ``cannot_write``.
    """
    stream = io.StringIO(newline="")
    table = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
    table.writeheader()
    for rank, one in enumerate(found, 1):
        table.writerow(
            {
                "rank": rank,
                "file": name_in(root, one.picture.path) or str(one.picture.path),
                "label": one.picture.identity,
                "likely": f"{one.likely:.4f}",
                "loss": f"{one.loss:.4f}",
                "guess": one.guess,
                "sure": f"{one.sure:.4f}",
                "issue": "yes" if one.is_issue else "",
                "twins": ";".join(name_in(root, twin.path) or "" for twin in one.twins),
                "why": one.why,
            }
        )
    write_whole(path, stream.getvalue().encode("utf-8", "backslashreplace"))


def write_page(
    path: Path, opened: OpenedSet, found: Doubts, most: int, settled: Collection[str] = ()
) -> None:
    """Write one HTML file that needs nothing else: the ``most`` most doubtful pictures, a key each.

    It exports what was decided as ``doubts.csv``, and the whole set as fastai's ``cleaned.csv``,
    also what is ``settled`` (files) and what could not be read: what that table does not name is
    left out, and that something was kept does not stand in it.

    Raises:
        AnitagError: ``disk_full`` or ``cannot_write``.
    """
    root = opened.root
    classed = [one for one in opened.pictures if one.identity]
    every = sorted((name_in(root, one.path) or "", one.identity) for one in classed)
    named = ((one, name_in(root, one.picture.path) or "") for one in found.ranked)
    asked = [(one, file) for one, file in named if file not in settled]
    cases = [(one, file, _uri(one)) for one, file in asked[:most]]
    values = {
        "name": legible(root.resolve().name),
        "cases": cases,
        "total": len(asked),
        "aside": [(legible(name), count) for name, count in sorted(found.aside.items())],
        "every": _script_json({"pictures": every, "labels": sorted({name for _, name in every})}),
    }
    page = filled(PAGE, values)
    write_whole(path, page.encode("utf-8", "backslashreplace"))


def _script_json(value: object) -> str:
    """Return JSON that may stand in a script: nothing in it ends the script."""
    plain = json.dumps(value, ensure_ascii=True)
    return plain.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _uri(one: Doubt) -> str:
    """Return a small picture as part of the page, empty where it cannot be read."""
    small = thumbnail(one.picture.path, SIDE)
    return "" if small is None else inlined_jpeg(small)
