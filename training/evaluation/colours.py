"""Hair and eye colour: how often the highest of the colour scores is the right one."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.datasets.vocabulary import Vocabulary
from training.evaluation.measure import Measure
from training.runner import Matrix

SAME = {"gray": "grey"}
"""Spellings of data sets, and danbooru's."""


@dataclass(frozen=True, slots=True)
class ColourHits:
    """``rows`` are the pictures whose colour the model knows, ``right`` where it is its highest.

    ``wanted`` are the colours of all pictures as danbooru spells them, ``classes`` those that were
    to be chosen from.
    """

    wanted: list[str]
    classes: list[str]
    rows: list[int]
    right: NDArray[np.bool_]


def colour_hits(wanted: Sequence[str], scores: Matrix, vocabulary: Vocabulary) -> ColourHits:
    """Return which pictures' colours are right; ``wanted`` are tags as ``blue_hair`` or ""."""
    wanted = [danbooru_name(tag) for tag in wanted]
    slots = {label: i for i, label in enumerate(vocabulary.names)}
    classes = sorted({tag for tag in wanted if tag in slots})
    rows = [i for i, tag in enumerate(wanted) if tag in slots]
    if not rows:
        return ColourHits(wanted, classes, rows, np.zeros(0, np.bool_))
    chosen = scores[rows][:, [slots[tag] for tag in classes]].argmax(1)
    right = np.asarray([classes[c] == wanted[i] for c, i in zip(chosen, rows, strict=True)])
    return ColourHits(wanted, classes, rows, right)


def measure_colours(
    wanted: Sequence[str], part: str, scores: Matrix, vocabulary: Vocabulary, name: str
) -> list[Measure]:
    """Return top-1 over pictures and over classes; ``wanted`` are tags as ``blue_hair`` or "".

    The choice is among the colours that occur in the set and that the model knows.
    """
    hits = colour_hits(wanted, scores, vocabulary)
    wanted, classes, rows, right = hits.wanted, hits.classes, hits.rows, hits.right
    if not rows:
        return []
    each = [right[[wanted[i] == tag for i in rows]].mean() for tag in classes]
    largest = Counter(wanted[i] for i in rows).most_common(1)[0][1] / len(rows)
    unknown = sum(1 for tag in wanted if tag) - len(rows)
    at = f"arg-max of {len(classes)} colours"
    note = f"majority {largest:.2f}; {unknown} pictures of unknown colours left out"
    return [
        Measure(f"{part} top-1", float(right.mean()), name, "pictures", at, len(rows), note),
        Measure(f"{part} top-1", float(np.mean(each)), name, "colours", at, len(rows), note),
    ]


def danbooru_name(tag: str) -> str:
    """Return a colour tag of a data set as danbooru spells it."""
    colour, _, part = tag.partition("_")
    return f"{SAME.get(colour, colour)}_{part}" if part else tag
