"""How many tags each image shows, in all and of each category, as columns by image id."""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.search.conditions import COUNTED_CATEGORIES, Measure
from anitag_desktop.storage.id_sets import ids_of
from anitag_desktop.storage.tag_bitmaps import Difference, TagBitmaps

COUNTED = (Measure.TAGS, *COUNTED_CATEGORIES)
"""What is counted."""

Categories = Mapping[int, TagCategory]
"""Of the tags in use, by their ids in index.db; other tags count as tags of no category."""


class TagCounts:
    """The counts of all images, each column as long as there are images."""

    def __init__(self, state: TagBitmaps, categories: Categories, images: BitMap) -> None:
        self.categories = categories
        length = (images.max() if images else 0) + 1
        self._columns = {measure: np.zeros(length, np.uint16) for measure in COUNTED}
        for tag, members in state.tagged.items():
            ids = ids_of(members)
            for measure in self._measures_of(tag):
                self._columns[measure][ids] += 1

    def column(self, measure: Measure, length: int) -> NDArray[np.uint16]:
        """Return the counts of a measure for images up to, but without, ``length``."""
        column = self._columns[measure]
        if len(column) < length:
            column = self._columns[measure] = np.concatenate(
                [column, np.zeros(length - len(column), np.uint16)]
            )
        return column

    def renew(self, differences: Iterable[Difference]) -> None:
        """Count what images gained and lost."""
        for tag, gained, lost in differences:
            length = (gained | lost).max() + 1
            for measure in self._measures_of(tag):
                column = self.column(measure, length)
                column[ids_of(gained)] += 1
                column[ids_of(lost)] -= 1

    def _measures_of(self, tag: int) -> tuple[Measure, ...]:
        category = self.categories.get(tag)
        if category is TagCategory.RATING:
            return ()
        return (Measure.TAGS, *_OF_CATEGORY.get(category, ()))


_OF_CATEGORY: Mapping[TagCategory | None, tuple[Measure, ...]] = {
    category: (measure,) for measure, category in COUNTED_CATEGORIES.items()
}
