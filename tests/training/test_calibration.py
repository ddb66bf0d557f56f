"""Thresholds: chosen on validation pictures and nothing else, and kept for the package."""

import io
import json

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("timm")

from tests.helpers.toy_runs import start_run
from tests.helpers.toy_sets import toy_values, write_toy_set
from training.after_training import calibrate_run
from training.progress import Progress
from training.run_folder import RunFolder

pytestmark = pytest.mark.training


def test_only_validation_pictures_choose_thresholds(tmp_path, monkeypatch):
    start_run(toy_values(write_toy_set(tmp_path / "toy", 90), tmp_path / "cache"), tmp_path / "run")
    run, asked = RunFolder.open(tmp_path / "run"), []

    class Model:
        def run_files(self, paths):
            asked.extend(map(str, paths))
            return np.full((len(paths), len(run.vocabulary())), 0.4, np.float32), None

    monkeypatch.setattr("training.after_training.exported_model", lambda _: Model())
    calibrate_run(run, Progress(as_json=True, stream=io.StringIO()))
    rows = [json.loads(line) for line in (run.path / "split.jsonl").read_text().splitlines()]
    parts = {row["file"]: row["part"] for row in rows}
    assert {"train", "validation", "test"} <= set(parts.values())
    wanted = [file for file, part in parts.items() if part == "validation"]
    assert sorted(asked) == sorted(wanted)
    kept = run.read("thresholds.json")
    assert kept["pictures"] == len(wanted)
    assert len(kept["by_label"]) == len(run.vocabulary())
    assert set(kept["by_category"]) <= {"general", "character", "copyright"}
