"""All sets of a config: read, joined, divided, and ready to be looked at."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image

from training.config import Config
from training.datasets.cache_preset import CachePreset
from training.datasets.divided import DividedPictures, class_names
from training.datasets.layouts import read_set
from training.datasets.leaks import refuse_shared
from training.datasets.look_alikes import hash_pixels, join_look_alikes
from training.datasets.picture_cache import PictureCache
from training.datasets.pixel_cache import CachedPixels, Pixels
from training.datasets.sample import LabelledPicture
from training.datasets.splitting import read_split, split, write_split
from training.progress import Progress
from training.views.cached import CachedViews
from training.views.files import FileViews, read_rgb
from training.views.preparation import preparation_of
from training.views.view import Views

MARGIN = 1.1
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
    listed = [name for found in sets for name in found.classes]
    views = open_views(pictures, config, progress)
    parts = _parts(pictures, views, config, run / "split.jsonl")
    if not config.datasets.allow_shared:
        shared = refuse_shared(pictures, parts)
        if shared:
            progress.report("shared", pictures=shared, of="validation and test")
    return Collection(tuple(pictures), tuple(parts), views, class_names(listed, pictures))


def open_views(
    pictures: Sequence[LabelledPicture], config: Config, progress: Progress
) -> CachedViews | FileViews:
    """Return how pictures are seen; what the config wants in the cache is made first.

    Raises:
        AnitagError: ``bad_manifest`` for a picture that has to be in the cache and cannot be read.
    """
    preparation, paths = preparation_of(config.network), [p.path for p in pictures]
    cache = cache_of(config)
    if cache is None:
        return FileViews(paths, config.views, preparation)
    hashes = cache.fill(paths, progress)
    if cache.preset.geometry == "square":
        return CachedViews(CachedPixels(cache, paths, hashes), config.augmentation, preparation)
    smaller = [cache.path(sha256) for sha256 in hashes]
    return FileViews(paths, config.views, preparation, smaller)


def cache_of(config: Config) -> PictureCache | None:
    """Return what a config's pictures are kept in; None where they are decoded each time."""
    folder = Path(config.datasets.cache)
    if config.datasets.store == "files":
        return None
    if config.datasets.store == "cache":
        return PictureCache(folder, CachePreset("square", round(_largest(config) * MARGIN)))
    side = stored_side(config, preparation_of(config.network).crop)
    return PictureCache(folder, CachePreset("shorter", round(side * MARGIN)))


def stored_side(config: Config, crop: float) -> float:
    """Return how long the shorter side of a picture has to be, so that no crop is blown up.

    ``crop`` is the share of it that a centre crop keeps.
    """
    views = config.views
    largest = _largest(config)
    low = math.sqrt(views.scale_low) if views.scale_low else 1.0
    return max(largest / crop, largest + views.margin, largest / low)


def _largest(config: Config) -> int:
    """Return the largest side that the network is shown, in pixels."""
    return max([config.network.size, *(stage.size for stage in config.run.stages)])


def _parts(
    pictures: Sequence[LabelledPicture], views: CachedViews | FileViews, config: Config, path: Path
) -> list[str]:
    if path.exists():
        known = read_split(path)
        return [known.get(str(p.path), "unused") for p in pictures]
    parts = split(_joined(pictures, views, config), config.datasets, config.run.seed)
    write_split(path, pictures, parts)
    return parts


def _joined(
    pictures: Sequence[LabelledPicture], views: CachedViews | FileViews, config: Config
) -> list[LabelledPicture]:
    """Return the pictures with the groups of near-duplicates joined where a set asks for it."""
    joined = list(pictures)
    for source in config.datasets.sources:
        rows = [i for i, p in enumerate(pictures) if p.source == source.name]
        if source.join_look_alikes:
            squares = map(
                views.square if isinstance(views, CachedViews) else _small(pictures), rows
            )
            groups = join_look_alikes([pictures[i].group for i in rows], hash_pixels(squares))
            for row, group in zip(rows, groups, strict=True):
                joined[row] = replace(pictures[row], group=group)
    return joined


def _small(pictures: Sequence[LabelledPicture]) -> Callable[[int], Pixels]:
    """Return what gives small RGBA squares of picture files, to find look-alikes by."""
    side = (HASHED_SIDE, HASHED_SIDE)

    def make(row: int) -> Pixels:
        small = read_rgb(pictures[row].path).resize(side, Image.Resampling.BOX)
        return np.asarray(small.convert("RGBA"))

    return make
