"""The first pictures of a run as the network sees them, varied and with their labels."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from anitag_desktop.domain.error import AnitagError
from training.config import Config
from training.datasets.sample import LabelledPicture
from training.order import Order, class_chances
from training.picture_sheet import picture_sheet, save_sheet
from training.progress import Progress
from training.reporting.pictures import shown
from training.tasks.making import make_task
from training.tasks.task import Task
from training.validation import cut
from training.views.view import Place

SIDE = 224
CAPTION_TAGS = 4


def save_batch(config: Config, folder: Path, most: int, progress: Progress, *, same: bool) -> Path:
    """Save ``most`` varied pictures to folder/batch.png and return its path.

    ``same`` shows one picture as often, varied anew each time.

    Raises:
        AnitagError: ``no_pictures``, a picture cannot be read, ``cannot_write``.
    """
    task = make_task(config, folder, progress)
    rows = _first(task, config)
    chosen = [int(rows[0 if same else n % len(rows)]) for n in range(most)]
    still, views, cells = task.still(), task.collection.views, []
    for number, row in enumerate(chosen):
        place = Place(config.run.seed, 0, number)
        view = views.varied(row, place, config.network.size, may_flip=not still[row])
        caption = _caption(task.collection.pictures[row])
        cells.append((shown(view.image, views.preparation), caption))
    target = folder / "batch.png"
    save_sheet(picture_sheet(cells, SIDE), target)
    return target


def _first(task: Task, config: Config) -> NDArray[np.int64]:
    """Return the numbers of the first epoch's pictures in the order in which a run sees them."""
    rows = cut(task.collection.training_rows(config.datasets), config)
    if not len(rows):
        raise AnitagError("no_pictures", path="the train part")
    chances = class_chances(task.classes_of(rows), config.run.sampler)
    return Order(rows, config.run.seed, chances).at(0)


def _caption(picture: LabelledPicture) -> str:
    """Return who is shown, or the first tags."""
    return picture.identity or ", ".join(sorted(picture.tags)[:CAPTION_TAGS])
