"""What sets tell of tags, and how what is applied is measured."""

import csv

import numpy as np
import pytest
from PIL import ImageOps

pytest.importorskip("torch")

from pathlib import Path

from anitag_desktop.domain.tag import TagCategory
from tests.helpers.images import drawing
from training.datasets.vocabulary import Vocabulary, VocabularyLabel
from training.evaluation.applying import measure_applied, measure_at_best, tag_lines
from training.evaluation.labelled_set import LabelledSet
from training.evaluation.told import BY_EYE, LOOKED_FOR, calibrates, told_by, unseen

NAMES = ("red_hair", "grey_hair", "pink_hair", "1girl", "green_eyes", "bow")
VOCABULARY = Vocabulary(tuple(VocabularyLabel(n, TagCategory.GENERAL, 9) for n in NAMES))


def labelled(name, rows, files=None):
    files = files or [f"{i}.png" for i in range(len(rows))]
    return LabelledSet(name, tuple(Path(f) for f in files), tuple(rows))


def test_a_colour_denies_the_other_colours_of_its_set():
    told = told_by(
        labelled("x", [{"hair": "red_hair"}, {"hair": "gray_hair"}, {"hair": ""}]), VOCABULARY
    )
    assert told.rows.tolist() == [0, 1]
    assert told.targets.tolist() == [[1, 0, -1, -1, -1, -1], [0, 1, -1, -1, -1, -1]]


def test_what_was_not_seen_by_eye_is_absent_and_the_unsure_unknown():
    path = BY_EYE / "newgame_lovelive10.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        first = next(row for row in csv.DictReader(stream) if "1girl" in row["tags"].split())
    pictures = labelled("newgame_lovelive10", [{}, {}], [first["file"], "images/other.webp"])
    told = told_by(pictures, VOCABULARY)
    assert told.rows.tolist() == [0]
    row = dict(zip(NAMES, told.targets[0].tolist(), strict=True))
    assert (row["1girl"], row["green_eyes"], row["bow"], row["pink_hair"]) == (1, 0, -1, -1)


def test_every_tag_seen_by_eye_is_one_that_was_looked_for():
    for path in BY_EYE.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        used = {tag for row in rows for c in ("tags", "unsure") for tag in row[c].split()}
        assert used <= set(LOOKED_FOR)
        assert len(rows) == len({row["file"] for row in rows}) >= 60
    assert len(LOOKED_FOR) == 30


def test_halves_are_the_same_wherever_the_pictures_lie():
    names = [f"{i}.png" for i in range(200)]
    halves = []
    for folder in ("a", "b/c"):
        paths = [Path(folder) / name for name in names]
        halves.append(calibrates(paths, paths))
    assert (halves[0] == halves[1]).all()
    assert 60 < halves[0].sum() < 140


def test_copies_are_in_one_half_also_when_only_some_are_asked_for(tmp_path):
    every, copies = [], []
    for seed in range(24):
        image = drawing(seed, 96, 128)
        for name, form in (
            ("a", image),
            ("b", image.resize((72, 96))),
            ("c", ImageOps.mirror(image)),
        ):
            path = tmp_path / f"{name}{seed}.png"
            form.save(path)
            every.append(path)
        copies.append(every[-3:])
    whole = dict(zip(every, calibrates(every, every).tolist(), strict=True))
    assert all(len({whole[path] for path in some}) == 1 for some in copies)
    assert 4 < sum(whole[some[0]] for some in copies) < 20
    few = [some[2] for some in copies[::3]]
    assert calibrates(few, every).tolist() == [whole[path] for path in few]


def test_what_was_learnt_from_is_known_however_its_path_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "b").mkdir()
    parts = {"a/1.png": "train", "a/2.png": "test", str(tmp_path / "a/3.png"): "validation"}
    paths = [tmp_path / "a/1.png", Path("a/2.png"), Path("b/../a/3.png"), Path("a/4.png")]
    assert unseen(paths, parts).tolist() == [False, True, False, True]


SCORES = np.float32([[0.9, 0.1], [0.8, 0.6], [0.2, 0.7], [0.4, 0.9]])
TARGETS = np.int8([[1, 0], [0, 1], [1, -1], [0, -1]])
TWO = Vocabulary(VOCABULARY.labels[:2])
PACKAGED, BALANCED = np.array([0.75, 1.0]), np.array([0.15, 0.5])


def test_what_is_applied_is_counted_over_all_that_is_told():
    found = {m.name: m for m in measure_applied(SCORES, TARGETS, TWO, PACKAGED, "toy")}
    assert found["precision"].value == pytest.approx(1 / 2)
    assert found["recall"].value == pytest.approx(1 / 3)
    assert found["false-positive rate"].value == pytest.approx(1 / 3)
    assert "95 %" in found["precision"].note
    assert measure_applied(SCORES, np.zeros_like(TARGETS), TWO, PACKAGED, "toy") == []


def test_balanced_measures_leave_out_tags_that_nobody_has():
    found = {m.name: m for m in measure_at_best(SCORES, TARGETS, BALANCED, "toy")}
    assert found["micro F1"].value == pytest.approx(6 / 8)
    assert "95 % interval" in found["mean AP"].note
    assert measure_at_best(SCORES, np.full_like(TARGETS, -1), BALANCED, "toy") == []


def test_each_told_tag_has_a_line():
    header, first, second = tag_lines(SCORES, TARGETS, TWO, PACKAGED, BALANCED)
    row = dict(zip(header.split(","), first.split(","), strict=True))
    assert (row["tag"], row["positives"], row["negatives"]) == ("red_hair", "2", "2")
    assert (row["applied"], row["applied_right"], row["false_positive_rate"]) == ("2", "1", "0.500")
    assert (row["precision"], row["recall"]) == ("0.500", "1.000")
    assert second.startswith("grey_hair,1,1,1.0000,0,0,0.000,0.000")
