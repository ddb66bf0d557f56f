"""Which addresses are to be asked for: those of the lists, less what is known of them already."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from training.collecting.last_rows import LastRows, short_key
from training.collecting.outcome import NotBroughtError, Outcome, may_pass
from training.collecting.picture_folder import PictureFolder
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
    def key(self) -> str:
        """What is brought once: an address for a class."""
        return _key(self.class_name, self.url)

    @property
    def place(self) -> int:
        """What stands for where it stands."""
        return _place(self.list_name, self.line, self.url)


@dataclass(slots=True)
class Earlier:
    """What earlier runs, also killed ones, found out, in few bytes for each address."""

    told: set[int] = field(default_factory=set)
    """The lines that have a row."""
    _settled: dict[int, Outcome] = field(default_factory=dict)

    def settle(self, key: str, outcome: Outcome) -> None:
        """Say what became of an address that will not be asked for again."""
        self._settled[short_key(key)] = outcome

    def outcome(self, key: str) -> Outcome | None:
        """Return what became of an address; None when it is to be asked for."""
        return self._settled.get(short_key(key))


def read_earlier(folder: Path, pictures: PictureFolder, *, again: bool) -> Earlier:
    """Return what the rows in a folder say; pictures that still are there become known.

    ``again`` also asks for what was refused for good.
    """
    found = Earlier()

    def key_of(row: dict[str, Any]) -> str | None:
        found.told.add(_place(str(row.get("list")), int(row.get("line", 0)), str(row.get("url"))))
        return None if REPEATS in row else _key_of(row)

    for row in LastRows(folder / OUTCOMES, key_of):
        outcome = _settled(row, pictures, again)
        if outcome is not None:
            found.settle(_key_of(row), outcome)
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
    seen: dict[int, int] = {}
    for path in lists:
        for place, one in enumerate(read_url_list(path)):
            if most and place >= most:
                break
            wanted = Wanted(path.name, one.line, one.url, one.class_name or class_name)
            against = _against(wanted.url)
            repeated = 0 if against else seen.get(short_key(wanted.key), 0)
            if not against and not repeated:
                seen[short_key(wanted.key)] = one.line
            yield wanted, against, repeated


def _key(class_name: str, url: str) -> str:
    return f"{class_name}\n{url}"


def _key_of(row: dict[str, Any]) -> str:
    return _key(str(row.get("class", "")), str(row.get("url")))


def _place(list_name: str, line: int, url: str) -> int:
    return short_key(f"{list_name}\n{line}\n{url}")


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
