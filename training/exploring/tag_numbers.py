"""How often tags occur, alone and together."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anitag_desktop.domain.tag import TagCategory
from training.datasets.sample import LabelledPicture
from training.exploring.subject import Subject

CATEGORIES = (
    TagCategory.GENERAL,
    TagCategory.CHARACTER,
    TagCategory.COPYRIGHT,
    TagCategory.RATING,
)


@dataclass(frozen=True, slots=True)
class TagCount:
    """A tag and its pictures in each part."""

    name: str
    category: TagCategory
    by_part: Counter[str]

    @property
    def pictures(self) -> int:
        """The number of its pictures."""
        return self.by_part.total()


def names_of(picture: LabelledPicture, category: TagCategory) -> Iterable[str]:
    """Return what a picture has of a category."""
    if category is TagCategory.RATING:
        return (picture.rating,) if picture.rating else ()
    return {
        TagCategory.GENERAL: picture.tags,
        TagCategory.CHARACTER: picture.characters,
        TagCategory.COPYRIGHT: picture.copyrights,
    }[category]


def count_tags(subject: Subject) -> list[TagCount]:
    """Return every tag that occurs, by category, those with most pictures first."""
    found: dict[tuple[TagCategory, str], Counter[str]] = {}
    for picture, part in zip(subject.pictures, subject.parts, strict=True):
        for category in CATEGORIES:
            for name in names_of(picture, category):
                found.setdefault((category, name), Counter())[part] += 1
    counts = [TagCount(name, category, by) for (category, name), by in found.items()]
    return sorted(counts, key=lambda c: (CATEGORIES.index(c.category), -c.pictures, c.name))


def together(pictures: Sequence[LabelledPicture], tags: Sequence[str]) -> NDArray[np.float64]:
    """Return of the pictures with a tag (rows) the share that also has another (columns)."""
    places = {name: place for place, name in enumerate(tags)}
    counts = np.zeros((len(tags), len(tags)))
    for picture in pictures:
        own = [places[name] for name in picture.tags if name in places]
        counts[np.ix_(own, own)] += 1
    return counts / np.maximum(counts.diagonal()[:, None], 1)
