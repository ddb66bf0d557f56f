"""Doubts about the labels of a set: what a model says that never saw the picture, and twins.

The vectors of a model (a package or a run) are divided into folds that no group of near-duplicates
straddles; a logistic regression learns on all folds but one and says how likely each class is on
that one. From these out-of-fold probabilities cleanlab ranks the labels: by self-confidence, and as
issues in the sense of confident learning (Northcutt, Jiang, Chuang, JAIR 70, 2021). Near-duplicates
that have different labels come first: one of them is wrong whatever any model says.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anitag_desktop.domain.error import AnitagError
from training.curating.likeness import NEAR_BITS, Likeness
from training.curating.opened_set import Seen
from training.datasets.look_alikes import join_groups
from training.datasets.sample import LabelledPicture
from training.exploring.seeing import Model
from training.progress import Progress
from training.views.files import read_rgb

FOLDS = 5
_BATCH = 16
_LEAST = 2
_LOWEST = 1e-12

Floats = NDArray[np.float32]
Shares = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A picture whose label is doubted.

    ``likely`` is how likely its label is (0 to 1), ``loss`` the cross-entropy, ``guess`` the
    likeliest class, ``sure`` how likely that is; ``twins`` are near-duplicates labelled otherwise.
    """

    picture: LabelledPicture
    likely: float
    loss: float
    guess: str
    sure: float
    is_issue: bool
    twins: tuple[LabelledPicture, ...]

    @property
    def why(self) -> str:
        """In a few words what speaks against the label."""
        if self.twins:
            others = ", ".join(sorted({twin.identity for twin in self.twins}))
            return f"a near-duplicate is called {others}"
        return f"{self.guess} is {self.sure:.2f} likely, {self.picture.identity} {self.likely:.2f}"


@dataclass(frozen=True, slots=True)
class Doubts:
    """The pictures whose labels can be judged, the most doubtful first, and how many others.

    ``aside`` are pictures by their class: one whose pictures are all copies of each other, or
    that has only one, cannot be learnt on others than those; "" are pictures without a class.
    """

    ranked: list[Doubt]
    aside: Counter[str]


def doubts(seen: Seen, vectors: Floats, folds: int = FOLDS) -> Doubts:
    """Return the doubts about a set of classes; ``vectors`` has a row for each picture.

    Of classes with fewer groups of near-duplicates than ``folds``, fewer folds are made.

    Raises:
        AnitagError: ``bad_config`` where fewer than two classes can be judged.
    """
    pictures, near = seen.pictures, Likeness(seen.facts, NEAR_BITS)
    groups = join_groups([str(place) for place in range(len(pictures))], near.pairs())
    places = _judgeable(pictures, groups)
    names = sorted({pictures[place].identity for place in places})
    labels = np.array([names.index(pictures[place].identity) for place in places], np.int64)
    shares = out_of_fold(vectors[places], labels, [groups[place] for place in places], folds)
    quality, is_issue = judged(labels, shares)
    guesses = shares.argmax(axis=1)
    found = [
        Doubt(
            pictures[place],
            float(quality[row]),
            float(-np.log(max(float(quality[row]), _LOWEST))),
            names[int(guesses[row])],
            float(shares[row, guesses[row]]),
            bool(is_issue[row]),
            _twins(pictures, near, place),
        )
        for row, place in enumerate(places)
    ]
    aside = Counter(picture.identity for picture in pictures)
    aside -= Counter(pictures[place].identity for place in places)
    return Doubts(sorted(found, key=lambda o: (not o.twins, not o.is_issue, o.likely)), aside)


def _judgeable(pictures: Sequence[LabelledPicture], groups: Sequence[str]) -> list[int]:
    """Return the places of the pictures whose class is shown by others that are no copies."""
    of_class: dict[str, set[str]] = defaultdict(set)
    for picture, group in zip(pictures, groups, strict=True):
        of_class[picture.identity].add(group)
    known = {name for name, own in of_class.items() if name and len(own) >= _LEAST}
    return [place for place, picture in enumerate(pictures) if picture.identity in known]


def _twins(
    pictures: Sequence[LabelledPicture], near: Likeness, place: int
) -> tuple[LabelledPicture, ...]:
    """Return the near-duplicates of a picture that say another class."""
    others = (pictures[other.place] for other in near.about(place))
    return tuple(one for one in others if one.identity not in ("", pictures[place].identity))


def out_of_fold(
    vectors: Floats, labels: NDArray[np.int64], groups: Sequence[str], folds: int = FOLDS
) -> Shares:
    """Return how likely each class is on each picture, as said by who never saw its group."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedGroupKFold
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    many = max(_LEAST, min(folds, _fewest(labels, groups)))
    classes = int(labels.max()) + 1
    shares = np.zeros((len(labels), classes))
    divider = StratifiedGroupKFold(many, shuffle=True, random_state=0)
    for known, held in divider.split(vectors, labels, groups):
        learnt = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=500))
        learnt.fit(vectors[known], labels[known])
        shares[np.ix_(held, learnt.classes_)] = learnt.predict_proba(vectors[held])
    return shares


def _fewest(labels: NDArray[np.int64], groups: Sequence[str]) -> int:
    """Return of how many groups the class with the fewest consists."""
    of_class: dict[int, set[str]] = defaultdict(set)
    for label, group in zip(labels.tolist(), groups, strict=True):
        of_class[label].add(group)
    fewest = min((len(own) for own in of_class.values()), default=0)
    if len(of_class) < _LEAST or fewest < _LEAST:
        reason = "at least two classes are needed, and two pictures of each that are no copies"
        raise AnitagError("bad_config", path="the set", reason=reason)
    return fewest


def judged(labels: NDArray[np.int64], shares: Shares) -> tuple[Shares, NDArray[np.bool_]]:
    """Return cleanlab's self-confidence of each label, and whether it is an issue."""
    from cleanlab.filter import find_label_issues
    from cleanlab.rank import get_label_quality_scores

    kept = np.clip(shares, _LOWEST, 1)
    kept /= kept.sum(axis=1, keepdims=True)
    quality: Shares = get_label_quality_scores(labels, kept, method="self_confidence")
    issues: NDArray[np.bool_] = find_label_issues(labels, kept, n_jobs=1)
    return quality, issues


def vectors_of(seen: Seen, model: Model, progress: Progress) -> Floats:
    """Return the model's vectors of the pictures.

    Raises:
        AnitagError: ``bad_config`` for a model without any, ``model_failed``.
    """
    found: list[Floats] = []
    for start in range(0, len(seen.pictures), _BATCH):
        some = seen.pictures[start : start + _BATCH]
        for one in model.look([read_rgb(picture.path) for picture in some]):
            if one.vector is None:
                raise AnitagError("bad_config", path=model.name, reason="it gives no vectors")
            found.append(np.asarray(one.vector, np.float32).ravel())
        progress.report("looked", pictures=len(found), of=len(seen.pictures))
    return np.stack(found) if found else np.empty((0, 0), np.float32)
