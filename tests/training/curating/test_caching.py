"""``training set cache`` makes what trainings read, and ``store = "resized"`` reads it."""

import io
import json
import math

import numpy as np
import pytest

pytest.importorskip("torch")

from tests.helpers.images import drawing
from training.__main__ import main
from training.config import config_from
from training.datasets.collection import collect, stored_side
from training.progress import Progress
from training.views.view import Place

PLACE = Place(1, 0, 0)


@pytest.fixture
def values(tmp_path):
    for seed in range(12):
        folder = tmp_path / "set" / ("red" if seed % 2 else "blue")
        folder.mkdir(parents=True, exist_ok=True)
        drawing(seed, 240, 320).save(folder / f"{seed}.png")
    source = {"name": "s", "path": str(tmp_path / "set"), "layout": "folders"}
    return {
        "task": {"name": "recognition"},
        "network": {"backbone": "shallow", "head": "linear", "size": 32, "resize": "squish"},
        "datasets": {
            "store": "resized",
            "cache": str(tmp_path / "cache"),
            "sources": [{**source, "join_look_alikes": True}],
        },
    }


def quiet():
    return Progress(as_json=True, stream=io.StringIO())


def test_varied_views_are_those_of_copies_and_measured_ones_of_the_files(values, tmp_path):
    (tmp_path / "run").mkdir()
    seen = {}
    for store in ("files", "resized"):
        values["datasets"]["store"] = store
        found = collect(config_from(values), tmp_path / "run", quiet())
        seen[store] = [
            (
                found.views.varied(row, PLACE, 32, may_flip=False).image.numpy(),
                found.views.plain(row, 32),
            )
            for row in range(12)
        ]
    copies = list((tmp_path / "cache" / "shorter-35-v2").rglob("*.jpg"))
    assert len(copies) == 12
    for (varied, plain), (other, measured) in zip(seen["files"], seen["resized"], strict=True):
        assert np.array_equal(plain.image, measured.image)
        apart = np.abs(varied.astype(int) - other.astype(int)).mean()
        assert 0 < apart < 6  # of 255
    for path in copies:
        path.unlink()
    again = found.views.varied(0, PLACE, 32, may_flip=False)  # from the file itself
    assert np.array_equal(again.image, seen["files"][0][0])


def test_copies_are_as_large_as_any_crop_needs(values):
    values["views"] = {"scale_low": 0.64}
    config = config_from(values)
    assert stored_side(config, 1.0) == pytest.approx(32 / math.sqrt(0.64))
    assert stored_side(config, 0.5) == 64
    values["run"] = {"stages": [{"start": 0.0, "size": 32}, {"start": 0.5, "size": 96}]}
    assert stored_side(config_from(values), 1.0) == pytest.approx(96 / 0.8)


def test_the_command_fills_what_a_config_wants(values, tmp_path, capsys):
    text = f"""
[task]
name = "recognition"
[network]
backbone = "shallow"
head = "linear"
size = 32
resize = "pad"
[datasets]
cache = {json.dumps(values["datasets"]["cache"])}
[[datasets.sources]]
name = "s"
path = {json.dumps(str(tmp_path / "set"))}
layout = "folders"
"""
    (tmp_path / "c.toml").write_text(text)
    words = ["set", "cache", str(tmp_path / "c.toml"), "--json"]
    assert main([*words, "--set", "datasets.store=resized"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (told["pictures"], told["files"]) == (12, 12)
    assert told["folder"].endswith("shorter-35-v2")
    assert main(words) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["folder"].endswith("square-35-v2")
    assert told["megabytes"] == pytest.approx(12 * 35 * 35 * 3 / 1e6, abs=0.05)
    assert main([*words, "--set", "datasets.store=files"]) == 1
    assert "keeps nothing" in capsys.readouterr().err
