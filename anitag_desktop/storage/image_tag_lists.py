"""The tags of each image, one list after the other in one array: ``TagBitmaps`` turned about.

Counting the tags of a few thousand images among millions goes through their lists alone, where
bitmaps would be looked at for every tag. Two bytes for each tag of an image, made in about a second
for a million images with thirty tags each.
"""

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from anitag_desktop.storage.id_sets import ids_of
from anitag_desktop.storage.interruptions import give_up_if_asked
from anitag_desktop.storage.tag_bitmaps import Sets


class ImageTagLists:
    """The tags of all images, as they were at one time; never changed.

    ``tags`` are those that any image has, by their ids in index.db.
    """

    def __init__(self, tagged: Sets) -> None:
        """Take the images of each tag (by its id in index.db)."""
        self.tags = np.array(list(tagged), np.int64)
        length = max((members.max() for members in tagged.values()), default=0) + 1
        ends = np.zeros(length + 1, np.int64)
        for members in tagged.values():
            give_up_if_asked()
            ends[ids_of(members) + 1] += 1
        np.cumsum(ends, out=ends)
        self._starts = ends.astype(np.uint32)
        self._places = np.empty(int(ends[-1]), np.uint16 if len(tagged) < 1 << 16 else np.uint32)
        free = ends[:-1].copy()
        for place, members in enumerate(tagged.values()):
            give_up_if_asked()
            ids = ids_of(members)
            self._places[free[ids]] = place
            free[ids] += 1

    def count(self, among: BitMap) -> NDArray[np.int64]:
        """Return for each of ``tags`` how many of some images have it."""
        ids = ids_of(among)
        ids = ids[ids < len(self._starts) - 1]
        starts = self._starts[ids].astype(np.int64)
        lengths = self._starts[ids + 1] - starts
        before = np.cumsum(lengths) - lengths
        at = np.repeat(starts - before, lengths) + np.arange(int(lengths.sum()))
        return np.bincount(self._places[at], minlength=len(self.tags))
