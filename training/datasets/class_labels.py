"""The classes of a recognition run as labels that the app can give."""

from collections.abc import Sequence

import numpy as np

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.tag import TagCategory, normalize_tag_name
from training.datasets.sample import LabelledPicture
from training.datasets.targets import Targets
from training.datasets.vocabulary import Vocabulary, VocabularyLabel


def class_vocabulary(
    classes: Sequence[str], learnt: Sequence[LabelledPicture], category: str
) -> Vocabulary:
    """Return the classes as tags of a category, in their order, with their training pictures.

    Raises:
        AnitagError: ``bad_config`` for an unknown category, or two classes that are one tag.
    """
    if category not in set(TagCategory):
        reason = f"model.category {category!r} is none of {', '.join(TagCategory)}"
        raise AnitagError("bad_config", path="the config", reason=reason)
    names = [normalize_tag_name(name) for name in classes]
    if len(set(names)) < len(names):
        same = next(name for name in names if names.count(name) > 1)
        reason = f"two of its classes are the tag {same!r}"
        raise AnitagError("bad_config", path="the config", reason=reason)
    counts = dict.fromkeys(classes, 0)
    for picture in learnt:
        counts[picture.identity] += 1
    labels = zip(names, counts.values(), strict=True)
    return Vocabulary(tuple(VocabularyLabel(n, TagCategory(category), c) for n, c in labels))


def class_rows(pictures: Sequence[LabelledPicture], classes: Sequence[str]) -> Targets:
    """Return a row for each picture in which its class is 1 and every other 0."""
    places = {name: i for i, name in enumerate(classes)}
    rows = np.zeros((len(pictures), len(classes)), np.int8)
    rows[np.arange(len(pictures)), [places[p.identity] for p in pictures]] = 1
    return rows
