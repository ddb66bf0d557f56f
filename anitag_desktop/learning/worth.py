r"""Worth: how much there is to learn from the answer to a question, whether a picture has a tag.

The worth of a question is the product of three:

* how unsure it is: :math:`4 p (1 - p)` with :math:`p = \sigma(m)`, where ``m`` says how far the
  score lies from the threshold, both as logits (the variance of a coin; uncertainty sampling: Lewis
  and Gale, SIGIR 1994),
* how rare the tag is: the fourth root of the share of pictures that lack it for one that has it,
* how much is disputed: 1 plus the way from ``p`` to what the nearest pictures have, plus the way
  between the models (query by committee: Seung, Opper, Sompolinsky, COLT 1992).
"""

from typing import NamedTuple

import numpy as np

from anitag_desktop.learning.space import Floats, Vectors

NEAREST = 8
"""So many of the nearest pictures are heard."""

_RAREST = 1e-3
_ROOT = 0.25


class Doubts(NamedTuple):
    """What is known of some questions, an entry for each.

    ``margins`` are logits over the threshold, ``shares`` how many of all pictures have the tag,
    ``neighbours`` how many of the nearest do (NaN: not known), ``spreads`` how far what the models
    say is apart; all of these from 0 to 1.
    """

    margins: Floats
    shares: Floats
    neighbours: Floats
    spreads: Floats


def worth(doubts: Doubts) -> Floats:
    """Return the worth of each question, over 0; one is as good as another with the same."""
    likely = probability(doubts.margins)
    unsure = 4 * likely * (1 - likely)
    found: Floats = unsure * rarity(doubts.shares) * (1 + disagreement(doubts) + doubts.spreads)
    return found


def probability(margins: Floats) -> Floats:
    """Return how likely a tag is by how far its score lies over the threshold: there it is half."""
    from scipy.special import expit

    found: Floats = expit(margins)
    return found


def rarity(shares: Floats) -> Floats:
    """Return what a question counts more for a rare tag, from 1 for one that all pictures have."""
    kept = np.clip(shares, _RAREST, 1)
    found: Floats = (kept ** np.float32(-_ROOT)).astype(np.float32)
    return found


def disagreement(doubts: Doubts) -> Floats:
    """Return how far the nearest pictures are from what the score says, 0 to 1."""
    apart = np.abs(doubts.neighbours - probability(doubts.margins))
    found: Floats = np.nan_to_num(apart, nan=0.0)
    return found


def heard(vectors: Vectors, others: Vectors, having: Floats, own: Floats) -> Floats:
    """Return for each vector and tag how many of its nearest among ``others`` have the tag.

    ``having`` (other, tag) is 1 where one has it. ``own`` are the places of the vectors among the
    others, -1 for those that are not: nobody is asked about himself.
    """
    alike = vectors @ others.T
    inside = np.flatnonzero(own >= 0)
    alike[inside, own[inside].astype(np.intp)] = -np.inf
    count = min(NEAREST, max(1, alike.shape[1] - 1))
    nearest = np.argpartition(-alike, count - 1, axis=1)[:, :count]
    found: Floats = having[nearest].mean(axis=1)
    return found
