"""How much of a model's answer a row starts from."""

import numpy as np
import pytest

from anitag_desktop.learning import reliance, rows
from anitag_desktop.learning.evidence import Asked, Said, gather
from anitag_desktop.learning.reliance import STRONG, USUAL, Anchor

DIM, PICTURES, SAID = 32, 600, 120
HALF, PROBE = Anchor(0.5, rows.PULL), Anchor(0.0, rows.PULL)


@pytest.fixture
def vectors():
    found = np.random.default_rng(0).standard_normal((PICTURES, DIM)).astype(np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


@pytest.fixture
def has(vectors):
    return vectors[:, 0] > 0.15


@pytest.fixture
def hidden():
    """What no vector tells."""
    return np.random.default_rng(1).random(PICTURES) < 0.1


def logits(scores):
    return rows.logit(np.asarray(scores), 0.02)


def evidence(has, said, spoken_of=None):
    """Return the evidence of a tag; pictures behind the first ones are those of which nobody spoke.

    ``said`` is what the model says of all.
    """
    spoken_of = range(SAID) if spoken_of is None else spoken_of
    uids = {str(place): place for place in range(PICTURES)}
    verdicts = {str(place): bool(has[place]) for place in spoken_of}
    return gather(Said(verdicts, False), Asked(uids, said, np.arange(SAID, PICTURES)))


def wrong_by_habit(hidden):
    """What a model says that takes something else, which no vector tells, for the tag."""
    return logits(np.where(hidden, 0.95, 0.03))


def test_a_tag_that_the_model_has_wrong_by_habit_is_learnt_as_a_probe_would(
    vectors, has, hidden
) -> None:
    said = wrong_by_habit(hidden)
    one = evidence(has, said)
    [anchor] = reliance.choose(vectors, [one])
    assert anchor == PROBE
    told = reliance.anchored(one, anchor)
    probe = one.some(np.arange(SAID), SAID)._replace(logits=np.zeros(SAID, np.float32))
    learnt, probed = (rows.learn(vectors, [each]) for each in (told, probe))
    assert np.abs(learnt.weights - probed.weights).max() < 0.05
    rest = vectors[SAID:]
    alone = rows.learn(vectors, [one])
    relying = rows.answers(alone, rest, said[SAID:, None])[:, 0] > 0
    found = rows.answers(learnt, rest, np.zeros((len(rest), 1), np.float32))[:, 0] > 0
    assert (found == has[SAID:]).mean() > (relying == has[SAID:]).mean() + 0.05


def test_a_tag_that_the_model_knows_keeps_to_the_model(vectors, hidden) -> None:
    one = evidence(hidden, logits(np.where(hidden, 0.7, 0.2)))
    assert reliance.choose(vectors, [one]) == [STRONG]
    told = reliance.anchored(one, STRONG)
    assert np.array_equal(told.logits, one.logits)
    assert np.array_equal(told.weights, one.weights)
    assert told.pull > one.pull


def test_few_words_hold_to_the_model(vectors, has, hidden) -> None:
    said = wrong_by_habit(hidden)
    with_tag, without = np.flatnonzero(has), np.flatnonzero(~has)
    for few in ([*with_tag[:4], *without[:40]], [*with_tag[:40], *without[:4]]):
        assert reliance.choose(vectors, [evidence(has, said, few)])[0].reliance == 1


def test_correcting_mistakes_alone_costs_no_reliance(vectors, has) -> None:
    wrong = np.random.default_rng(2).random(PICTURES) < 0.2
    said = logits(np.where(has ^ wrong, 0.8, 0.05))
    mistakes = np.flatnonzero(wrong)[:SAID]
    assert min(has[mistakes].sum(), (~has[mistakes]).sum()) >= reliance.LEAST
    additions = np.flatnonzero(wrong & has)
    refused = np.flatnonzero(wrong & ~has)
    for spoken_of in (mistakes, additions, refused):
        assert reliance.choose(vectors, [evidence(has, said, spoken_of)]) == [USUAL]


def test_there_is_nothing_to_rely_on_where_no_model_knows_the_tag(vectors, has) -> None:
    said = logits(np.zeros(PICTURES))
    assert reliance.choose(vectors, [evidence(has, said)]) == [USUAL]
    assert reliance.choose(vectors, [evidence(has, said, [])]) == [USUAL]
    assert reliance.choose(vectors, []) == []


def test_a_tag_is_relied_on_as_it_would_be_alone(vectors, has, hidden) -> None:
    every = [
        evidence(has, wrong_by_habit(hidden)),
        evidence(hidden, logits(np.where(hidden, 0.7, 0.2))),
        evidence(has, logits(np.zeros(PICTURES))),
    ]
    together = reliance.choose(vectors, every)
    assert together == [reliance.choose(vectors, [one])[0] for one in every]
    assert len(set(together)) == len(every)


def test_only_what_is_replayed_weighs_less_with_less_reliance(vectors, has, hidden) -> None:
    one = evidence(has, wrong_by_habit(hidden))
    told = reliance.anchored(one, HALF)
    assert np.array_equal(told.weights[:SAID], one.weights[:SAID])
    assert np.allclose(told.weights[SAID:], one.weights[SAID:] / 2)
    assert np.allclose(told.logits, one.logits / 2)
    assert np.array_equal(told.wanted, one.wanted)
    assert told.heard == one.heard
    assert told.answers == one.answers


def test_what_was_imported_is_no_replay(vectors, has, hidden) -> None:
    said = Said({str(place): bool(has[place]) for place in range(50)}, False, frozenset({"50"}))
    uids = {str(place): place for place in range(PICTURES)}
    one = gather(said, Asked(uids, wrong_by_habit(hidden), np.arange(60, PICTURES)))
    assert one.is_replayed.tolist() == [False] * 51 + [True] * (PICTURES - 60)
    assert reliance.anchored(one, PROBE).weights[50] == one.weights[50]
