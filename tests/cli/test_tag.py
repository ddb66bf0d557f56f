"""``add``, ``tag`` and ``models`` with a worker process and a small model."""

import os

import pytest

from anitag_desktop.services import modelling
from tests.helpers.art import BLUE, GREEN, paint, paint_many
from tests.helpers.images import write_bad
from tests.helpers.models import LABELS, write_csv, write_package, write_wd

pytestmark = pytest.mark.integration
SUMMARY = ["images", "tagged", "problems", "seconds", "images_per_second", "provider"]


@pytest.fixture
def library(anitag, tmp_path):
    anitag.json("models", "add", write_package(tmp_path / "model"))
    anitag.json("models", "use", "anitag/test")
    return anitag


@pytest.fixture
def art(tmp_path):
    folder = tmp_path / "art"
    folder.mkdir()
    return folder


def names(record):
    return {tag["name"] for tag in record["tags"]}


def test_tag_ends_with_the_summary(library, art):
    paint_many(art, 6)
    *problems, summary = library.json("tag", art)
    assert problems == []
    assert list(summary) == SUMMARY
    assert (summary["images"], summary["tagged"], summary["problems"]) == (6, 6, 0)
    assert summary["seconds"] > 0
    assert "CPU" in summary["provider"]
    (again,) = library.json("tag", art)
    assert (again["images"], again["tagged"], again["problems"]) == (6, 0, 0)


def test_that_no_model_is_there_to_tag_is_said(anitag, art, tmp_path, monkeypatch):
    monkeypatch.setattr(modelling, "bundled_models", lambda: tmp_path / "nothing")
    assert "No model" not in anitag("tag", art).err, "an empty folder needs none"
    paint_many(art, 2)
    done = anitag("tag", art)
    assert done.code == 1
    assert "No model is there that tags" in done.err
    added = anitag("add", art)
    assert (added.code, "No model is there that tags" in added.err) == (0, True)
    anitag.json("models", "add", write_package(tmp_path / "model"))
    anitag.json("models", "use", "anitag/test")
    done = anitag("tag")
    assert (done.code, done.err) == (0, "")
    assert "tagged     2 in this run" in done.out


def test_tag_adds_the_folder_and_without_one_does_all(library, art):
    paint_many(art, 2)
    library.json("tag", art)
    paint(art / "later.png", 77, GREEN)
    *_, summary = library.json("tag")
    assert (summary["images"], summary["tagged"]) == (3, 1)


def test_add_returns_when_every_file_has_its_outcome(library, art):
    paint_many(art, 2)
    (summary,) = library.json("add", art)
    assert summary == {"folders": [str(art)], "images": 2, "problems": 0}
    assert library.json("search", "--count", "1girl or solo") == [{"count": 2}]


def test_a_folder_that_is_away_is_told(library, art, tmp_path):
    paint_many(art, 2)
    library.json("tag", art)
    art.rename(tmp_path / "unplugged")
    done = library("tag", "--json")
    assert (done.code, done.records[-1]["images"]) == (0, 0)
    assert f"The folder {art} is away" in done.err
    art.mkdir()  # an empty mount point
    done = library("tag", art)
    assert done.code == 1
    assert f"The folder {art} is away" in done.err
    assert library.json("search", "status:away", "--count") == [{"count": 2}]


def test_a_folder_that_moved_is_let_go_and_its_tags_move_along(library, art, tmp_path):
    (first, second) = (art / "one", art / "two")
    picture = paint(first / "a.png", 1, GREEN)
    paint(second / "b.png", 2, GREEN)
    library.json("tag", first, second)
    library.json("correct", picture, "--add", "mine")
    art.rename(tmp_path / "moved")
    told = library("tag").err
    assert [told.count(f"The folder {folder} is away") for folder in (first, second)] == [1, 1]
    assert told.count("kept") == 1
    library.json("tag", tmp_path / "moved")
    library.json("folders", "remove", first, second)
    done = library("tag")
    assert (done.code, done.err) == (0, "")
    (row,) = library.json("search", "mine")
    assert row["path"] == str(tmp_path / "moved" / "one" / "a.png")
    assert row["status"] == "present"


