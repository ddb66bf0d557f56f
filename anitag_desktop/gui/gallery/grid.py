"""Where the cells of a grid lie. Plain arithmetic: nothing here depends on how many there are."""

from collections.abc import Iterator
from dataclasses import dataclass

from anitag_desktop.gui.theme.tokens import Space


@dataclass(frozen=True, slots=True)
class Grid:
    """``count`` square cells in ``width`` pixels, each about ``wished`` pixels wide.

    The cells are a little wider or narrower than wished, so that the columns fill
    the width. Coordinates are those of the whole content, in pixels, y downwards.
    """

    count: int
    width: int
    wished: int
    gap: int = Space.CELL
    margin: int = Space.OUTER

    @property
    def columns(self) -> int:
        """How many cells stand side by side."""
        return max(1, round((self._usable + self.gap) / (self.wished + self.gap)))

    @property
    def side(self) -> int:
        """The side of a cell."""
        return max(1, (self._usable - self.gap * (self.columns - 1)) // self.columns)

    @property
    def pitch(self) -> int:
        """From the top of a row to the top of the next."""
        return self.side + self.gap

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return -(-self.count // self.columns)

    @property
    def height(self) -> int:
        """The height of everything."""
        return self.rows * self.pitch - self.gap + self.margin * 2 if self.count else 0

    def corner(self, index: int) -> tuple[int, int]:
        """Return the upper left corner of a cell."""
        row, column = divmod(index, self.columns)
        return self.margin + column * self.pitch, self.margin + row * self.pitch

    def at(self, x: int, y: int) -> int | None:
        """Return the cell at a point, None in a gap."""
        column, in_column = divmod(x - self.margin, self.pitch)
        row, in_row = divmod(y - self.margin, self.pitch)
        is_inside = 0 <= column < self.columns and row >= 0
        if not is_inside or in_column >= self.side or in_row >= self.side:
            return None
        index = row * self.columns + column
        return index if index < self.count else None

    def visible(self, top: int, height: int) -> range:
        """Return the cells that a view from ``top`` on sees, whole rows of them."""
        first = max(0, (top - self.margin) // self.pitch)
        last = max(0, (top + height - self.margin) // self.pitch)
        return range(
            min(first * self.columns, self.count), min((last + 1) * self.columns, self.count)
        )

    def within(self, left: int, top: int, right: int, bottom: int) -> Iterator[tuple[int, int]]:
        """Give the cells that a rectangle touches, as one half-open range for each row."""
        first = max(0, -(-(left - self.margin - self.side) // self.pitch))
        last = min(self.columns - 1, (right - self.margin) // self.pitch)
        if last < first:
            return
        upper = max(0, -(-(top - self.margin - self.side) // self.pitch))
        lower = min(self.rows - 1, (bottom - self.margin) // self.pitch)
        for row in range(upper, lower + 1):
            start = row * self.columns
            yield start + first, min(start + last + 1, self.count)

    def at_share(self, top: int) -> float:
        """Return which cell, with its fraction of a row, a view from ``top`` on begins with."""
        return top / self.pitch * self.columns

    def from_share(self, share: float) -> int:
        """Return the top of the view that begins with a cell, as ``at_share`` gave it."""
        return round(share / self.columns * self.pitch)

    @property
    def _usable(self) -> int:
        return max(1, self.width - 2 * self.margin)
