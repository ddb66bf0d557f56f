"""Files as columns: of which image, in which folder, with which name; the place is the file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from anitag_desktop.storage.id_sets import ids_of, set_of
from anitag_desktop.storage.texts import Texts

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class PlacedFiles:
    """The image of each file (0: of none any more), the number of its folder, and its name."""

    images: NDArray[np.int64]
    folders: NDArray[np.int64]
    names: Texts

    def __len__(self) -> int:
        return len(self.images)

    @classmethod
    def joined(cls, parts: Sequence["PlacedFiles"]) -> "PlacedFiles":
        """Return the files of several, one after the other."""
        nothing = np.empty(0, np.int64)
        return cls(
            np.concatenate([nothing, *(part.images for part in parts)]),
            np.concatenate([nothing, *(part.folders for part in parts)]),
            Texts.joined([part.names for part in parts]),
        )

    def without(self, images: BitMap) -> "PlacedFiles":
        """Return the same files, those of some images being of none."""
        is_gone = np.isin(self.images, ids_of(images), kind="table") if images else False
        return replace(self, images=np.where(is_gone, 0, self.images))

    def in_folders(self, is_inside: Mask) -> BitMap:
        """Return the images with a file in some folders, a mask by their numbers."""
        return self._images_at(np.flatnonzero(is_inside[self.folders]))

    def fitting(self, asked: Iterable[tuple[Mask, bytes]]) -> BitMap:
        """Return the images with a file in some folders whose name fits a glob, for any pair."""
        found = BitMap()
        for is_inside, glob in asked:
            among = None if is_inside.all() else np.flatnonzero(is_inside[self.folders])
            found |= self._images_at(self.names.fitting(glob, among))
        return found

    def least_ranks(self, length: int) -> NDArray[np.int64]:
        """Return how many names are less than the first of each image below ``length``.

        It is -1 for images without any file.
        """
        most = len(self.images)
        least = np.full(max(length, int(self.images.max(initial=0)) + 1), most, np.int64)
        np.minimum.at(least, self.images, self.names.ranks())
        least[least == most] = -1
        return least

    def first_name(self, image: int) -> bytes:
        """Return the first name of an image in the alphabet; empty if it has no file."""
        images, places = self._by_image
        start, end = np.searchsorted(images, [image, image + 1])
        return min((self.names[int(place)] for place in places[start:end]), default=b"")

    @cached_property
    def _by_image(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        places = np.argsort(self.images, kind="stable")
        return self.images[places], places

    def _images_at(self, places: NDArray[np.int64]) -> BitMap:
        is_found = np.zeros(int(self.images.max(initial=0)) + 1, np.bool_)
        is_found[self.images[places]] = True
        is_found[0] = False
        return set_of(np.flatnonzero(is_found))
