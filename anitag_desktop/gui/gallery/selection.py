"""Which cells are selected, and how clicks and keys change it."""

from collections.abc import Iterable

from anitag_desktop.gui.gallery.index_ranges import IndexRanges


class Selection:
    """Selected positions, the current one (None without any) and the anchor of a range."""

    def __init__(self) -> None:
        self.chosen = IndexRanges()
        self.current: int | None = None
        self._anchor = 0
        self._before_band = IndexRanges()

    def clear(self) -> None:
        """Select nothing; the current cell stays."""
        self.chosen = IndexRanges()

    def forget(self) -> None:
        """Begin anew, as for other pictures."""
        self.clear()
        self.current = None
        self._anchor = 0

    def only(self, index: int) -> None:
        """Select one cell and nothing else."""
        self.chosen = IndexRanges([(index, index + 1)])
        self.current = self._anchor = index

    def these(self, indexes: Iterable[int]) -> None:
        """Select some cells and nothing else; the first of them is the current one."""
        self.chosen = IndexRanges((index, index + 1) for index in indexes)
        self.current = next(iter(self.chosen), None)
        self._anchor = self.current or 0

    def toggle(self, index: int) -> None:
        """Select one cell more or less."""
        self.chosen.toggle(index)
        self.current = self._anchor = index

    def extend_to(self, index: int) -> None:
        """Select from the anchor to ``index`` and nothing else."""
        low, high = sorted((self._anchor, index))
        self.chosen = IndexRanges([(low, high + 1)])
        self.current = index

    def move_to(self, index: int) -> None:
        """Make ``index`` the current cell without selecting it."""
        self.current = index

    def everything(self, count: int) -> None:
        """Select all of ``count`` cells."""
        self.chosen = IndexRanges([(0, count)])
        if self.current is None and count:
            self.current = 0

    def invert(self, count: int) -> None:
        """Select what was not selected."""
        self.chosen = self.chosen.inverted(count)

    def begin_band(self, keeps: bool) -> None:
        """Begin a rubber band; with ``keeps`` it adds to what is selected."""
        self._before_band = self.chosen.copy() if keeps else IndexRanges()

    def stretch_band(self, ranges: Iterable[tuple[int, int]]) -> None:
        """Select what was selected before the band, and ``ranges``."""
        self.chosen = self._before_band.copy()
        for start, stop in ranges:
            self.chosen.add(start, stop)
            if start < stop:
                self.current = self._anchor = start
