"""Measures any tagger that the app runs on labelled sets, so that models can be compared."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.recognition.model_package import ModelPackage
from training.datasets.vocabulary import Vocabulary, VocabularyLabel
from training.evaluation.labelled_set import read_set
from training.evaluation.measure import Measure
from training.evaluation.sets import measure_set
from training.evaluation.tagging import measure_tags
from training.evaluation.told import told_by
from training.preprocessing import read_with
from training.runner import BATCH, Matrix

CPU = "CPUExecutionProvider"
RATING = "rating:"


class PackagedTagger:
    """A model package, its labels as training names them, and their thresholds."""

    def __init__(self, folder: Path) -> None:
        """Open a folder.

        Raises:
            AnitagError: ``not_a_model`` or ``model_refused``.
        """
        from anitag_desktop.recognition.session import open_on

        package = ModelPackage.load(folder)
        self._recognizer, self._steps = open_on(package, [CPU]), package.manifest.preprocess
        self.name = package.key.model_id
        self.vocabulary = Vocabulary(
            tuple(
                VocabularyLabel(label.name.removeprefix(RATING), label.category, 0)
                for label in package.labels
            )
        )
        # Ratings have none: the likeliest one is meant.
        self.thresholds = np.array(
            [
                1.0
                if label.category is TagCategory.RATING
                else package.thresholds.of(label.name, label.category)
                for label in package.labels
            ]
        )

    def run_files(self, paths: Sequence[Path]) -> tuple[Matrix, Matrix]:
        """Return probabilities (N x labels) and embeddings (N x E; E is 0 where it has none)."""
        nothing, scores, vectors = np.zeros(0, np.float32), [], []
        for start in range(0, len(paths), BATCH):
            some = [read_with(path, self._steps) for path in paths[start : start + BATCH]]
            for seen in self._recognizer.recognise(np.stack(some)):
                scores.append(nothing if seen.scores is None else seen.scores)
                vectors.append(nothing if seen.embedding is None else seen.embedding)
        return np.stack(scores), np.stack(vectors)


def measure_package(
    folder: Path, sets: Sequence[Path], limit: int, cache: Path
) -> tuple[str, list[Measure]]:
    """Return a tagger's name, and what it reaches on sets that it did not learn from.

    Tags are judged at the package's own thresholds, over the tags of which a set tells.

    Raises:
        AnitagError: ``not_a_model``, ``model_refused``, ``no_such_folder``, ``no_pictures``.
    """
    tagger = PackagedTagger(folder)
    measures: list[Measure] = []
    for place in sets:
        labelled = read_set(place, cache, limit)
        measures += measure_set(labelled, tagger, tagger.vocabulary)
        told = told_by(labelled, tagger.vocabulary)
        if len(told.rows):
            scores, _ = tagger.run_files([labelled.paths[row] for row in told.rows])
            known = (tagger.vocabulary, tagger.thresholds, labelled.name)
            measures += measure_tags(scores, told.targets, *known)
    return tagger.name, measures
