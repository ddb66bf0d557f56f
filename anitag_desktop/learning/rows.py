r"""Logistic rows: for each tag, what to add to a model's answer so that it agrees with the user.

A row says of a picture with vector ``x`` and a score that the model gave it

.. math:: p = \sigma(\operatorname{logit}(score) + w \cdot x + b)

and ``w``, ``b`` minimise the cross-entropy on what the user said, plus ``pull / 2 * |w|^2`` and
``bias_pull / 2 * b^2``: nothing said, nothing changed. As the model's own row is in the score, this
is a logistic row anchored to the model's (L2-SP: Li, Grandvalet, Davoine, ICML 2018), for any model
whose rows nobody can read. A tag that no model knows has the prior in place of the score.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from anitag_desktop.learning.space import Floats, Vectors

PULL = 0.06
"""Of .003 to .3 the best on 22 hair and eye colours after 20 to 200 corrections. Tags that models
know are pulled more (``learning/reliance.py``)."""

BIAS_PULL = 0.1
_BLOCK = 64
"""So many rows are found at a time: one matrix product serves all of them."""

_ROUNDS = 100
_ENOUGH = 1e-6
"""The search ends once a round lowers the loss by no larger part of it."""


class Evidence(NamedTuple):
    """What is known of one tag, an entry for each picture that something is known of.

    ``places`` are the pictures' places among the vectors, ``wanted`` is 1 where a picture has the
    tag, 0 where it has not (between, where a model's answer shall stay), ``weights`` say how much
    each entry counts, ``logits`` what the model said. The first ``heard`` entries are what the user
    said, ``answers`` of them (any) because the review asked. ``pull`` is how strongly the row is
    drawn to nothing (over 0).
    """

    places: NDArray[np.intp]
    wanted: Floats
    weights: Floats
    logits: Floats
    heard: int = 0
    answers: int = 0
    pull: float = PULL

    @property
    def is_replayed(self) -> NDArray[np.bool_]:
        """Which entries are of pictures of which nobody spoke."""
        found = (self.wanted > 0) & (self.wanted < 1)
        found[: self.heard] = False
        return found

    def some(self, kept: NDArray[Any], heard: int = 0) -> "Evidence":
        """Return some of the entries, by place or mask."""
        parts = self.places[kept], self.wanted[kept], self.weights[kept], self.logits[kept]
        return Evidence(*parts, heard, pull=self.pull)


class Rows(NamedTuple):
    """What was learnt, a row for each tag: ``weights`` has a number for each of a vector."""

    weights: Floats
    biases: Floats


def learn(
    vectors: Vectors,
    evidence: Sequence[Evidence],
    *,
    bias_pull: float = BIAS_PULL,
) -> Rows:
    """Return the row of each tag; the rows do not depend on each other but for rounding."""
    import scipy.optimize  # noqa: F401 - its threads can be limited only once it is loaded
    from threadpoolctl import threadpool_limits

    blocks = [evidence[start : start + _BLOCK] for start in range(0, len(evidence), _BLOCK)]
    learn_block = partial(_learn_block, vectors, bias_pull)
    # Threads of a matrix product wait for each other in vain where other programs have a core.
    with threadpool_limits(1), ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(learn_block, blocks))
    nothing = Rows(np.empty((0, vectors.shape[1]), np.float32), np.empty(0, np.float32))
    return Rows(*(np.concatenate(part) for part in zip(nothing, *found, strict=True)))


def balanced(wanted: Floats) -> Floats:
    """Return weights of what the user said: the rarer a tag, the more each picture with it."""
    has = float(wanted.sum())
    share = (len(wanted) - has) / has if has else 1.0
    return np.where(wanted > 0, np.float32(max(1.0, share**0.5)), np.float32(1))


def scores(rows: Rows, vectors: Vectors, logits: Floats) -> Floats:
    """Return the scores (picture, row), 0 to 1, of pictures whose model said ``logits``."""
    from scipy.special import expit

    found: Floats = expit(answers(rows, vectors, logits))
    return found


def answers(rows: Rows, vectors: Vectors, logits: Floats) -> Floats:
    """Return the logits of ``scores``."""
    found: Floats = vectors @ rows.weights.T + rows.biases + logits
    return found


def logit(scores: NDArray[np.floating], least: float) -> Floats:
    """Return what becomes ``scores`` again; those below ``least`` or over 1 - least count as it."""
    kept = np.clip(scores, least, 1 - least)
    found: Floats = np.log(kept / (1 - kept)).astype(np.float32)
    return found


def _learn_block(vectors: Vectors, bias_pull: float, evidence: Sequence[Evidence]) -> Rows:
    from scipy.optimize import minimize

    problem = _Problem(vectors, evidence, bias_pull)
    best = minimize(
        problem.loss,
        np.zeros(problem.size),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": _ROUNDS, "ftol": _ENOUGH},
    )
    return problem.rows(best.x)


class _Problem:
    """The loss of some rows together, each on its own evidence.

    Every picture has a share in a bias, and one number of its vector, of length 1, only a small one
    in a weight. So the bias is counted in the usual size of such a number: the search takes a
    quarter of the rounds where all that is looked for has the same scale.
    """

    def __init__(self, vectors: Vectors, evidence: Sequence[Evidence], bias_pull: float) -> None:
        places = np.unique(np.concatenate([one.places for one in evidence]))
        shape = len(places), len(evidence)
        self._vectors = vectors[places]
        self._wanted, self._weights, self._logits = (np.zeros(shape, np.float32) for _ in range(3))
        for column, one in enumerate(evidence):
            rows = np.searchsorted(places, one.places)
            self._wanted[rows, column] = one.wanted
            self._weights[rows, column] = one.weights
            self._logits[rows, column] = one.logits
        self._pulls = np.array([[one.pull] for one in evidence], np.float32)
        self._bias_pull = bias_pull
        self._scale = np.float32(max(vectors.shape[1], 1) ** -0.5)
        self.size = len(evidence) * (vectors.shape[1] + 1)

    def rows(self, flat: NDArray[np.float64]) -> Rows:
        """Return the rows that lie flat behind each other, each with its bias at its end."""
        table = flat.reshape(self._wanted.shape[1], -1).astype(np.float32)
        return Rows(table[:, :-1], table[:, -1] * self._scale)

    def loss(self, flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """Return the loss and its gradient."""
        rows = self.rows(flat)
        logits = self._vectors @ rows.weights.T + rows.biases + self._logits
        # One exponential serves both; logaddexp and expit take three times as long.
        small = np.exp(-np.abs(logits))
        entropy = np.log(1 + small) + np.maximum(logits, 0) - self._wanted * logits
        likely = np.where(logits >= 0, 1, small) / (1 + small)
        slopes = self._weights * (likely - self._wanted)
        gradient = np.empty((len(rows.biases), self._vectors.shape[1] + 1))
        gradient[:, :-1] = slopes.T @ self._vectors + self._pulls * rows.weights
        gradient[:, -1] = slopes.sum(axis=0) + self._bias_pull * rows.biases
        gradient[:, -1] *= self._scale
        pulled = np.sum(self._pulls * rows.weights**2) + self._bias_pull * np.sum(rows.biases**2)
        return float(np.sum(self._weights * entropy) + pulled / 2), gradient.ravel()