def test_bad_files_are_listed_with_their_reasons(library, art):
    paint(art / "good.png", 1, GREEN)
    bad = write_bad(art / "bad")
    done = library("tag", art, "--json")
    assert done.code == 1
    *problems, summary = done.records
    assert {p["path"] for p in problems} == {str(path) for path in bad.values()}
    assert all(set(p) == {"path", "code", "message", "since"} for p in problems)
    assert (summary["images"], summary["problems"]) == (1, len(bad))
    rows = library.json("show", art)
    unreadable = [row for row in rows if row["status"] == "unreadable"]
    assert {row["path"] for row in unreadable} == {str(path) for path in bad.values()}
    assert all(row["sha256"] is None and row["problems"] for row in unreadable)
    text = library("tag", art)
    assert str(bad["empty.png"]) in text.err
    assert text.out.splitlines()[0].split() == ["pictures", "1"]


def test_a_part_of_a_watched_folder_counts_for_itself(library, art):
    paint(art / "a.png", 1, GREEN)
    paint(art / "part" / "b.png", 2, GREEN)
    library.json("tag", art)
    *_, summary = library.json("tag", art / "part")
    assert summary["images"] == 1


def test_copies_are_one_picture(library, art):
    picture = paint(art / "a.png", 1, GREEN)
    (art / "copy.png").write_bytes(picture.read_bytes())
    *_, summary = library.json("tag", art)
    assert (summary["images"], summary["tagged"]) == (1, 1)
    assert len(library.json("show", art)) == 1


def test_hostile_names(library, art):
    for number, name in enumerate(["\x1b[31mred", "new\nline", "caf\udce9", "-dash", "初音 ミク"]):
        paint(art / "x.png", number, GREEN).rename(art / f"{name}.png")
    *_, summary = library.json("tag", art)
    assert (summary["images"], summary["problems"]) == (5, 0)
    done = library("search", "1girl")
    assert len(done.out.splitlines()) == 5
    assert "\x1b" not in done.out
    paths = {record["path"] for record in library.json("show", art)}
    assert str(art / "caf\udce9.png") in paths
    assert "\x1b" not in library("show", art).out


def test_another_model_tags_anew_and_beats_no_correction(library, art, tmp_path):
    green, blue = paint(art / "a.png", 1, GREEN), paint(art / "b.png", 2, BLUE)
    library.json("tag", art)
    library.json("correct", green, "--reject", "1girl")
    library.json("models", "add", write_package(tmp_path / "two", 48, id="anitag/two"))
    *_, summary = library.json("tag", art, "--model", "anitag/two")
    assert summary["tagged"] == 2
    (active,) = [m["id"] for m in library.json("models") if m["active"]]
    assert active == "anitag/two"
    shown = {record["path"]: record for record in library.json("show", art)}
    assert "1girl" not in names(shown[str(green)])
    assert names(shown[str(blue)]) == {"solo"}


@pytest.mark.parametrize(
    ("place", "said"),
    [("nowhere", "no folder"), ("file", "not a folder")],
)
def test_what_is_no_folder(library, tmp_path, place, said):
    (tmp_path / "file").write_text("mine")
    done = library("tag", tmp_path / place)
    assert done.code == 2
    assert said in done.err
    assert done.err.count("\n") == 1
    assert library("add", tmp_path / place).code == 2


def test_one_wrong_folder_does_not_keep_the_others_out(library, art, tmp_path):
    paint(art / "a.png", 1, GREEN)
    done = library("tag", art, tmp_path / "nowhere", "--json")
    assert done.code == 1
    assert done.records[-1]["images"] == 1
    assert "nowhere" in done.err


def test_an_empty_folder(library, art):
    *_, summary = library.json("tag", art)
    assert (summary["images"], summary["tagged"], summary["problems"]) == (0, 0, 0)
    for words in (["tag", art], ["add", art], ["tag"]):
        done = library(*words)
        assert done.code == 0
        assert done.err.startswith(f"anitag: No picture in {art}: anitag reads PNG, JPEG,")
        assert done.err.count("\n") == 1
    assert library("tag").out == ""
    paint(art / "full" / "a.png", 1, GREEN)
    (art / "empty").mkdir()
    assert "pictures   1" in library("tag", art).out
    assert library("tag", art).err == ""
    assert f"No picture in {art / 'empty'}" in library("tag", art / "empty", art / "full").err


