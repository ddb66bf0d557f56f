"""All sets of a config, ready to train on: pixels, targets, parts and what may replace what."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.config import Config
from training.datasets.divided import DividedPictures
from training.datasets.look_alikes import hash_pixels, join_look_alikes
from training.datasets.manifest import read_source
from training.datasets.pixel_cache import Pixels, open_pixels
from training.datasets.sample import LabelledPicture
from training.datasets.splitting import read_split, split, write_split
from training.datasets.targets import Targets, build_targets
from training.datasets.vocabulary import Vocabulary, build_vocabulary
from training.progress import Progress

CACHE_MARGIN = 1.1
"""Cached pictures are a little larger than the network's, so that crops stay sharp."""


@dataclass(frozen=True, slots=True)
class Prepared(DividedPictures):
    """Divided pictures with their pixels (N x S x S x 4) and targets (N x labels).

    ``identities`` numbers who is shown, for those with enough training pictures; -1 for others.
    """

    vocabulary: Vocabulary
    targets: Targets
    pixels: Pixels
    identities: NDArray[np.int64]

    @property
    def identity_count(self) -> int:
        """The number of distinct identities."""
        return int(self.identities.max(initial=-1)) + 1


def prepare(config: Config, run: Path, progress: Progress) -> Prepared:
    """Read, split and decode the sets of a config.

    The vocabulary and the split are written to the run's folder the first time and read from there
    afterwards, so that a resumed or measured run sees the same ones.
    """
    pictures = [p for source in config.datasets.sources for p in read_source(source)]
    size = round(config.network.size * CACHE_MARGIN)
    pixels = open_pixels(pictures, size, Path(config.datasets.cache), progress)
    parts = _parts(_joined(pictures, pixels, config), config, run / "split.jsonl")
    vocabulary = _vocabulary(pictures, parts, config, run / "vocabulary.json")
    targets = build_targets(pictures, config.datasets.sources, vocabulary)
    identities = number_identities(pictures, parts, config.identity.least)
    return Prepared(tuple(pictures), tuple(parts), vocabulary, targets, pixels, identities)


def number_identities(
    pictures: Sequence[LabelledPicture], parts: Sequence[str], least: int
) -> NDArray[np.int64]:
    """Number the identities with at least ``least`` training pictures, by name; others are -1."""
    learnt = Counter(
        p.identity
        for p, part in zip(pictures, parts, strict=True)
        if part == "train" and p.identity
    )
    names = sorted(name for name, count in learnt.items() if count >= least)
    numbers = {name: number for number, name in enumerate(names)}
    return np.asarray([numbers.get(p.identity, -1) for p in pictures], np.int64)


def _parts(pictures: Sequence[LabelledPicture], config: Config, path: Path) -> list[str]:
    if path.exists():
        known = read_split(path)
        return [known.get(str(p.path), "unused") for p in pictures]
    parts = split(pictures, config.datasets, config.run.seed)
    write_split(path, pictures, parts)
    return parts


def _joined(
    pictures: Sequence[LabelledPicture], pixels: Pixels, config: Config
) -> list[LabelledPicture]:
    """Return the pictures with the groups of near-duplicates joined where a set asks for it."""
    joined = list(pictures)
    for source in config.datasets.sources:
        rows = [i for i, p in enumerate(pictures) if p.source == source.name]
        if source.join_look_alikes:
            groups = join_look_alikes([pictures[i].group for i in rows], hash_pixels(pixels[rows]))
            for row, group in zip(rows, groups, strict=True):
                joined[row] = replace(pictures[row], group=group)
    return joined


def _vocabulary(
    pictures: Sequence[LabelledPicture], parts: Sequence[str], config: Config, path: Path
) -> Vocabulary:
    if path.exists():
        return Vocabulary.from_json(path.read_text("utf-8"), path)
    learnt = [p for p, part in zip(pictures, parts, strict=True) if part == "train"]
    vocabulary = build_vocabulary(learnt, config.datasets)
    path.write_text(vocabulary.to_json(), "utf-8")
    return vocabulary
