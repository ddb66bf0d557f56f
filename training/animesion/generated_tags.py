"""Tags every picture of a list, so that vision and tags can be learnt without true tags."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from anitag_desktop.domain.error import AnitagError
from training.datasets.layouts.tag_lists import read_captions
from training.datasets.text_lines import list_rows

if TYPE_CHECKING:
    from training.animesion.inferring import Looking

COLUMNS = ("class_id", "dir", "tags_cat0", "probabilities")
UNREADABLE = "unreadable"


def tag_list(look: "Looking", listed: Path, folder: Path) -> int:
    """Write NAME_tags.csv beside a list of (class_id, dir); each picture comes once.

    Killed and started again it goes on after the last whole row. Pictures lie in data/ beside the
    list, as in moeImouto, beside the list itself, or in ``folder``, the set's; those that cannot be
    read have no tags and are listed in NAME_unreadable.csv.

    Raises:
        AnitagError: ``no_such_file`` or ``bad_manifest``.
    """
    target = listed.with_name(f"{listed.stem}_tags.csv")
    folders = (listed.parent / "data", listed.parent, folder)
    done = _done(target)
    with target.open("a", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        if not done and target.stat().st_size == 0:
            writer.writerow(COLUMNS)
        for class_id, file in _rows(listed):
            if file not in done:
                _write(writer, stream, (class_id, file), _tags(look, listed, folders, file))
    print(f"Saved {target}")
    return 0


def _write(
    writer: "csv.Writer",  # type: ignore[name-defined]
    stream: TextIO,
    row: tuple[str, str],
    tags: list[tuple[str, float]],
) -> None:
    shares = json.dumps([round(share, 4) for _, share in tags])
    writer.writerow([*row, str([name for name, _ in tags]), shares])
    stream.flush()


def _tags(
    look: "Looking", listed: Path, folders: Sequence[Path], file: str
) -> list[tuple[str, float]]:
    path = next((f / file for f in folders if (f / file).is_file()), folders[0] / file)
    try:
        return look.look(path)[1]
    except AnitagError as error:
        note = listed.with_name(f"{listed.stem}_{UNREADABLE}.csv")
        with note.open("a", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerow([file, error.code])
        return []


def _done(target: Path) -> set[str]:
    """Return the files that have a whole row; a torn last row is cut off."""
    if not target.exists():
        return set()
    whole = target.read_bytes()
    kept = whole[: whole.rfind(b"\n") + 1]
    if kept != whole:
        target.write_bytes(kept)
    return set(read_captions(target))


def _rows(listed: Path) -> list[tuple[str, str]]:
    rows = list(list_rows(listed))
    short = next((number for number, row in rows if len(row) < 2), None)
    if short is not None:
        reason = "a row has to have a class id and a file"
        raise AnitagError("bad_manifest", path=listed, row=short, reason=reason)
    return [(row[0], row[1]) for _, row in rows if row[0] != "class_id"]
