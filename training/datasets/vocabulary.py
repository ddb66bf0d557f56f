"""The labels of a model: their names, categories and counts, in output order, as JSON."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.tag import Rating, TagCategory
from training.config import DatasetConfig
from training.datasets.sample import LabelledPicture

VERSION = 1


@dataclass(frozen=True, slots=True)
class VocabularyLabel:
    """One output of the model. ``count`` is the number of distinct training pictures with it."""

    name: str
    category: TagCategory
    count: int


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All labels: ratings, then general, copyright and character tags, each by count and name."""

    labels: tuple[VocabularyLabel, ...]

    def __len__(self) -> int:
        """Return the number of labels, which is the width of the model's output."""
        return len(self.labels)

    @property
    def names(self) -> tuple[str, ...]:
        """The names in output order (ratings as bare words, as in ``selected_tags.csv``)."""
        return tuple(label.name for label in self.labels)

    def index(self) -> dict[tuple[TagCategory, str], int]:
        """Return the output slot of each label."""
        return {(label.category, label.name): i for i, label in enumerate(self.labels)}

    def slots(self, *categories: TagCategory) -> list[int]:
        """Return the output slots of some categories."""
        return [i for i, label in enumerate(self.labels) if label.category in categories]

    def to_json(self) -> str:
        """Return the text that ``from_json`` reads; the same labels give the same bytes."""
        rows = [{"name": x.name, "category": x.category, "count": x.count} for x in self.labels]
        return json.dumps({"version": VERSION, "labels": rows}, ensure_ascii=False, indent=1) + "\n"

    @staticmethod
    def from_json(text: str, path: Path | str = "vocabulary.json") -> "Vocabulary":
        """Read what ``to_json`` wrote.

        Raises:
            AnitagError: ``bad_checkpoint`` when the text is not a vocabulary of this version.
        """
        try:
            values = json.loads(text)
            if values["version"] != VERSION:
                raise ValueError(f"version {values['version']} is not known")
            labels = tuple(
                VocabularyLabel(r["name"], TagCategory(r["category"]), int(r["count"]))
                for r in values["labels"]
            )
        except (ValueError, KeyError, TypeError) as error:
            raise AnitagError("bad_checkpoint", path=path, reason=str(error)) from error
        return Vocabulary(labels)


def build_vocabulary(pictures: Sequence[LabelledPicture], config: DatasetConfig) -> Vocabulary:
    """Count the labels of the training pictures and keep those with enough of them.

    Raises:
        AnitagError: ``no_labels`` when none is left.
    """
    excluded = set(config.excluded)
    general = _kept((p.tags - excluded for p in pictures), config.min_count)
    copyrights = _kept((p.copyrights for p in pictures), config.min_character_count)
    characters = _kept((p.characters for p in pictures), config.min_character_count)
    labels = [
        *_ratings(pictures),
        *(VocabularyLabel(n, TagCategory.GENERAL, c) for n, c in general),
        *(VocabularyLabel(n, TagCategory.COPYRIGHT, c) for n, c in copyrights),
        *(VocabularyLabel(n, TagCategory.CHARACTER, c) for n, c in characters),
    ]
    if not general and not characters:
        raise AnitagError("no_labels", count=config.min_count)
    return Vocabulary(tuple(labels))


def _kept(sets: Iterable[Iterable[str]], least: int) -> list[tuple[str, int]]:
    counts = Counter(name for names in sets for name in names)
    return sorted(((n, c) for n, c in counts.items() if c >= least), key=lambda nc: (-nc[1], nc[0]))


def _ratings(pictures: Iterable[LabelledPicture]) -> list[VocabularyLabel]:
    """Return the ratings that occur; a single one cannot be told from anything, so it is none."""
    counts = Counter(p.rating for p in pictures if p.rating)
    found = [VocabularyLabel(r, TagCategory.RATING, counts[r]) for r in Rating if counts[r]]
    return found if len(found) > 1 else []
