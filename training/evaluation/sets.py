"""Measures a model on a labelled set by whatever its columns allow."""

from training.datasets.vocabulary import Vocabulary
from training.evaluation.colours import measure_colours
from training.evaluation.labelled_set import LabelledSet
from training.evaluation.measure import Measure
from training.evaluation.moods import measure_moods
from training.evaluation.neighbours import measure_neighbours
from training.runner import ExportedModel


def measure_set(
    labelled: LabelledSet, model: ExportedModel, vocabulary: Vocabulary
) -> list[Measure]:
    """Return what the columns hair, eyes, character(s) and emotion allow to measure."""
    scores, embeddings = model.run_files(labelled.paths)
    name, measures = labelled.name, []
    for part in ("hair", "eyes"):
        if labelled.has(part):
            wanted = labelled.column(part)
            measures += measure_colours(wanted, part, scores, vocabulary, name)
    for column in ("character", "characters"):
        if labelled.has(column):
            names = labelled.column(column)
            measures += measure_neighbours(names, labelled.paths, embeddings, name)
    if labelled.has("emotion"):
        measures += measure_moods(labelled.column("emotion"), scores, vocabulary, name)
    return measures
