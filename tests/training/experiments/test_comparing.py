"""Differences between cells: paired by picture and seed, with intervals that cover."""

import numpy as np
import pytest

from tests.helpers.toy_results import toy_result
from tests.helpers.toy_studies import write_toy_studies
from training.experiments.comparing import bootstrap, difference, pairs_of, shares
from training.experiments.study import load_study


@pytest.fixture
def study(tmp_path):
    return load_study("second", write_toy_studies(tmp_path))


def test_pairs_differ_in_the_compared_axis_only(study):
    pairs = pairs_of(study, study.comparisons[0])
    assert [(a.name, b.name) for a, b in pairs] == [
        ("ifa/pretrained", "plain/pretrained"),
        ("ifa/random", "plain/random"),
    ]


def test_a_difference_is_the_mean_over_common_seeds(study):
    of, against = study.cell("ifa/random"), study.cell("plain/random")
    results = [
        toy_result("ifa/random", 1, "1111"),
        toy_result("plain/random", 1, "1000"),
        toy_result("ifa/random", 2, "1100"),
    ]
    found = difference(of, against, results)
    assert (found.mean, found.seeds, found.pictures) == (0.75, 1, 4)
    assert found.low <= found.mean <= found.high
    assert difference(of, study.cell("plain/pretrained"), results) is None


def test_records_of_other_data_are_not_paired(study):
    of, against = study.cell("ifa/random"), study.cell("plain/random")
    one, other = toy_result("ifa/random", 1, "11"), toy_result("plain/random", 1, "00", data="else")
    assert difference(of, against, [one, other]) is None


def test_shares_count_only_pictures_that_could_get_any():
    assert shares(toy_result("x", 1, "102", best="202")).tolist() == [0.5, 1.0]


def test_each_measure_on_another_set_is_compared_on_its_own(study):
    of, against = study.cell("ifa/random"), study.cell("plain/random")
    one = toy_result("ifa/random", 1, "", evaluated={"hair toy": ["1110", "1111"]})
    other = toy_result("plain/random", 1, "", evaluated={"hair toy": ["1000", "1111"]})
    found = difference(of, against, [one, other], "hair toy")
    assert (found.mean, found.pictures) == (0.5, 4)
    fewer = toy_result("plain/random", 1, "", evaluated={"hair toy": ["100", "111"]})
    assert difference(of, against, [one, fewer], "hair toy") is None


def test_the_interval_is_nothing_without_variety_and_covers_with_it():
    assert bootstrap(np.full((2, 50), 0.25)) == pytest.approx((0.25, 0.25))
    rng = np.random.default_rng(5)
    covered = 0
    for _ in range(60):
        table = (rng.random((3, 200)) < 0.3).astype(float)
        low, high = bootstrap(table)
        covered += low <= 0.3 <= high
    assert covered >= 50
