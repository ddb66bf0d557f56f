"""Sets of the studies: what only trains leaves the division of the others as it was."""

import csv
import io
from pathlib import Path

import pytest

pytest.importorskip("skia")

from tests.helpers.toy_studies import write_toy_data
from training.experiments import sets
from training.experiments.sets import prepare_set
from training.progress import Progress

pytestmark = pytest.mark.training

PLAIN = """
[plain]
from = [{ folder = "toy", identity = "identity", class = "anime" }]
validation = 0.1
test = 0.3

[more]
from = [
    { folder = "toy", identity = "identity", class = "anime" },
    { class = "cartoon", only = "train", drawn = DRAWN },
]
validation = 0.1
test = 0.3
""".replace("DRAWN", '{ first = 5, persons = 3, each = 1, size = 32, style = "cartoon" }')


WHOLE = """
[toy]
whole = { folder = "toy" }

[scenes]
whole = { pictures = { count = 4, seed = 1, size = 32, formats = ["png"], style = "cel" } }

[persons]
whole = { portrayals = { persons = 2, each = 2, size = 32, faces = 0.5 } }
"""


def test_a_whole_set_keeps_its_labels_and_is_hashed_with_them(tmp_path, monkeypatch):
    (tmp_path / "sets.toml").write_text(WHOLE, "utf-8")
    monkeypatch.setattr(sets, "SETS", tmp_path / "sets.toml")
    data, progress = write_toy_data(tmp_path / "data"), Progress(as_json=True, stream=io.StringIO())
    first = prepare_set("toy", data, tmp_path / "out", progress)
    (first.folder / "set.json").unlink()
    assert prepare_set("toy", data, tmp_path / "out", progress) == first
    (first.folder / "set.json").unlink()
    with (data / "toy" / "labels.csv").open("a", encoding="utf-8") as stream:
        stream.write("0.png,other\n")
    assert prepare_set("toy", data, tmp_path / "out", progress).sha256 != first.sha256


@pytest.mark.parametrize(("name", "count"), [("scenes", 4), ("persons", 4)])
def test_a_whole_set_is_drawn_once_with_all_of_its_labels(name, count, tmp_path, monkeypatch):
    (tmp_path / "sets.toml").write_text(WHOLE, "utf-8")
    monkeypatch.setattr(sets, "SETS", tmp_path / "sets.toml")
    progress = Progress(as_json=True, stream=io.StringIO())
    made = prepare_set(name, tmp_path, tmp_path / "out", progress)
    labels = made.folder / "labels.jsonl"
    assert made.parts == {"files": count + 1}
    assert len(labels.read_text("utf-8").splitlines()) == count
    (made.folder / "set.json").unlink()
    before = labels.stat().st_mtime_ns
    assert prepare_set(name, tmp_path, tmp_path / "out", progress) == made
    assert labels.stat().st_mtime_ns == before


def rows_of(folder: Path) -> list[tuple[str, str, str]]:
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as stream:
        found = list(csv.DictReader(stream))
    return [(Path(row["file"]).name, row["identity"], row["split"]) for row in found]


def test_what_only_trains_is_added_to_the_training_part(tmp_path, monkeypatch):
    (tmp_path / "sets.toml").write_text(PLAIN, "utf-8")
    monkeypatch.setattr(sets, "SETS", tmp_path / "sets.toml")
    data, progress = write_toy_data(tmp_path / "data"), Progress(as_json=True, stream=io.StringIO())
    plain = prepare_set("plain", data, tmp_path / "out", progress)
    more = prepare_set("more", data, tmp_path / "out", progress)
    usual, added = rows_of(plain.folder), rows_of(more.folder)
    assert added[: len(usual)] == usual
    assert [row[1:] for row in added[len(usual) :]] == [("cartoon", "train")] * 3
