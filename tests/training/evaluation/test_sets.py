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
from anitag_desktop.domain.label_sheet import LabelSheet
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.services.labelling import write_sheet
from training.datasets.vocabulary import Vocabulary, VocabularyLabel
from training.evaluation import unpacking
from training.evaluation.colours import measure_colours
from training.evaluation.labelled_set import LabelledSet, read_set
from training.evaluation.measure import as_table
from training.evaluation.moods import measure_moods, rank_area
from training.evaluation.neighbours import distinct, measure_neighbours, nearest
from training.evaluation.sets import colours_of, measure_set
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


def drawn(seed):
    stream = io.BytesIO()
    noise(seed, 4).save(stream, "PNG")
    return stream.getvalue()


def zipped_set(folder, members, files):
    """Return a set whose pictures lie in a zip; ``files`` are what its labels name."""
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(folder / "images.zip", "w") as packed:
        for name, content in members:
            packed.writestr(name, content)
    write_labels(folder, ["file", "hair"], [[file, "red_hair"] for file in files])
    return folder


def test_a_zipped_set_is_unpacked_once_and_sampled(tmp_path):
    cache = tmp_path / "cache"
    files = [f"{number}.png" for number in range(4)]
    folder = zipped_set(
        tmp_path / "set", [(f"deep/{file}", drawn(n)) for n, file in enumerate(files)], files
    )
    found = read_set(folder, cache)
    assert [path.read_bytes() for path in found.paths] == [drawn(n) for n in range(4)]
    assert all(cache in path.parents for path in found.paths)
    before = [path.stat().st_mtime_ns for path in found.paths]
    assert len(read_set(folder, cache, limit=2).paths) == 2
    assert [path.stat().st_mtime_ns for path in found.paths] == before
    assert found.has("hair")
    assert not found.has("eyes")


def test_what_a_kill_left_half_unpacked_is_unpacked_again(tmp_path):
    folder = zipped_set(tmp_path / "set", [("a.png", drawn(1)), ("b.png", drawn(2))], ["a.png"])
    (path,) = read_set(folder, tmp_path / "cache").paths
    assert [file.name for file in path.parent.iterdir()] == ["a.png"]  # what nobody names stays
    path.write_bytes(drawn(1)[:9])
    assert read_set(folder, tmp_path / "cache").paths[0].read_bytes() == drawn(1)


def test_pictures_of_the_same_name_keep_their_folders(tmp_path):
    members = [("one/a.png", drawn(1)), ("two/a.png", drawn(2)), ("b.png", drawn(3))]
    folder = zipped_set(tmp_path / "set", members, ["one/a.png", "two\\a.png", "b.png"])
    found = read_set(folder, tmp_path / "cache")
    assert [path.read_bytes() for path in found.paths] == [drawn(n) for n in (1, 2, 3)]
    write_labels(folder, ["file", "hair"], [["a.png", "red_hair"]])
    with pytest.raises(AnitagError, match=r"2 files a\.png.*: one/a\.png, two/a\.png") as caught:
        read_set(folder, tmp_path / "cache")
    assert caught.value.code == "bad_archive"


@pytest.mark.parametrize(
    ("members", "files", "reason"),
    [
        (["../a.png"], ["a.png"], r"'\.\./a\.png' leads out"),
        (["x/../../a.png"], ["x/../../a.png"], "leads out"),
        (["/etc/a.png"], ["a.png"], "leads out"),
        (["C:/a.png"], ["a.png"], "leads out"),
        (["x/a.png", "X/A.png"], ["x/a.png", "X/A.png"], r"x/a\.png and X/A\.png"),
    ],
)
def test_no_picture_of_a_zip_leaves_its_folder_or_takes_anothers_place(
    tmp_path, members, files, reason
):
    folder = zipped_set(tmp_path / "set", [(name, drawn(1)) for name in members], files)
    with pytest.raises(AnitagError, match=reason) as caught:
        read_set(folder, tmp_path / "cache")
    assert caught.value.code == "bad_archive"
    assert not list(tmp_path.rglob("*.png"))


def broken(content, how):
    if how == "no zip":
        return b"no zip at all"
    if how == "cut off":
        return content[:-30]
    if how == "empty":
        return b""
    place = content.index(b"IDAT") + 8  # within the picture: the sum does not fit any more
    return content[:place] + b"?" + content[place + 1 :]


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("no zip", "not a zip file"),
        ("cut off", "not a zip file"),
        ("empty", "not a zip file"),
        ("damaged", r"a\.png: Bad CRC-32"),
    ],
)
def test_a_broken_zip_is_named_with_what_is_wrong(tmp_path, how, reason):
    folder = zipped_set(tmp_path / "set", [("a.png", drawn(1))], ["a.png"])
    archive = folder / "images.zip"
    archive.write_bytes(broken(archive.read_bytes(), how))
    with pytest.raises(AnitagError, match=reason) as caught:
        read_set(folder, tmp_path / "cache")
    assert (caught.value.code, caught.value.params["path"]) == ("bad_archive", archive)


def test_what_is_too_large_for_a_picture_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(unpacking, "LARGEST_MEMBER", 50)
    folder = zipped_set(tmp_path / "set", [("a.png", bytes(51)), ("b.png", bytes(50))], ["b.png"])
    assert len(read_set(folder, tmp_path / "cache").paths) == 1
    write_labels(folder, ["file", "hair"], [["a.png", "red_hair"]])
    with pytest.raises(AnitagError, match=r"a\.png has 51 bytes, more than 50"):
        read_set(folder, tmp_path / "cache")


def test_colours_follow_from_well_known_characters(tmp_path):
    paths = (tmp_path / "a.png",) * 3
    names = ("ceres_fauna", "cecilia_immergreen", "somebody")
    labelled = LabelledSet("toy", paths, tuple({"character": name} for name in names))
    assert colours_of(labelled, "hair") == ["green_hair", "", ""]
    assert colours_of(labelled, "eyes") == ["yellow_eyes", "green_eyes", ""]
    own = LabelledSet("toy", paths[:1], ({"character": "ceres_fauna", "hair": "red_hair"},))
    assert colours_of(own, "hair") == ["red_hair"]


def test_a_sheet_of_classes_from_the_window_tells_who_is_alike(tmp_path):
    sheet = LabelSheet()
    for name in ("miku", "rin"):
        sheet.add_class(name)
    for number in range(16):
        path = tmp_path / f"{number}.png"
        noise(number, 16).save(path)
        sheet.labels[str(path)] = sheet.classes[number % 2]
    write_sheet(tmp_path / "labels.csv", sheet)

    class Sorted:
        def run_files(self, paths):
            told = np.eye(2, dtype=np.float32)[[int(path.stem) % 2 for path in paths]]
            return np.zeros((len(paths), 1), np.float32), told

    labelled = read_set(tmp_path, tmp_path / "cache")
    (found, *_) = measure_set(labelled, Sorted(), vocabulary("hat"))
    assert (found.name, found.value) == ("character top-1", 1.0)


def test_a_set_without_its_pictures_is_an_error(tmp_path):
    write_labels(tmp_path, ["file", "hair"], [["a.png", "red_hair"]])
    with pytest.raises(AnitagError, match=r"1 files are missing: a\.png"):
        read_set(tmp_path, tmp_path / "cache")
    with pytest.raises(AnitagError, match="no folder"):
        read_set(tmp_path / "gone", tmp_path / "cache")
