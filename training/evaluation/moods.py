"""Expressions: how well a tag's score puts the faces with that feeling before the others."""

from collections.abc import Sequence

import numpy as np

from training.datasets.vocabulary import Vocabulary
from training.evaluation.measure import Measure
from training.runner import Matrix

TAGS = {
    "angry": ("angry", "v-shaped_eyebrows"),
    "happy": ("smile", "open_mouth", "grin"),
    "sad": ("sad", "tears", "frown"),
    "surprised": ("surprised", "wide-eyed"),
    "scared": ("scared", "wide-eyed"),
    "worried": ("worried", "embarrassed"),
    "neutral": ("closed_mouth", "expressionless"),
}
"""Danbooru tags that go with a feeling, the best one first; the first one known is used."""


def measure_moods(
    feelings: Sequence[str], scores: Matrix, vocabulary: Vocabulary, name: str
) -> list[Measure]:
    """Return the area under the ROC curve of one tag for each feeling (0.5 is chance)."""
    slots = {label: i for i, label in enumerate(vocabulary.names)}
    measures = []
    for feeling in sorted(set(feelings)):
        tag = next((t for t in TAGS.get(feeling, ()) if t in slots), None)
        present = np.asarray([f == feeling for f in feelings])
        if tag is not None:
            value = rank_area(scores[:, slots[tag]], present)
            at = f"score of {tag}"
            support = int(present.sum())
            note = "chance 0.50"
            measures.append(Measure(f"AUC {feeling}", value, name, "pictures", at, support, note))
    return measures


def rank_area(scores: np.ndarray, present: np.ndarray) -> float:
    """Return the chance that a positive scores higher than a negative (ties count half)."""
    own, other = scores[present][:, None], scores[~present][None, :]
    return float((own > other).mean() + 0.5 * (own == other).mean())
