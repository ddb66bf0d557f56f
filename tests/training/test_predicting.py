"""What a run of tags says: of a picture its tags, of a part a row for each tag."""

import csv
import json

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("timm")

from tests.helpers.toy_runs import start_run  # noqa: E402
from tests.helpers.toy_sets import toy_values, write_toy_set  # noqa: E402
from training.__main__ import main  # noqa: E402

pytestmark = pytest.mark.training


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tags")
    values = toy_values(write_toy_set(folder / "toy"), folder / "cache", steps=4)
    start_run(values, folder / "run")[0].train()
    return folder / "run"


def told(run, capsys):
    assert main(["predict", str(run), str(run.parent / "toy" / "0.png")]) == 0
    return json.loads(capsys.readouterr().out)["tags"]


def test_tags_over_their_thresholds_are_told_the_surest_first(run, capsys):
    tags = told(run, capsys)
    assert tags
    assert list(tags.values()) == sorted(tags.values(), reverse=True)
    assert min(tags.values()) >= 0.35
    labels = [row["name"] for row in json.loads((run / "vocabulary.json").read_text())["labels"]]
    high = [0.0 if name == "hat" else 1.0 for name in labels]
    (run / "thresholds.json").write_text(json.dumps({"by_label": high}))
    assert list(told(run, capsys)) == ["hat"]


def test_every_tag_has_a_row_with_its_support(run, capsys):
    assert main(["measure", str(run), "--part", "train"]) == 0
    with (run / "train_toy_by_tag.csv").open() as stream:
        rows = {row["tag"]: row for row in csv.DictReader(stream)}
    parts = [json.loads(line) for line in (run / "split.jsonl").read_text().splitlines()]
    assert int(rows["1girl"]["pictures"]) == sum(part["part"] == "train" for part in parts)
    assert float(rows["1girl"]["average_precision"]) == pytest.approx(1.0)
    assert {"precision", "recall", "f1", "category"} <= set(rows["hat"])


def test_what_was_trained_on_a_device_that_is_not_here_is_measured_all_the_same(run, capsys):
    config = json.loads((run / "config.json").read_text())
    config["run"]["device"] = "no_such_device"
    (run / "config.json").write_text(json.dumps(config))
    assert main(["measure", str(run), "--part", "train"]) == 0
    capsys.readouterr()
    assert isinstance(told(run, capsys), dict)
