"""What earlier runs brought: outcomes by class and post, and how far each query got."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from training.collecting.last_rows import LastRows
from training.collecting.outcome import Outcome, may_pass
from training.collecting.picture_folder import PictureFolder
from training.collecting.row_file import Row, read_rows

OUTCOMES = "outcomes.jsonl"
_OUTCOMES = frozenset(Outcome)


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


def last_rows(folder: Path) -> LastRows:
    """Return the last row of each post; ``post_key`` says by what it is known."""
    return LastRows(folder / OUTCOMES, post_key)


def post_key(row: Row) -> str | None:
    """Return what stands for a row's post and class; None of other rows."""
    is_post = type(row.get("post")) is int and "class" in row and row.get("outcome") in _OUTCOMES
    return f"{row['post']} {row['class']}" if is_post else None


def read_earlier(
    folder: Path, last: LastRows, pictures: PictureFolder, *, again: bool = False
) -> Earlier:
    """Return what the rows in a folder say; ``again`` forgets which posts were not shown or wanted.

    A query whose posts failed in a way that may pass begins anew, and so does one whose pictures
    are gone; only these posts are brought then.
    """
    found, missing = Earlier(), set()
    for row in last:
        is_asked_again = again and row["outcome"] in (Outcome.HIDDEN, Outcome.OTHER_RATING)
        if not is_asked_again and _is_settled(row, pictures):
            found.take(row)
        else:
            missing.add(row["class"])
    for row in read_rows(folder / OUTCOMES):
        if type(row.get("reached")) is int and row.get("class") not in missing:
            found.reach(str(row["class"]), str(row.get("query")), row["reached"])
    return found


def good(folder: Path, last: LastRows) -> Iterator[Row]:
    """Yield the rows of the pictures that are there."""
    for row in last:
        if row["outcome"] == Outcome.OK and (folder / str(row.get("file"))).is_file():
            yield row


def _is_settled(row: Row, pictures: PictureFolder) -> bool:
    outcome = Outcome(row["outcome"])
    if outcome is Outcome.OK:
        return pictures.remember(str(row.get("sha256")), str(row.get("file")))
    return not may_pass(outcome, row.get("status"))
