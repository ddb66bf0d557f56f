"""Measuring on other sets: colours, neighbours, moods, and how sets are read."""

import csv
import io
import re
import zipfile

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("torch")

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.tag import TagCategory
from training.datasets.vocabulary import Vocabulary, VocabularyLabel
from training.evaluation.colours import measure_colours
from training.evaluation.labelled_set import LabelledSet, read_set
from training.evaluation.measure import as_table
from training.evaluation.moods import measure_moods, rank_area
from training.evaluation.neighbours import distinct, measure_neighbours, nearest
from training.evaluation.sets import colours_of
from training.evaluation.tagging import by_label, measure_tags
from training.metrics import ScoreHistogram


def vocabulary(*names, category=TagCategory.GENERAL):
    return Vocabulary(tuple(VocabularyLabel(n, category, 9) for n in names))


def noise(seed, size=32):
    rng = np.random.default_rng(seed)
    return Image.fromarray(
        rng.integers(0, 256, (size, size, 3), np.uint8).repeat(4, 0).repeat(4, 1)
    )


def write_labels(folder, header, rows):
    with (folder / "labels.csv").open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([header, *rows])


def test_colours_are_chosen_among_those_of_the_set():
    names = vocabulary("smile", "blue_hair", "red_hair", "grey_hair", "pink_hair")
    scores = np.array(
        [
            [0.9, 0.6, 0.1, 0.0, 0.8],  # pink is not a class of the set: blue is right
            [0.9, 0.2, 0.1, 0.0, 0.0],  # wrong
            [0.9, 0.1, 0.1, 0.5, 0.0],  # gray means grey
            [0.9, 0.1, 0.1, 0.5, 0.0],  # unknown colour: left out
        ],
        np.float32,
    )
    wanted = ["blue_hair", "red_hair", "gray_hair", "white_hair"]
    pictures, colours = measure_colours(wanted, "hair", scores, names, "toy")
    assert pictures.value == pytest.approx(2 / 3)
    assert pictures.support == 3
    assert colours.value == pytest.approx(2 / 3)
    assert "1 pictures of unknown colours" in pictures.note
    assert measure_colours(["", "x_hair"], "hair", scores[:2], names, "toy") == []


def test_neighbours_find_what_lies_near():
    rng = np.random.default_rng(0)
    labels = np.repeat([f"c{i}" for i in range(4)], 10)
    centres = np.eye(4, 16, dtype=np.float32)
    vectors = centres.repeat(10, 0) + rng.normal(0, 0.05, (40, 16)).astype(np.float32)
    near, spread, queries = nearest(labels, vectors, 5)
    assert (near, spread, queries) == (1.0, 0.0, 20)
    blind, _, queries = nearest(labels, rng.normal(size=(40, 16)).astype(np.float32), 20)
    assert blind < 0.7
    assert queries == 8  # two of each are always left to ask for


def test_repeats_and_pictures_of_two_are_left_out(tmp_path):
    paths = []
    for number in range(12):
        path = tmp_path / f"{number}.png"
        noise(number if number != 3 else 2).save(path)
        paths.append(path)
    assert distinct(paths) == [n for n in range(12) if n != 3]
    names = ["a"] * 6 + ["b"] * 5 + ["a b"]
    embeddings = np.eye(2, dtype=np.float32)[[0] * 6 + [1] * 6]
    measures = measure_neighbours(names, paths, embeddings, "toy")
    assert [m.value for m in measures] == [1.0, 1.0]
    assert "colours alone" in measures[0].note


def test_the_rank_area_is_a_share_of_pairs():
    present = np.array([True, True, False, False])
    assert rank_area(np.array([0.9, 0.8, 0.1, 0.2]), present) == 1.0
    assert rank_area(np.array([0.9, 0.1, 0.5, 0.1]), present) == pytest.approx(2.5 / 4)


