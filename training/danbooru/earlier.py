"""What earlier runs brought: outcomes by class and post, and how far each query got."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from training.collecting.outcome import Outcome, may_pass
from training.collecting.picture_folder import PictureFolder
from training.collecting.row_file import Row, read_rows

OUTCOMES = "outcomes.jsonl"


class Earlier:
    """What is known of posts and queries; the present run adds what it finds."""

    def __init__(self) -> None:
        self._outcomes: dict[str, dict[int, Outcome]] = {}
        self._counts: dict[str, Counter[Outcome]] = {}
        self._reached: dict[tuple[str, str], int] = {}

    def outcome(self, class_name: str, post: int) -> Outcome | None:
        """Return what became of a post; None when it is to be brought."""
        return self._outcomes.get(class_name, {}).get(post)

    def counts(self, class_name: str) -> Counter[Outcome]:
        """Return how many posts of a class came to what end."""
        return self._counts.setdefault(class_name, Counter())

    def reached(self, class_name: str, query: str) -> int | None:
        """Return the id that a query got down to: None before it began, 0 at its end."""
        return self._reached.get((class_name, query))

    def reach(self, class_name: str, query: str, post: int) -> None:
        """Say that a query got down to a post."""
        self._reached[class_name, query] = post

    def take(self, row: Row) -> None:
        """Take a post's row; the last one counts."""
        name, post, outcome = str(row["class"]), int(row["post"]), Outcome(row["outcome"])
        known = self._outcomes.setdefault(name, {})
        counts = self.counts(name)
        if post in known:
            counts[known[post]] -= 1
        known[post] = outcome
        counts[outcome] += 1


def read_earlier(folder: Path, pictures: PictureFolder, *, again: bool = False) -> Earlier:
    """Return what the rows in a folder say; ``again`` forgets which posts were not shown or wanted.

    A query whose posts failed in a way that may pass begins anew, and so does one whose pictures
    are gone; only these posts are brought then.
    """
    found, missing = Earlier(), set()
    for row in _last(folder):
        is_asked_again = again and row["outcome"] in (Outcome.HIDDEN, Outcome.OTHER_RATING)
        if not is_asked_again and _is_settled(row, pictures):
            found.take(row)
        else:
            missing.add(row["class"])
    for row in read_rows(folder / OUTCOMES):
        if type(row.get("reached")) is int and row.get("class") not in missing:
            found.reach(str(row["class"]), str(row.get("query")), row["reached"])
    return found


def read_good(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of the pictures that are there."""
    for row in _last(folder):
        if row["outcome"] == Outcome.OK and (folder / str(row.get("file"))).is_file():
            yield row


def _last(folder: Path) -> Iterator[Row]:
    """Yield the last row of each post."""
    rows: dict[tuple[str, int], Row] = {}
    for row in read_rows(folder / OUTCOMES):
        if type(row.get("post")) is int and "class" in row and row.get("outcome") in set(Outcome):
            rows[str(row["class"]), row["post"]] = row
    yield from rows.values()


def _is_settled(row: Row, pictures: PictureFolder) -> bool:
    outcome = Outcome(row["outcome"])
    if outcome is Outcome.OK:
        return pictures.remember(str(row.get("sha256")), str(row.get("file")))
    return not may_pass(outcome, row.get("status"))
