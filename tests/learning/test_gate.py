"""The gate lets a better model in, keeps a damaged one out, and is not fooled by noise."""

import numpy as np
import pytest

from anitag_desktop.learning.calibration_error import Calibrations, compare_calibrations
from anitag_desktop.learning.few_shots import FewShots
from anitag_desktop.learning.gate import (
    LEAST_NAMED,
    LEAST_TIMED,
    Kept,
    drawbacks,
    judge,
    judge_vectors,
)
from anitag_desktop.learning.resampling import Answers, Interval, compare

NAMES = [("hat", "general"), ("dog", "general"), ("saber", "character")]
STANDS = Kept(pictures=100, same=480, gone=10, come=12)


def answers(old_right: float, new_right: float, pictures: int = 60, seed: int = 0) -> Answers:
    """Three answers a picture; each model is right in that part of them, by chance."""
    dice = np.random.default_rng(seed)
    groups = np.repeat(np.arange(pictures), 3)
    has = dice.random(len(groups)) < 0.5
    old, new = (np.where(dice.random(len(groups)) < p, has, ~has) for p in (old_right, new_right))
    return Answers(groups, np.tile(np.arange(3), pictures), has, old, new)


def test_a_better_model_passes_and_its_gain_is_told_for_each_tag() -> None:
    found = judge(answers(0.5, 0.9), NAMES, STANDS)
    assert found.is_better
    assert 0.25 < found.overall.difference.value < 0.55
    assert found.overall.difference.low > 0 > -found.overall.difference.high
    assert [one.name for one in found.categories] == ["character", "general"]
    assert {one.name for one in found.tags} == {"hat", "dog", "saber"}
    assert not found.worse


def test_a_damaged_model_is_refused_and_what_gets_worse_is_named() -> None:
    found = judge(answers(0.9, 0.5), NAMES, Kept(100, 100, 400, 300))
    assert found.reasons == ("not_better", "guessing", "forgotten")
    assert {one.name for one in found.worse} == {"hat", "dog", "saber"}


def test_guessing_does_not_pass_where_the_old_model_is_always_wrong() -> None:
    """What people correct is what the old model got wrong: against that any guess wins."""
    passed = sum(judge(answers(0.0, 0.5, seed=n), NAMES, STANDS).is_better for n in range(40))
    assert passed <= 2


def test_a_good_model_that_forgot_the_rest_is_refused() -> None:
    assert judge(answers(0.3, 0.9), NAMES, Kept(100, 300, 200, 100)).reasons == ("forgotten",)


def test_a_model_without_some_of_the_tags_is_refused() -> None:
    found = judge(answers(0.3, 0.9), NAMES, STANDS, has_all_labels=False)
    assert found.reasons == ("labels",)


SURE, NOTHING = Interval(0.05, 0.01, 0.09), Interval(0.0, 0.0, 0.0)
KNOWN = FewShots(5, 60, Interval(0.7, 0.6, 0.8), Interval(0.75, 0.7, 0.8), SURE)


def test_vectors_are_judged_by_whom_they_know_and_tags_may_not_get_worse() -> None:
    same = judge(answers(0.7, 0.7).where(np.zeros(180, bool)), NAMES, STANDS)
    assert "few_answers" in same.reasons
    assert judge_vectors(same, KNOWN).is_better
    no_gain = KNOWN._replace(difference=NOTHING)
    assert judge_vectors(same, no_gain).reasons == ("not_known_better",)
    for few in (KNOWN._replace(characters=1), KNOWN._replace(pictures=LEAST_NAMED - 1)):
        assert judge_vectors(same, few).reasons == ("few_named",)
    worse = judge(answers(0.95, 0.4), NAMES, Kept(100, 100, 400, 300), has_all_labels=False)
    assert judge_vectors(worse, KNOWN).reasons == ("tags_worse", "forgotten", "labels")


def test_a_few_answers_are_no_proof() -> None:
    assert "few_answers" in judge(answers(0.0, 1.0, pictures=3), NAMES, STANDS).reasons
    one_kind = answers(0.2, 0.9)
    only_no = one_kind.where(~one_kind.has)
    assert "few_answers" in judge(only_no, NAMES, STANDS).reasons


@pytest.mark.parametrize("pictures", [10, 40])
@pytest.mark.parametrize("says_yes", [0.1, 0.5, 0.95])
def test_of_retrainings_on_pure_noise_hardly_any_is_accepted(pictures, says_yes) -> None:
    """Coins for labels: whatever a model learns of them, it knows nothing of the held-out ones."""
    accepted = 0
    for number in range(40):
        dice = np.random.default_rng([number, pictures, round(100 * says_yes)])
        groups = np.repeat(np.arange(pictures), 4)
        has, old = (dice.random(len(groups)) < 0.5 for _ in range(2))
        new = dice.random(len(groups)) < says_yes
        made = Answers(groups, np.zeros(len(groups), np.intp), has, old, new)
        accepted += judge(made, [("hat", "general")], STANDS).is_better
    assert accepted <= 2


def test_look_alikes_do_not_count_as_many_proofs() -> None:
    alone = answers(0.55, 0.75, pictures=30)
    copied = Answers(*(np.tile(part, 20) for part in alone))
    assert compare(copied).difference.low == pytest.approx(compare(alone).difference.low, abs=0.03)


def test_nothing_to_compare_says_nothing() -> None:
    empty = Answers(*(np.zeros(0, kind) for kind in (np.intp, np.intp, bool, bool, bool)))
    found = judge(empty, NAMES, Kept(0, 0, 0, 0))
    assert not found.is_better
    assert np.isnan(found.overall.new.value)


@pytest.mark.parametrize(
    ("difference", "latency", "timed", "named"),
    [
        ((0.05, 0.01, 0.09), (10.0, 13.0), LEAST_TIMED, ("calibration", "latency")),
        ((0.05, -0.01, 0.11), (10.0, 12.0), LEAST_TIMED, ()),
        ((0.005, 0.001, 0.009), (10.0, 13.0), LEAST_TIMED - 1, ()),
        ((-0.05, -0.09, -0.01), (13.0, 10.0), LEAST_TIMED, ()),
        ((np.nan,) * 3, (np.nan, 13.0), LEAST_TIMED, ()),
    ],
)
def test_what_is_surely_worse_beside_the_answers_is_named(difference, latency, timed, named):
    found = Calibrations(0.1, 0.1, Interval(*difference))
    assert drawbacks(found, latency, timed) == named


def test_vectors_that_surely_know_characters_less_often_are_named() -> None:
    sure = Calibrations(0.1, 0.1, Interval(0, 0, 0))
    named = [
        drawbacks(sure, (10.0, 10.0), LEAST_TIMED, FewShots(3, 60, *(Interval(*gain),) * 3))
        for gain in ((-0.1, -0.2, -0.01), (-0.1, -0.2, 0.01), (np.nan,) * 3)
    ]
    assert named == [("vectors",), (), ()]


def test_chance_hardly_ever_calls_a_model_worse_calibrated() -> None:
    """Two models with the same noise on their scores, forty times."""
    called = 0
    for number in range(40):
        dice = np.random.default_rng(number)
        right = dice.uniform(0, 1, 120)
        has = dice.uniform(0, 1, 120) < right
        scores = (np.clip(right + dice.normal(0, 0.1, 120), 0, 1) for _ in range(2))
        found = compare_calibrations(np.repeat(np.arange(40), 3), *scores, has)
        called += "calibration" in drawbacks(found, (1.0, 1.0), LEAST_TIMED)
    assert called <= 2
