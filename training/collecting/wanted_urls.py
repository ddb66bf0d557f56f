"""Which addresses are to be asked for: those of the lists, less what is known of them already."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from training.collecting.outcome import NotBroughtError, Outcome, may_pass
from training.collecting.picture_folder import PictureFolder
from training.collecting.row_file import read_rows
from training.collecting.url_list import read_url_list
from training.collecting.web import checked

OUTCOMES = "outcomes.jsonl"
REPEATS = "repeats"
"""In the row of a line whose address stands in an earlier line, too: which one."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An address of a list, and how often it failed in this run."""

    list_name: str
    line: int
    url: str
    class_name: str
    failures: int = 0

    @property
    def key(self) -> tuple[str, str]:
        """What is brought once: an address for a class."""
        return self.class_name, self.url

    @property
    def place(self) -> tuple[str, int, str]:
        """Where it stands."""
        return self.list_name, self.line, self.url


@dataclass(slots=True)
class Earlier:
    """What earlier runs, also killed ones, found out."""

    settled: dict[tuple[str, str], Outcome] = field(default_factory=dict)
    """What will not be asked for again."""
    told: set[tuple[str, int, str]] = field(default_factory=set)
    """The lines that have a row."""


def read_earlier(folder: Path, pictures: PictureFolder, *, again: bool) -> Earlier:
    """Return what the rows in a folder say; pictures that still are there become known.

    ``again`` also asks for what was refused for good.
    """
    found, last = Earlier(), {}
    for row in read_rows(folder / OUTCOMES):
        url = str(row.get("url"))
        found.told.add((str(row.get("list")), int(row.get("line", 0)), url))
        if REPEATS not in row:
            last[str(row.get("class", "")), url] = row
    for key, row in last.items():
        outcome = _settled(row, pictures, again)
        if outcome is not None:
            found.settled[key] = outcome
    return found


def list_wanted(
    lists: Sequence[Path], most: int, class_name: str
) -> Iterator[tuple[Wanted, NotBroughtError | None, int]]:
    """Yield the lines of the lists, what is against each, and the line that it repeats (or 0).

    Args:
        lists: the files.
        most: so many lines of each list; 0 means all.
        class_name: of addresses whose list says none.
    """
    seen: dict[tuple[str, str], int] = {}
    for path in lists:
        for place, one in enumerate(read_url_list(path)):
            if most and place >= most:
                break
            wanted = Wanted(path.name, one.line, one.url, one.class_name or class_name)
            against = _against(wanted.url)
            repeated = 0 if against else seen.get(wanted.key, 0)
            if not against and not repeated:
                seen[wanted.key] = one.line
            yield wanted, against, repeated


def _against(url: str) -> NotBroughtError | None:
    if not url:
        return NotBroughtError(Outcome.BAD_ADDRESS, "the line is empty")
    try:
        checked(url)
    except NotBroughtError as error:
        return error
    return None


def _settled(row: dict[str, Any], pictures: PictureFolder, again: bool) -> Outcome | None:
    try:
        outcome = Outcome(row["outcome"])
    except (KeyError, ValueError):
        return None
    if outcome is Outcome.OK:
        is_there = pictures.remember(str(row.get("sha256")), str(row.get("file")))
        return outcome if is_there else None
    if outcome is Outcome.DUPLICATE:
        return outcome
    return None if again or may_pass(outcome, row.get("status")) else outcome
