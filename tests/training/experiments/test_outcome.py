"""Outcomes and step times of every task that a study measures."""

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("timm")

from tests.helpers.toy_layouts import write_dafre  # noqa: E402
from tests.helpers.toy_runs import start_run, toy_config  # noqa: E402
from tests.helpers.toy_sets import toy_values, write_toy_set  # noqa: E402
from training.config import config_from  # noqa: E402
from training.experiments.bench import step_milliseconds  # noqa: E402
from training.experiments.outcome import outcomes  # noqa: E402
from training.processes import Processes  # noqa: E402
from training.validation import measure  # noqa: E402

pytestmark = pytest.mark.training


def test_outcomes_of_vision_and_tags_are_those_with_the_tags_hidden(tmp_path):
    values = toy_config(
        write_dafre(tmp_path / "dafre"),
        "danbooruFaces",
        task={"name": "multimodal", "length": 8, "least_count": 1},
    )
    _, task, _ = start_run(values, tmp_path / "run")
    config, rows = config_from(values), task.collection.rows("test", "toy")
    found, best = outcomes(task, config, "toy")
    assert best == "1" * len(rows)
    _, measures = measure(task, rows, config, Processes())
    assert found.count("1") / len(rows) == pytest.approx(measures["top1"])
    assert step_milliseconds(task, 2, 32) > 0
    assert not task.network.training
    assert all(p.grad is None for p in task.network.parameters())


def test_outcomes_of_tags_have_a_digit_for_each_picture(tmp_path):
    values = toy_values(write_toy_set(tmp_path / "set", 40), tmp_path / "cache")
    _, task, _ = start_run(values, tmp_path / "run")
    task.network.eval()
    found, best = outcomes(task, config_from(values), "toy")
    targets = task._prepared.targets[task.collection.rows("test", "toy")]
    assert [int(digit) for digit in best] == [int(n) for n in (targets == 1).sum(1)]
    assert all(int(a) <= int(b) for a, b in zip(found, best, strict=True))