def test_nothing_is_watched(library):
    done = library("tag")
    assert (done.code, done.out) == (0, "")
    assert done.err == "anitag: No folder is watched yet. Name one: anitag tag FOLDER\n"


def test_one_and_many(library, art, tmp_path):
    paint(art / "a.png", 1, GREEN)
    paint(tmp_path / "more" / "b.png", 2, GREEN)
    assert library("add", art).out == "1 folder watched, 1 picture in it\n"
    assert library("add", art, tmp_path / "more").out == "2 folders watched, 2 pictures in them\n"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
def test_an_unreadable_folder(library, art):
    art.chmod(0)
    try:
        done = library("tag", art)
    finally:
        art.chmod(0o700)
    assert done.code != 0
    assert str(art) in done.err


def test_an_unknown_model(library, art):
    done = library("tag", art, "--model", "nobody")
    assert done.code == 2
    assert "anitag/test" in done.err


def test_models(library):
    listed = {model["id"]: model for model in library.json("models", "list")}
    names = ["id", "revision", "title", "kind", "family", "licence", "bytes", "labels", "metrics"]
    assert list(listed["anitag/test"]) == [*names, "active", "bundled", "provider", "damage"]
    assert listed["anitag/test"]["labels"] == len(LABELS)
    assert "anitag/test" in library("models").out
    (report,) = library.json("models", "verify", "anitag/test")
    assert report["ok"]
    assert library("models", "remove", "anitag/test").code == 2
    assert library("models", "use", "nobody").code == 2
    bundled = next(name for name, model in listed.items() if model["bundled"])
    assert f"{bundled} and anitag/test are in use" in library("models", "use", bundled, "test").out
    assert "anitag/test is in use" in library("models", "use", "test").out


def test_a_damaged_model_is_told_and_nothing_else_tags(library, art, tmp_path):
    paint_many(art, 2)
    (folder,) = (library.root / "models").iterdir()
    weights = folder / "model.onnx"
    os.truncate(weights, weights.stat().st_size - 100)
    done = library("tag", art)
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "anitag/test, which is to tag, cannot be used: model.onnx has" in done.err
    assert all(row["tags"] == [] for row in library.json("show", art))
    (listed,) = [m for m in library.json("models") if m["active"]]
    assert (listed["id"], listed["damage"][:10]) == ("anitag/test", "model.onnx")
    assert "damaged: model.onnx has" in library("models").out
    (verified,) = library.json("models", "verify", "test", code=1)
    assert "model.onnx has" in verified["findings"][0]
    findings = library.json("doctor", code=1)
    assert ["model.onnx has" in f["value"] for f in findings if not f["ok"]] == [True]
    (checked,) = library.json("check")
    assert (checked["ok"], any("model.onnx has" in f for f in checked["findings"])) == (True, True)
    assert "everything" not in library("check").out
    library.json("models", "remove", "test")
    assert library("tag", art).code == 1
    library.json("models", "add", tmp_path / "model")
    *_, summary = library.json("tag", art)
    assert (summary["images"], summary["tagged"]) == (2, 2)


def test_what_is_no_model_names_the_check_that_failed(library, tmp_path):
    (tmp_path / "empty").mkdir()
    wrong = write_wd(tmp_path / "wrong", 32)
    rows = [[1, "only_one", 0, 5]]
    write_csv(wrong / "selected_tags.csv", ["tag_id", "name", "category", "count"], rows)
    for path, said in ((tmp_path / "empty", "model"), (wrong, "1"), (tmp_path / "no", "no")):
        done = library("models", "add", path)
        assert done.code == 2
        assert said in done.err
        assert done.err.count("\n") == 1
    assert [m["id"] for m in library.json("models") if not m["bundled"]] == ["anitag/test"]
