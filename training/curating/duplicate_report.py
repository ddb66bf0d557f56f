"""The report of duplicates: a row for each picture of a group, as CSV or JSON lines."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from training.collecting.row_file import write_whole
from training.curating.deduplicating import Group, Verdict
from training.curating.rejecting import Rejection

COLUMNS = (
    *("group", "verdict", "kind", "bits", "set", "file", "class", "part"),
    *("width", "height", "format", "bytes", "sha256", "best"),
)


def write_report(path: Path, groups: Sequence[Group]) -> None:
    """Write the groups, each best picture first; the file's ending says the format.

    Raises:
        AnitagError: ``disk_full`` or ``cannot_write``.
    """
    rows = list(_rows(groups))
    if path.suffix in {".jsonl", ".ndjson"}:
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    elif path.suffix == ".json":
        text = json.dumps(rows, ensure_ascii=False, indent=1) + "\n"
    else:
        stream = io.StringIO(newline="")
        table = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
        text = stream.getvalue()
    write_whole(path, text.encode("utf-8", "backslashreplace"))


def rejections(groups: Sequence[Group]) -> Iterator[Rejection]:
    """Yield the pictures that the groups leave out, each with what it is a copy of.

    A file that another row of the set keeps stays.
    """
    members = [one for group in groups for one in group]
    stays = {one.picture.path for one in members if one.verdict is not Verdict.LEFT_OUT}
    for best, *others in groups:
        for one in others:
            if one.verdict is Verdict.LEFT_OUT and one.picture.path not in stays:
                held = "the held-out " if best.verdict is Verdict.HELD_OUT else ""
                reason = f"{one.kind}: a copy of {held}{best.picture.path}"
                yield Rejection(one.picture.path, "duplicate", reason)


def _rows(groups: Sequence[Group]) -> Iterator[dict[str, Any]]:
    for number, group in enumerate(groups, start=1):
        for one in group:
            facts, picture = one.facts, one.picture
            yield {
                "group": number,
                "verdict": one.verdict.value,
                "kind": one.kind.value if one.kind else "",
                "bits": one.bits,
                "set": picture.source,
                "file": str(picture.path),
                "class": picture.identity,
                "part": picture.part,
                "width": facts.width,
                "height": facts.height,
                "format": facts.format,
                "bytes": facts.bytes,
                "sha256": facts.sha256,
                "best": str(group[0].picture.path),
            }
