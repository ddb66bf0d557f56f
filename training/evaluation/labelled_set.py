"""Reads a folder of labelled pictures that is only measured on: labels.csv, images or a zip."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from anitag_desktop.domain.error import AnitagError
from training.datasets.manifest import ZIPPED, Row, read_rows
from training.evaluation.unpacking import unpacked

ARCHIVE = ZIPPED
NAMES_TOLD = 3


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """The pictures of a set and the columns of each, in file order.

    ``every`` picture of the set is told also where only some were taken.
    """

    name: str
    paths: tuple[Path, ...]
    rows: tuple[dict[str, str], ...]
    every: tuple[Path, ...] = ()

    def column(self, name: str) -> list[str]:
        """Return one column; empty text where a row lacks it."""
        return [row.get(name) or "" for row in self.rows]

    def has(self, *columns: str) -> bool:
        """Tell whether the set has all of some columns."""
        return bool(self.rows) and all(column in self.rows[0] for column in columns)

    def only(self, kept: Iterable[int]) -> "LabelledSet":
        """Return the set with only some of its pictures."""
        kept = list(kept)
        paths = tuple(self.paths[i] for i in kept)
        return replace(self, paths=paths, rows=tuple(self.rows[i] for i in kept))


def read_set(folder: Path, cache: Path, limit: int = 0, seed: int = 1) -> LabelledSet:
    """Read ``folder/labels.csv``; take a fixed random ``limit`` of it (0 = all).

    Raises:
        AnitagError: the folder or its labels are absent, or name files that do not exist;
            ``bad_manifest`` with the row that names none, ``bad_archive`` for a zip that is broken
            or would mix its pictures up.
    """
    labels = folder / "labels.csv"
    if not folder.is_dir():
        raise AnitagError("no_such_folder", path=folder)
    rows = [_row(row, number, labels) for number, row in read_rows(labels)]
    every = _places(folder, [row["file"] for row in rows], cache)
    whole = LabelledSet(folder.name, every, tuple(rows), every)
    is_part = limit and limit < len(rows)
    places = sorted(random.Random(seed).sample(range(len(rows)), limit)) if is_part else None
    found = whole.only(places) if places else whole
    missing = [path.name for path in found.paths if not path.is_file()]
    if missing or not rows:
        some = ", ".join(missing[:NAMES_TOLD])
        told = f"{len(missing)} files are missing{': ' if some else ''}{some}"
        raise AnitagError("no_pictures", path=f"{folder} ({told})")
    return found


def _places(folder: Path, files: Sequence[str], cache: Path) -> tuple[Path, ...]:
    """Return where the pictures lie: in the folder, or unpacked in ``cache``."""
    if (folder / ARCHIVE).is_file():
        return tuple(unpacked(folder / ARCHIVE, files, cache))
    return tuple(folder / file for file in files)


def _row(row: Row, number: int, labels: Path) -> dict[str, str]:
    if not row.get("file"):
        reason = "the column file is empty or absent"
        raise AnitagError("bad_manifest", path=labels, row=number, reason=reason)
    return {name: str(cell or "") for name, cell in row.items()}
