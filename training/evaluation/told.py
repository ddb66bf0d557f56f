"""What labelled sets tell of tags, picture by picture; half of it calibrates, half measures."""

import csv
import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.curating.facts import PictureFacts, look
from training.curating.likeness import NEAR_BITS, Likeness
from training.datasets.look_alikes import join_groups
from training.datasets.targets import UNKNOWN, Targets
from training.datasets.vocabulary import Vocabulary
from training.evaluation.colours import danbooru_name
from training.evaluation.labelled_set import LabelledSet

BY_EYE = Path(__file__).parent / "by_eye"
"""Tags of pictures of some sets, labelled by eye: SET.csv with ``file``, ``tags``, ``unsure``."""

LOOKED_FOR = (
    *("1girl", "solo", "multiple_girls", "long_hair", "short_hair", "twintails", "ponytail"),
    *("brown_hair", "blonde_hair", "purple_hair", "grey_hair", "red_hair", "blue_eyes"),
    *("red_eyes", "purple_eyes", "brown_eyes", "yellow_eyes", "green_eyes", "open_mouth", "smile"),
    *("one_eye_closed", "glasses", "hat", "skirt", "dress", "white_background", "full_body"),
    *("outdoors", "thighhighs", "school_uniform"),
)
"""The tags that were looked for by eye; what is neither there nor unsure is absent."""


@dataclass(frozen=True, slots=True)
class Told:
    """Pictures of a set by their numbers, and what is told of them (N x labels; 1, 0, -1)."""

    rows: NDArray[np.int64]
    targets: Targets


def told_by(labelled: LabelledSet, vocabulary: Vocabulary) -> Told:
    """Return the pictures of a set of which any tag is told: hair, eyes, or labelled by eye."""
    targets = np.full((len(labelled.paths), len(vocabulary)), UNKNOWN, np.int8)
    slots = {name: i for i, name in enumerate(vocabulary.names)}
    for part in ("hair", "eyes"):
        if labelled.has(part):
            _tell_colours(targets, [danbooru_name(c) for c in labelled.column(part)], slots)
    _tell_by_eye(targets, labelled, slots)
    rows = np.flatnonzero((targets != UNKNOWN).any(1))
    return Told(rows, targets[rows])


def calibrates(paths: Sequence[Path], every: Sequence[Path]) -> NDArray[np.bool_]:
    """Tell which pictures choose thresholds, by the hash of their names; the others measure.

    Copies of a picture go with it: what looks nearly the same among ``every`` picture of the set,
    which decides also where only some of them are asked for.
    """
    leaders = dict(zip(every, _leaders(every), strict=True))
    first = [hashlib.sha256(os.fsencode(leaders[path])).digest()[0] for path in paths]
    return np.asarray([value % 2 == 0 for value in first], np.bool_)


def _leaders(paths: Sequence[Path]) -> list[str]:
    """Return by picture the first name of those that are nearly the same as it, its own too."""
    looks = [look(path) for path in paths]
    sound = [place for place, one in enumerate(looks) if isinstance(one, PictureFacts)]
    likeness = Likeness([one for one in looks if isinstance(one, PictureFacts)], NEAR_BITS)
    pairs = (
        (place, sound[near.place])
        for row, place in enumerate(sound)
        for near in likeness.about(row)
    )
    return join_groups([path.name for path in paths], pairs)


def unseen(paths: Sequence[Path], parts: Mapping[str, str]) -> NDArray[np.bool_]:
    """Tell which pictures a run neither learnt from nor chose by; ``parts`` is its split by file.

    A file is the same however its path was written.
    """
    known = {Path(file).resolve(): part for file, part in parts.items()}
    return np.asarray([known.get(path.resolve(), "test") == "test" for path in paths], np.bool_)


def _tell_colours(targets: Targets, colours: Sequence[str], slots: dict[str, int]) -> None:
    """Let each picture's colour deny the other colours of the set."""
    own = [slots[name] for name in sorted(set(colours)) if name in slots]
    for row, name in enumerate(colours):
        if name in slots:
            targets[row, own] = 0
            targets[row, slots[name]] = 1


def _tell_by_eye(targets: Targets, labelled: LabelledSet, slots: dict[str, int]) -> None:
    path = BY_EYE / f"{labelled.name}.csv"
    if not path.is_file():
        return
    with path.open(encoding="utf-8", newline="") as stream:
        looked = {Path(row["file"]).name: row for row in csv.DictReader(stream)}
    for row, picture in enumerate(labelled.paths):
        if picture.name in looked:
            tags, unsure = (set(looked[picture.name][c].split()) for c in ("tags", "unsure"))
            for name in LOOKED_FOR:
                if name in slots and name not in unsure:
                    targets[row, slots[name]] = int(name in tags)