def test_moods_use_the_first_tag_that_the_model_knows():
    scores = np.array([[0.9], [0.1]], np.float32)
    (happy,) = measure_moods(["happy", "angry"], scores, vocabulary("open_mouth"), "toy")
    assert (happy.name, happy.value, happy.at) == ("AUC happy", 1.0, "score of open_mouth")


def test_tags_need_five_positives_to_count():
    names = vocabulary("often", "rare")
    targets = np.zeros((20, 2), np.int8)
    targets[:6, 0] = 1
    targets[0, 1] = 1
    scores = targets * 0.8 + 0.1
    measures = measure_tags(scores.astype(np.float32), targets, names, np.full(2, 0.5), "toy")
    assert {m.averaging for m in measures} == {
        "1 general tags",
        "decisions on 1 general tags",
    }
    assert all((m.value, m.note) == (1.0, "") for m in measures)
    scores[5, 0] = 0.05  # one picture is missed
    measures = measure_tags(scores.astype(np.float32), targets, names, np.full(2, 0.5), "toy")
    (area,) = (m for m in measures if m.name == "mean AP")
    low, high = (float(end) for end in re.findall(r"\d\.\d+", area.note))
    assert low < area.value < high
    assert "| toy | macro recall | 0.833 |" in as_table(measures)


def test_ratings_are_measured_by_the_highest():
    names = vocabulary("general", "sensitive", category=TagCategory.RATING)
    targets = np.array([[1, 0], [0, 1], [-1, -1]], np.int8)
    scores = np.array([[0.3, 0.2], [0.9, 0.8], [0.1, 0.9]], np.float32)
    (rating,) = measure_tags(scores, targets, names, np.full(2, 0.5), "toy")
    assert (rating.name, rating.value, rating.support) == ("rating top-1", 0.5, 2)


def test_labels_without_examples_stay_empty_in_the_table():
    histogram = ScoreHistogram(1)
    lines = by_label(histogram, vocabulary("smile"), np.array([0.5]))
    assert lines[1] == "smile,general,0.5000,0,,,,"


def test_a_label_with_a_comma_stays_one_cell_of_the_table():
    names = vocabulary('say "ah", please')
    (header, row) = csv.reader(by_label(ScoreHistogram(1), names, np.array([0.5])))
    assert row[0] == 'say "ah", please'
    assert len(row) == len(header)


def test_a_zipped_set_is_unpacked_once_and_sampled(tmp_path):
    folder, cache = tmp_path / "set", tmp_path / "cache"
    folder.mkdir()
    with zipfile.ZipFile(folder / "images.zip", "w") as packed:
        for number in range(4):
            stream = io.BytesIO()
            noise(number, 4).save(stream, "PNG")
            packed.writestr(f"../deep/{number}.png", stream.getvalue())
    write_labels(folder, ["file", "hair"], [[f"{n}.png", "red_hair"] for n in range(4)])
    found = read_set(folder, cache)
    assert len(found.paths) == 4
    assert all(cache in path.parents for path in found.paths)
    assert len(read_set(folder, cache, limit=2).paths) == 2
    assert found.has("hair")
    assert not found.has("eyes")


def test_colours_follow_from_well_known_characters(tmp_path):
    paths = (tmp_path / "a.png",) * 3
    names = ("ceres_fauna", "cecilia_immergreen", "somebody")
    labelled = LabelledSet("toy", paths, tuple({"character": name} for name in names))
    assert colours_of(labelled, "hair") == ["green_hair", "", ""]
    assert colours_of(labelled, "eyes") == ["yellow_eyes", "green_eyes", ""]
    own = LabelledSet("toy", paths[:1], ({"character": "ceres_fauna", "hair": "red_hair"},))
    assert colours_of(own, "hair") == ["red_hair"]


def test_a_set_without_its_pictures_is_an_error(tmp_path):
    write_labels(tmp_path, ["file", "hair"], [["a.png", "red_hair"]])
    with pytest.raises(AnitagError, match="1 files are missing"):
        read_set(tmp_path, tmp_path / "cache")
    with pytest.raises(AnitagError, match="no folder"):
        read_set(tmp_path / "gone", tmp_path / "cache")
