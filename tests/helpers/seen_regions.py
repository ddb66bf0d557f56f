"""What detectors and embedders see, put into a library without any model or picture."""

import time
from collections.abc import Iterable, Sequence

from anitag_desktop.domain.image import Box
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.domain.region import Place, Region
from anitag_desktop.storage import models, predictions, regions
from anitag_desktop.storage.log import Doing
from anitag_desktop.storage.predictions import ModelRun
from anitag_desktop.storage.region_finds import Find, Look, Looks
from anitag_desktop.storage.store import Store
from tests.helpers.libraries import facts_of

DETECTOR = ModelKey("test/faces", "1")
EMBEDDER = ModelKey("test/ccip", "1")
FACE = Box(0.1, 0.1, 0.2, 0.2)
OTHER = Box(0.6, 0.5, 0.2, 0.3)
VECTOR = bytes(range(8))


def use_for_regions(store: Store, *keys: ModelKey) -> None:
    """Make these the detectors and embedders in use."""
    store.library.write(lambda conn: models.use_for_regions(Doing(conn, None, time.time()), keys))


def find(
    store: Store,
    number: int,
    boxes: Iterable[Box],
    key: ModelKey = DETECTOR,
    *,
    label: str = "face",
    score: float = 0.9,
    embedders: Sequence[ModelKey] = (),
) -> None:
    """Let a detector find faces in the made-up picture ``number``, and embedders look at them."""
    sha256 = facts_of(number).sha256
    vectors = dict.fromkeys(embedders, VECTOR)
    found = [Find(Place(label, box), score, vectors) for box in boxes]
    done = [ModelRun(sha256, model, (), None) for model in (key, *embedders)]
    predictions.store_many(store, done, [Looks(sha256, {key: found})])


def look(store: Store, number: int, *regions_of: Region, key: ModelKey = EMBEDDER) -> None:
    """Let an embedder look at regions that are known."""
    sha256 = facts_of(number).sha256
    looks = [Look(region.uid, region.place.box, {key: VECTOR}) for region in regions_of]
    predictions.store_many(store, [ModelRun(sha256, key, (), None)], [Looks(sha256, {}, looks)])


def shown(store: Store, image_id: int) -> tuple[Region, ...]:
    """The regions of a picture."""
    with store.library.read() as conn:
        return regions.of_images(conn, [image_id])[image_id]


def boxes_of(store: Store, image_id: int) -> list[Box]:
    """Their boxes."""
    return [region.place.box for region in shown(store, image_id)]
