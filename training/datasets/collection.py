"""All sets of a config: read, joined, divided, and ready to be looked at."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image

from training.config import Config
from training.datasets.divided import DividedPictures
from training.datasets.layouts import read_set
from training.datasets.layouts.read_set import ReadSet
from training.datasets.leaks import refuse_shared
from training.datasets.look_alikes import hash_pixels, join_look_alikes
from training.datasets.pixel_cache import Pixels, open_pixels
from training.datasets.sample import LabelledPicture
from training.datasets.splitting import read_split, split, write_split
from training.progress import Progress
from training.views.cached import CachedViews
from training.views.files import FileViews, read_rgb
from training.views.preparation import preparation_of
from training.views.view import Views

CACHE_MARGIN = 1.1
"""Cached pictures are a little larger than the network's, so that crops stay sharp."""

HASHED_SIDE = 64


@dataclass(frozen=True, slots=True)
class Collection(DividedPictures):
    """Divided pictures, how they are seen, and the class names in the order of their ids."""

    views: Views
    classes: tuple[str, ...]


def collect(config: Config, run: Path, progress: Progress) -> Collection:
    """Read the sets of a config and divide them.

    The split is written to the run's folder the first time and read from there afterwards, so
    that a resumed or measured run sees the same one.
    """
    sets = [read_set(source) for source in config.datasets.sources]
    pictures = [picture for found in sets for picture in found.pictures]
    if missing := sum(found.missing for found in sets):
        progress.report("missing", files=missing)
    if left_out := sum(found.left_out for found in sets):
        progress.report("left_out", pictures=left_out, reason="their ratings")
    pixels, views = _views(pictures, config, progress)
    parts = _parts(_joined(pictures, pixels, config), config, run / "split.jsonl")
    if not config.datasets.allow_shared:
        shared = refuse_shared(pictures, parts)
        if shared:
            progress.report("shared", pictures=shared, of="validation and test")
    return Collection(tuple(pictures), tuple(parts), views, _classes(sets, pictures))


def _views(
    pictures: Sequence[LabelledPicture], config: Config, progress: Progress
) -> tuple[Pixels | None, Views]:
    preparation = preparation_of(config.network)
    if config.datasets.store == "files":
        return None, FileViews([p.path for p in pictures], config.views, preparation)
    size = round(config.network.size * CACHE_MARGIN)
    pixels = open_pixels(pictures, size, Path(config.datasets.cache), progress)
    return pixels, CachedViews(pixels, config.augmentation, preparation)


def _classes(sets: Sequence[ReadSet], pictures: Sequence[LabelledPicture]) -> tuple[str, ...]:
    """Return the class names: as the sets list them, then by name what only pictures name."""
    listed = [name for found in sets for name in found.classes]
    others = sorted({p.identity for p in pictures if p.identity} - set(listed))
    return tuple(dict.fromkeys([*listed, *others]))


def _parts(pictures: Sequence[LabelledPicture], config: Config, path: Path) -> list[str]:
    if path.exists():
        known = read_split(path)
        return [known.get(str(p.path), "unused") for p in pictures]
    parts = split(pictures, config.datasets, config.run.seed)
    write_split(path, pictures, parts)
    return parts


def _joined(
    pictures: Sequence[LabelledPicture], pixels: Pixels | None, config: Config
) -> list[LabelledPicture]:
    """Return the pictures with the groups of near-duplicates joined where a set asks for it."""
    joined = list(pictures)
    for source in config.datasets.sources:
        rows = [i for i, p in enumerate(pictures) if p.source == source.name]
        if source.join_look_alikes:
            squares = _small([pictures[i] for i in rows]) if pixels is None else pixels[rows]
            groups = join_look_alikes([pictures[i].group for i in rows], hash_pixels(squares))
            for row, group in zip(rows, groups, strict=True):
                joined[row] = replace(pictures[row], group=group)
    return joined


def _small(pictures: Sequence[LabelledPicture]) -> Pixels:
    """Return small RGBA squares of picture files, to find look-alikes by."""
    side = (HASHED_SIDE, HASHED_SIDE)
    return np.stack(
        [
            np.asarray(read_rgb(p.path).resize(side, Image.Resampling.BOX).convert("RGBA"))
            for p in pictures
        ]
    )
