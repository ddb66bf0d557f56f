"""Finding the pictures of captions that were exported into a folder of their own."""

import os
from functools import cached_property

from anitag_desktop.services.caption_naming import CaptionNames
from anitag_desktop.storage import folders, places
from anitag_desktop.storage.database import Database


class CaptionFinder:
    """Reads the names of an export backwards: under which name it would write which picture.

    Args:
        library: Where the pictures are known.
        folder: The folder that is imported. In a watched one captions lie beside their pictures,
            and none is looked for elsewhere.
    """

    def __init__(self, library: Database, folder: str) -> None:
        self._library = library
        self._folder = folder

    def images_of(self, caption: str) -> list[int]:
        """Return the images that an export writes this caption (an absolute path) for."""
        return self._images.get(_key(os.path.relpath(caption, self._folder)), [])

    @cached_property
    def _images(self) -> dict[str, list[int]]:
        with self._library.read() as conn:
            roots = [row.path for row in folders.every(conn)]
            if any(places.is_inside(os.fsencode(self._folder), root) for root in roots):
                return {}
            placed = list(places.placed_images(conn, roots))
        paths = [os.fsdecode(place.path) for place in placed]
        names = CaptionNames([os.fsdecode(root) for root in roots], paths)
        found: dict[str, list[int]] = {}
        for path, place in zip(paths, placed, strict=True):
            found.setdefault(_key(str(names.of(path))), []).append(place.image_id)
        return found


def _key(name: str) -> str:
    return os.path.normpath(name).casefold()
