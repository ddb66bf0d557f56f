"""RESULTS.md: only what ran, with what did not run named."""

from dataclasses import replace
from pathlib import Path

import pytest

from anitag_desktop.domain.error import AnitagError
from tests.helpers.toy_results import toy_result
from tests.helpers.toy_studies import write_toy_studies
from training.experiments.result import (
    found_results,
    gather,
    read_gathered,
    result_path,
    write_result,
)
from training.experiments.study import Evaluation, load_study, study_names
from training.experiments.table import render

ROOT = Path(__file__).parents[3]


@pytest.fixture
def study(tmp_path):
    return load_study("second", write_toy_studies(tmp_path))


def test_rows_give_means_over_seeds_and_name_what_did_not_run(study):
    results = [
        toy_result("ifa/random", 1, "1111", study=study),
        toy_result("ifa/random", 2, "1100", study=study),
        toy_result("plain/random", 1, "1000", study=study),
    ]
    text = render([study], results)
    assert "| ifa/random | 1 2 | 0.750 (0.500 to 1.000) | 1,234 | 1.50 | 6 |" in text
    assert "| plain/random | 1 (1 not run) | 0.250 | 1,234 | 1.50 | 6 |" in text
    assert "| ifa/pretrained | *not run* |" in text
    assert "| ifa against plain: random | 4 | 1 | +0.750 |" in text
    assert "| ifa against plain: pretrained |  |  | *not run* |" in text
    assert "3 of 8 trainings ran" in text


def test_a_record_of_other_settings_is_none_of_the_study(study):
    text = render([study], [toy_result("ifa/random", 1, "11")])
    assert "0 of 8 trainings ran" in text
    assert "| cell |" not in text


def test_a_study_with_other_sets_compares_every_measure(study):
    other = replace(study, evaluations=(Evaluation("toy", "toy", 32),), measures=("top1",))
    results = [
        toy_result(name, 1, outcome, study=study, evaluated={"top1": [outcome, "1111"]})
        for name, outcome in (("ifa/random", "1110"), ("plain/random", "1000"))
    ]
    assert "| ifa against plain: random, top1 | 4 | 1 | +0.500 |" in render([other], results)


def test_records_say_what_was_evaluated_only_where_something_was(tmp_path):
    found = {"hair toy": ["10", "11"]}
    for cell, evaluated in (("ifa/random", {}), ("plain/random", found)):
        record = toy_result(cell, 1, "1", evaluated=evaluated)
        write_result(result_path(tmp_path, "second", cell, 1), record)
    texts = [path.read_text("utf-8") for path in sorted((tmp_path / "results").rglob("*.json"))]
    assert ["evaluated" in text for text in texts] == [False, True]
    assert [r.evaluated for r in found_results(tmp_path)] == [{}, found]


def test_records_are_gathered_over_older_ones(tmp_path):
    for seed, outcome in ((1, "10"), (2, "11")):
        record = toy_result("ifa/random", seed, outcome)
        write_result(result_path(tmp_path, "second", record.cell, seed), record)
    target = tmp_path / "gathered"
    older = toy_result("ifa/random", 1, "00")
    assert gather([older], target) == 1
    assert gather([*read_gathered(target), *found_results(tmp_path)], target) == 2
    assert [r.outcome for r in read_gathered(target)] == ["10", "11"]


def test_a_broken_record_is_named(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"study": "x"}\n', "utf-8")
    with pytest.raises(AnitagError, match=r"a\.jsonl"):
        read_gathered(tmp_path)


def test_the_committed_page_is_what_the_committed_records_give():
    studies = [load_study(name) for name in study_names()]
    results = read_gathered(ROOT / "training" / "results")
    page = (ROOT / "training" / "RESULTS.md").read_text("utf-8")
    assert page == render(studies, results)
