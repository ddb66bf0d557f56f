"""The part that shows pictures as a network sees them while it learns, each varied anew."""

import os
from collections.abc import Sequence

import numpy as np

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.recognition.reading import read_file
from training.config import Config
from training.datasets.cache_preset import CachePreset
from training.datasets.collection import MARGIN
from training.datasets.sample import LabelledPicture
from training.exploring.out_folder import OutFolder
from training.exploring.section import Section
from training.exploring.subject import Subject
from training.exploring.thumbnails import label_of
from training.picture_sheet import Captioned, picture_sheet
from training.reporting.pictures import shown
from training.views.cached import CachedViews
from training.views.files import FileViews, read_rgb
from training.views.preparation import preparation_of
from training.views.view import Place, Views

PICTURES, VARIANTS, SIDE = 6, 6, 128


def explore_batches(subject: Subject, out: OutFolder) -> Section | None:
    """Show some pictures plain and varied; None where none of those drawn can be read."""
    chosen = _readable(subject)
    if not chosen:
        return None
    views, size = views_of(subject.config, chosen), subject.config.network.size
    cells: list[Captioned] = []
    for row, picture in enumerate(chosen):
        cells.append((shown(views.plain(row, size).image, views.preparation), label_of(picture)))
        for epoch in range(VARIANTS - 1):
            place = Place(subject.looking.seed, epoch, row)
            view = views.varied(row, place, size, may_flip=True)
            cells.append((shown(view.image, views.preparation), f"variant {epoch + 1}"))
    sheet = picture_sheet(cells, SIDE, VARIANTS)
    whose = f"the preset {subject.config.run.name}" if subject.is_bare_set else "this config"
    line = f"At the left as it is measured, beside it as {whose} varies it, at {size} px."
    found = Section("What a network sees", [line])
    found.pictures = [out.picture("sheets/batch.jpg", sheet, "Pictures, varied")]
    return found


def views_of(config: Config, pictures: Sequence[LabelledPicture]) -> Views:
    """Return the views of some pictures as a run of the config would see them."""
    preparation = preparation_of(config.network)
    if config.datasets.store != "cache":
        return FileViews([p.path for p in pictures], config.views, preparation)
    preset = CachePreset("square", round(config.network.size * MARGIN))
    contents = (read_file(os.fsencode(p.path)).content for p in pictures)
    pixels = np.stack([preset.pixels(preset.make(content)) for content in contents])
    return CachedViews(pixels, config.augmentation, preparation)


def _readable(subject: Subject) -> list[LabelledPicture]:
    found: list[LabelledPicture] = []
    for row in subject.drawn(3 * PICTURES):
        try:
            read_rgb(subject.pictures[row].path)
        except AnitagError:
            continue
        found.append(subject.pictures[row])
    return found[:: max(1, len(found) // PICTURES)][:PICTURES]
