"""A collection with what tagging learns from it: labels, targets, and who is shown."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from anitag_desktop.domain.error import AnitagError
from training.config import Config
from training.datasets.collection import Collection, collect
from training.datasets.sample import LabelledPicture
from training.datasets.targets import Imported, Targets, build_targets, imported_slots
from training.datasets.vocabulary import Vocabulary, build_vocabulary
from training.progress import Progress
from training.settings.loss import IdentityConfig


@dataclass(frozen=True, slots=True)
class Prepared(Collection):
    """Divided pictures with their targets (N x labels).

    ``identities`` numbers who is shown, for those with enough training pictures; -1 for others.
    ``imported`` has, by picture, the labels that are trusted less.
    """

    vocabulary: Vocabulary
    targets: Targets
    identities: NDArray[np.int64]
    imported: Mapping[int, Imported] = field(default_factory=dict)

    @property
    def identity_count(self) -> int:
        """The number of distinct identities."""
        return int(self.identities.max(initial=-1)) + 1


def prepare(config: Config, run: Path, progress: Progress) -> Prepared:
    """Read, split and label the sets of a config.

    The vocabulary is written to the run's folder the first time and read from there afterwards,
    so that a resumed or measured run sees the same one.
    """
    found = collect(config, run, progress)
    vocabulary = _vocabulary(found, config, run / "vocabulary.json")
    return Prepared(
        found.pictures,
        found.parts,
        found.views,
        found.classes,
        vocabulary,
        build_targets(found.pictures, config.datasets.sources, vocabulary),
        number_identities(found.pictures, found.parts, config.identity),
        imported_slots(found.pictures, vocabulary),
    )


def number_identities(
    pictures: Sequence[LabelledPicture], parts: Sequence[str], config: IdentityConfig
) -> NDArray[np.int64]:
    """Number the identities with enough training pictures, by name; others are -1.

    Behind them come the training pictures that are ``alone``, each with a number of its own.
    """
    learnt = Counter(
        p.identity
        for p, part in zip(pictures, parts, strict=True)
        if part == "train" and p.identity
    )
    names = sorted(name for name, count in learnt.items() if count >= config.least)
    numbers = {name: number for number, name in enumerate(names)}
    found = np.asarray([numbers.get(p.identity, -1) for p in pictures], np.int64)
    alone = [
        place
        for place, (picture, part) in enumerate(zip(pictures, parts, strict=True))
        if part == "train" and not picture.identity and picture.source in config.alone
    ]
    found[alone] = np.arange(len(names), len(names) + len(alone))
    return found


def _vocabulary(found: Collection, config: Config, path: Path) -> Vocabulary:
    if path.exists():
        return Vocabulary.from_json(path.read_text("utf-8"), path)
    vocabulary = _given(config) or _counted(found, config)
    path.write_text(vocabulary.to_json(), "utf-8")
    return vocabulary


def _given(config: Config) -> Vocabulary | None:
    if not config.datasets.vocabulary:
        return None
    given = Path(config.datasets.vocabulary)
    if not given.is_file():
        raise AnitagError("no_such_file", path=given)
    return Vocabulary.from_json(given.read_text("utf-8"), given)


def _counted(found: Collection, config: Config) -> Vocabulary:
    pairs = zip(found.pictures, found.parts, strict=True)
    return build_vocabulary([p for p, part in pairs if part == "train"], config.datasets)
