"""Measures a model on a labelled set by whatever its columns allow."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from training.datasets.vocabulary import Vocabulary
from training.evaluation.colours import measure_colours
from training.evaluation.labelled_set import LabelledSet
from training.evaluation.measure import Measure
from training.evaluation.moods import measure_moods
from training.evaluation.neighbours import measure_neighbours
from training.runner import Matrix

COLOURS = Path(__file__).parent / "character_colours.csv"
"""Hair and eye colours of some well-known characters, only where they are beyond doubt."""


class Tagger(Protocol):
    """Whatever says scores and embeddings of picture files."""

    def run_files(self, paths: Sequence[Path]) -> tuple[Matrix, Matrix]:
        """Return probabilities (N x labels) and embeddings (N x E; E may be 0)."""


def measure_set(labelled: LabelledSet, model: Tagger, vocabulary: Vocabulary) -> list[Measure]:
    """Return what columns (hair, eyes, character(s) or identity, emotion) allow to measure."""
    scores, embeddings = model.run_files(labelled.paths)
    name, measures = labelled.name, []
    for part in ("hair", "eyes"):
        wanted = colours_of(labelled, part)
        if any(wanted):
            measures += measure_colours(wanted, part, scores, vocabulary, name)
    named = [column for column in ("character", "characters") if labelled.has(column)]
    for column in named or ["identity"]:  # the column of sheets that were labelled in the window
        if labelled.has(column) and embeddings.shape[1]:
            names = labelled.column(column)
            measures += measure_neighbours(names, labelled.paths, embeddings, name)
    if labelled.has("emotion"):
        measures += measure_moods(labelled.column("emotion"), scores, vocabulary, name)
    return measures


def colours_of(labelled: LabelledSet, part: str) -> list[str]:
    """Return the colour tag of hair or eyes of each picture, "" where it is not known.

    A set without such a column is told by its characters: their usual colours stand for what is
    in the picture, which is wrong where eyes are closed or the light is coloured.
    """
    if labelled.has(part):
        return labelled.column(part)
    with COLOURS.open(encoding="utf-8", newline="") as stream:
        known = {row["character"]: row[part] for row in csv.DictReader(stream)}
    return [known.get(name, "") for name in labelled.column("character")]
