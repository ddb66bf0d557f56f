"""What one part of the exploration found: text, plots, tables and pictures."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from training.reporting.figures import Plot


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that the page shows; all of them lie in ``file`` (CSV), of which there are ``count``.

    ``texts`` are the places of the columns that hold words, not numbers.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    file: str = ""
    count: int = 0
    texts: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture of the page: its ``data:`` address, what it shows, and the file beside the page."""

    uri: str
    caption: str
    file: str
    width: int


@dataclass(slots=True)
class Section:
    """A part of the page. ``numbers`` go to explored.json as they are."""

    title: str
    lines: list[str] = field(default_factory=list)
    plots: list[Plot] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    pictures: list[Shown] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    numbers: dict[str, object] = field(default_factory=dict)
