"""A library of coloured discs, tagged by the toy model of ``toy_jobs``."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anitag_desktop.services.indexing import Indexer
from anitag_desktop.services.modelling import Models
from anitag_desktop.services.tagging import TaggingQueue
from anitag_desktop.storage import models
from anitag_desktop.storage.store import Store
from tests.helpers.libraries import open_store, tags_of
from tests.helpers.toy_sets import Draw, toy_picture

FIRST_SEED = 900
"""The seed of the first disc; the next ones follow."""


class ToyLibrary:
    """An open store with its folder of discs, and what tags them."""

    def __init__(self, store: Store, bundled: Path) -> None:
        """Bundle the models of ``bundled``; the folder is added afterwards."""
        self.store = store
        self.modelling, self.indexer = Models(store, bundled), Indexer(store, quiet=0.0)

    def tag(self) -> None:
        """Tag what the models in use have not seen."""
        queue = TaggingQueue(self.store, self.indexer, self.modelling)
        queue.run_until_idle()
        queue.stop()

    @property
    def ids(self) -> list[int]:
        """The pictures in the order of their seeds."""
        with self.store.library.read() as conn:
            found = conn.exec_driver_sql("SELECT image_id FROM files ORDER BY path")
            return [image_id for (image_id,) in found]

    @property
    def active(self) -> list[str]:
        """The ids of the models in use."""
        with self.store.library.read() as conn:
            return [key.model_id for key in models.active(conn)]

    @property
    def tags(self) -> list[dict[str, str]]:
        """What is said of each picture, and by whom."""
        return [tags_of(self.store, one) for one in self.ids]


@contextmanager
def open_toy_library(
    base: Path, folder: Path, pictures: int, draw: Draw = toy_picture
) -> Iterator[ToyLibrary]:
    """A tagged library of so many discs in ``folder``; ``base`` is the model's package."""
    shutil.copytree(base, folder / "bundled" / "toy")
    art = folder / "art"
    art.mkdir()
    for seed in range(FIRST_SEED, FIRST_SEED + pictures):
        draw(seed)[0].save(art / f"{seed:05}.png")
    with open_store(folder / "library") as store:
        library = ToyLibrary(store, folder / "bundled")
        library.indexer.add_folder(os.fspath(art))
        library.indexer.scan()
        library.tag()
        yield library
