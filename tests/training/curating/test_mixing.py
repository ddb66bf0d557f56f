"""Mixing sets: class folders with origins, renamed classes, names that collide, all layouts."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.helpers.images import drawing
from tests.helpers.toy_layouts import NAMES, write_class_folders, write_moeimouto
from tests.training.curating.test_verifying import LAYOUTS
from training.__main__ import main
from training.config import SourceConfig
from training.datasets.layouts import read_set
from training.datasets.layouts.guessing import guess_layout


@pytest.fixture
def two(tmp_path):
    return [write_class_folders(tmp_path / name, 9) for name in ("kaggle", "danbooru")]


def rows_of(folder):
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def mix(sources, to, *more):
    return main(["set", "mix", *map(str, sources), "--to", str(to), *map(str, more)])


def test_sets_become_one_with_their_origins(two, tmp_path, capsys):
    to = tmp_path / "mixed"
    assert mix([two[0], f"booru={two[1]}"], to, "--json") == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (told["pictures"], told["classes"], told["left_out"]) == (18, 3, 0)
    rows = rows_of(to)
    assert Counter(row["origin"] for row in rows) == {"kaggle": 9, "booru": 9}
    for row in rows:
        origin = two[0] if row["origin"] == "kaggle" else two[1]
        assert row["original"].startswith(str(origin / row["identity"]))
        assert row["file"].startswith(f"{row['identity']}/{row['origin']}__")
        assert (to / row["file"]).read_bytes() == Path(row["original"]).read_bytes()
    assert guess_layout(to) == "manifest"
    for layout in ("manifest", "folders"):  # both readers take it as it is
        found = read_set(SourceConfig("s", str(to), layout=layout)).pictures
        assert Counter(p.identity for p in found) == dict.fromkeys(NAMES, 6)


def test_classes_are_renamed_by_a_file_or_left_out(two, tmp_path):
    names = tmp_path / "classes.csv"
    names.write_text("class,becomes,origin\nred,crimson,\nblue,navy,kaggle\ngreen,,danbooru\n")
    assert mix(two, tmp_path / "mixed", "--classes", names) == 0
    found = Counter((row["origin"], row["identity"]) for row in rows_of(tmp_path / "mixed"))
    assert found == {
        ("kaggle", "crimson"): 3,
        ("danbooru", "crimson"): 3,
        ("kaggle", "navy"): 3,
        ("danbooru", "blue"): 3,
        ("kaggle", "green"): 3,
    }


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("class,becomes\nred,a\npurple,b", "row 3: no set has the class 'purple'"),
        ("class,becomes\nred,a\nred,b", "row 3: 'red' is renamed twice"),
        ("name,label\nred,a", "row 2: a row has to have a class"),
        ("class,becomes,origin\nred,a,nobody", "row 2: no set has the class 'red' or the name"),
        ("class,becomes\nred,Blue", "'Blue' and 'blue' would share a folder"),
    ],
)
def test_mistakes_in_the_classes_are_told(two, tmp_path, capsys, rows, said):
    names = tmp_path / "classes.csv"
    names.write_text(rows)
    assert mix(two, tmp_path / "mixed", "--classes", names) == 1
    assert said in capsys.readouterr().err
    assert not (tmp_path / "mixed").exists()


def test_names_that_collide_get_numbers(tmp_path):
    for folder, seed in (("a", 1), ("b", 2), ("C", 3)):
        place = tmp_path / "set" / "red" / folder
        place.mkdir(parents=True)
        drawing(seed).save(place / ("1.png" if folder != "C" else "1.PNG"))
    assert mix([tmp_path / "set"], tmp_path / "mixed") == 0
    names = sorted(row["file"] for row in rows_of(tmp_path / "mixed"))
    assert len({name.casefold() for name in names}) == 3
    assert sum(1 for p in (tmp_path / "mixed" / "red").iterdir()) == 3


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
@pytest.mark.parametrize("by", ["link", "hardlink"])
def test_links_instead_of_copies(two, tmp_path, by):
    to = tmp_path / "mixed"
    assert mix(two, to, "--by", by) == 0
    row = rows_of(to)[0]
    assert (to / row["file"]).is_symlink() == (by == "link")
    assert (to / row["file"]).samefile(row["original"])
    assert len(read_set(SourceConfig("s", str(to))).pictures) == 18


def test_of_each_class_some_are_drawn(two, tmp_path):
    for to in ("one", "other"):
        assert mix(two, tmp_path / to, "--most", 4, "--seed", 3) == 0
    rows = rows_of(tmp_path / "one")
    assert Counter(row["identity"] for row in rows) == dict.fromkeys(NAMES, 4)
    assert len({row["origin"] for row in rows}) == 2
    assert rows == rows_of(tmp_path / "other")


def test_what_tested_goes_on_to_test_where_that_is_wanted(two, tmp_path):
    tested = write_moeimouto(tmp_path / "moe", 12, 3)
    assert mix([two[0], tested], tmp_path / "kept", "--keep-parts") == 0
    assert main(["set", "split", str(tmp_path / "kept"), "--as-told", "--validation", "0.3"]) == 0
    found = read_set(SourceConfig("s", str(tmp_path / "kept"))).pictures
    assert [p.path.name for p in found if p.part == "test"] == [
        row["file"].split("/")[1] for row in rows_of(tmp_path / "kept") if row["split"] == "test"
    ]
    assert Counter(p.part for p in found)["validation"] in range(4, 8)
    assert mix([two[0], tested], tmp_path / "free") == 0
    rows = rows_of(tmp_path / "free")
    assert {row["split"] for row in rows} == {""}
    assert {row["origin_part"] for row in rows} == {"", "test"}


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_can_be_mixed_with_its_tags(tmp_path, monkeypatch, name):
    monkeypatch.setenv("DANBOORU2020_FREQUENT", "3")
    root = LAYOUTS[name](tmp_path / "set")
    before = read_set(SourceConfig("s", str(root), layout=guess_layout(root))).pictures
    assert mix([root], tmp_path / "mixed") == 0
    after = read_set(SourceConfig("s", str(tmp_path / "mixed"))).pictures
    assert sorted((p.identity, sorted(p.tags)) for p in after) == sorted(
        (p.identity, sorted(tag.replace(" ", "_") for tag in p.tags)) for p in before
    )


def test_wrong_places_are_refused_and_nothing_is_changed(two, tmp_path, capsys):
    other = tmp_path / "other"
    other.mkdir()
    (other / "mine.txt").write_text("mine")
    assert mix(two, other) == 1
    assert "holds something else" in capsys.readouterr().err
    assert mix(two, two[0] / "mixed") == 1
    assert "which is to be mixed" in capsys.readouterr().err
    assert mix([two[0], two[0]], tmp_path / "mixed") == 1
    assert "two are called kaggle" in capsys.readouterr().err
    assert mix([tmp_path / "none"], tmp_path / "mixed") == 1
    assert mix(two, tmp_path / "mixed") == 0
    assert mix(two[:1], tmp_path / "mixed") == 1
    assert "another mix" in capsys.readouterr().err
    assert sorted(p.name for p in other.iterdir()) == ["mine.txt"]


@pytest.mark.integration
def test_a_killed_mix_goes_on(tmp_path):
    root = tmp_path / "set" / "red"
    root.mkdir(parents=True)
    for seed in range(400):
        drawing(seed % 5, 100, 100).save(root / f"{seed}.png")
    to = tmp_path / "mixed"
    words = [sys.executable, "-m", "training", "set", "mix", str(root.parent), "--to", str(to)]
    process = subprocess.Popen(words, stderr=subprocess.DEVNULL, start_new_session=True)
    end = time.monotonic() + 60
    while time.monotonic() < end and not ((to / "red").exists() and any((to / "red").iterdir())):
        time.sleep(0.001)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not (to / "manifest.csv").exists()
    before = {p: p.stat().st_ino for p in (to / "red").glob("set__*")}
    assert mix([root.parent], to) == 0
    assert len(read_set(SourceConfig("s", str(to))).pictures) == 400
    assert {p: p.stat().st_ino for p in before} == before
    assert not list(to.rglob("*.part"))
