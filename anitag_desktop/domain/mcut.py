"""MCut: a threshold for each picture by itself, where its scores fall off most.

After Largeron, Moulin and Géry, "MCut: a thresholding strategy for multi-label classification"
(2012). Of few clear tags it takes few, of many many, whatever the level of the scores is.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from itertools import pairwise

from anitag_desktop.domain.correction import Prediction
from anitag_desktop.domain.prediction import SCORE_FLOOR
from anitag_desktop.domain.tag import TagCategory

LEAST = 0.15
"""No cut is lower than this where nothing else is set: of faint scores alone none is right."""


def mcut(scores: Iterable[float], least: float = LEAST) -> float:
    """Return the middle of the widest gap between neighbouring scores, ``least`` if it is higher.

    Scores under ``SCORE_FLOOR`` are not kept, so the last gap ends there. Of equally wide gaps the
    highest counts.
    """
    falling = [*sorted((score for score in scores if score > SCORE_FLOOR), reverse=True)]
    gaps = [
        (upper - lower, (upper + lower) / 2) for upper, lower in pairwise([*falling, SCORE_FLOOR])
    ]
    return max(least, max(gaps, default=(0.0, 0.0))[1])


def cut(
    said: Iterable[Prediction], least: Mapping[TagCategory, float], settled: Container[str]
) -> list[Prediction]:
    """Give what one model says of one picture the thresholds that MCut finds.

    ``least`` has the lowest cut of each category in which it decides; the tags named in
    ``settled`` keep the threshold that they have, and make no gap.
    """
    said = list(said)
    open_to = [one for one in said if one.tag.name not in settled]
    cuts = {
        category: mcut((one.score for one in open_to if one.tag.category is category), lowest)
        for category, lowest in least.items()
    }
    return [
        replace(one, threshold=cuts[one.tag.category])
        if one.tag.category in cuts and one.tag.name not in settled
        else one
        for one in said
    ]
