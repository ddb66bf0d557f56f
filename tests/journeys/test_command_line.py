"""The whole walk through the command line only: 200 files, ten of them bad, and a year of use."""

import shutil

import pytest

from tests.helpers.art import BLUE, GREEN, SUFFIXES, paint, paint_many
from tests.helpers.command_line import Anitag
from tests.helpers.images import BAD
from tests.helpers.models import write_package

pytestmark = pytest.mark.integration
GOOD_COUNT = 190
BAD_COUNT = 10
SEEN = "1girl or solo"


@pytest.fixture
def anitag(tmp_path, monkeypatch):
    (tmp_path / "run").mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    monkeypatch.setenv("ORT_DISABLE_TELEMETRY", "1")
    return Anitag(tmp_path / "library")


@pytest.fixture
def art(tmp_path):
    """200 files of mixed formats in some folders with odd names; ten of them are bad."""
    folder = tmp_path / "art"
    good = paint_many(folder, GOOD_COUNT)
    for number, name in enumerate(["caf\udce9", "new\nline", "初音 ミク", "[x] %s 'q' \"q\""]):
        good[number] = good[number].rename(good[number].with_stem(name))
    assert {path.suffix[1:] for path in good} == set(SUFFIXES)
    bad = [folder / f"folder {n % 5}" / name for n, name in enumerate(sorted(BAD)[:BAD_COUNT])]
    for path in bad:
        BAD[path.name][0](path)
    return folder, good, bad


def names(record):
    return {tag["name"] for tag in record["tags"]}


def shown(anitag, path):
    (record,) = anitag.json("show", path)
    return record


def summary_of(done):
    return {key: done[-1][key] for key in ("images", "tagged", "problems")}


def tree(folder):
    """Return every file of a folder with its bytes: no command may change one."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_walk(anitag, art, tmp_path):
    folder, good, bad = art
    anitag.json("models", "add", write_package(tmp_path / "one"))
    anitag.json("models", "use", "anitag/test")
    before = tree(folder)

    everything_is_tagged(anitag, folder, bad)
    good = renamed_moved_and_copied(anitag, folder, good)
    what_the_user_says_stays(anitag, folder, good, tmp_path)
    nothing_is_lost_by_going_back(anitag, good)
    what_is_gone_is_missing_and_comes_back(anitag, folder, good, tmp_path)

    assert sorted(tree(folder).values()) == sorted([*before.values(), good[5].read_bytes()])


def everything_is_tagged(anitag, folder, bad):
    done = anitag.json("tag", folder, code=1)
    assert summary_of(done) == {
        "images": GOOD_COUNT, "tagged": GOOD_COUNT, "problems": BAD_COUNT,
    }  # fmt: skip
    assert {problem["path"] for problem in done[:-1]} == {str(path) for path in bad}
    assert anitag.json("search", "--count", SEEN) == [{"count": GOOD_COUNT}]
    found = anitag.json("search", SEEN)
    assert len({record["sha256"] for record in found}) == len(found) == GOOD_COUNT
    rows = anitag.json("show", folder)
    unreadable = {row["path"] for row in rows if row["status"] == "unreadable"}
    assert unreadable == {str(path) for path in bad}
    assert len(rows) == GOOD_COUNT + BAD_COUNT
    again = anitag.json("tag", folder, code=1)
    assert summary_of(again)["tagged"] == 0


def renamed_moved_and_copied(anitag, folder, good):
    good = list(good)
    good[4] = good[4].rename(good[4].with_name(f"renamed{good[4].suffix}"))
    (folder / "elsewhere").mkdir()
    good[5] = good[5].rename(folder / "elsewhere" / good[5].name)
    shutil.copy(good[5], folder / "elsewhere" / f"copy{good[5].suffix}")
    (folder / "folder 2").rename(folder / "folder two")
    good = [
        folder / "folder two" / path.name if path.parent.name == "folder 2" else path
        for path in good
    ]
    done = anitag.json("tag", code=1)
    assert summary_of(done) == {"images": GOOD_COUNT, "tagged": 0, "problems": BAD_COUNT}
    assert anitag.json("search", "--count", SEEN) == [{"count": GOOD_COUNT}]
    for path in good:
        assert names(shown(anitag, path)) & {"1girl", "solo"}, path
    assert len(anitag.json("show", folder / "elsewhere")) == 1
    return good


def what_the_user_says_stays(anitag, folder, good, tmp_path):
    green = good[1]
    assert names(shown(anitag, green)) == {"1girl"}
    anitag.json("correct", green, "--reject", "1girl", "--add", "char:hatsune miku")
    assert is_corrected(anitag, green)
    anitag.json("tag", folder, code=1)
    assert is_corrected(anitag, green)
    anitag.json("models", "add", write_package(tmp_path / "two", 48, id="anitag/two"))
    done = anitag.json("tag", folder, "--model", "anitag/two", code=1)
    assert summary_of(done)["tagged"] == GOOD_COUNT
    assert is_corrected(anitag, green)
    assert anitag.json("search", "--count", SEEN) == [{"count": GOOD_COUNT - 1}]
    anitag.json("undo")
    assert names(shown(anitag, green)) == {"1girl"}
    assert anitag.json("search", "--count", SEEN) == [{"count": GOOD_COUNT}]


def is_corrected(anitag, path):
    record = shown(anitag, path)
    assert [tag["name"] for tag in record["rejected"]] == ["1girl"]
    return names(record) == {"hatsune_miku"}


def nothing_is_lost_by_going_back(anitag, good):
    anitag.json("correct", good[6], "--add", "before")
    anitag.json("backup")
    anitag.json("correct", good[6], "--add", "after")
    anitag.json("restore")
    assert {"before", "after"} <= names(shown(anitag, good[6]))
    (report,) = anitag.json("check")
    assert report["ok"], report
    (anitag.root / "index.db").unlink()
    assert anitag.json("search", "--count", "before after") == [{"count": 1}]
    done = anitag.json("tag", code=1)
    assert summary_of(done)["images"] == GOOD_COUNT
    assert anitag.json("search", "--count", SEEN) == [{"count": GOOD_COUNT}]


def what_is_gone_is_missing_and_comes_back(anitag, folder, good, tmp_path):
    away = good[6].rename(tmp_path / good[6].name)
    done = anitag.json("tag", code=1)
    assert summary_of(done)["images"] == GOOD_COUNT - 1
    (missing,) = anitag.json("search", "status:missing")
    assert (missing["status"], missing["path"]) == ("missing", str(good[6]))
    assert {"before", "after"} <= names(missing)
    away.rename(good[6])
    done = anitag.json("tag", code=1)
    assert summary_of(done) == {"images": GOOD_COUNT, "tagged": 0, "problems": BAD_COUNT}
    assert shown(anitag, good[6])["status"] == "present"


def test_tags_travel_in_sidecars_to_another_library(anitag, tmp_path):
    art = tmp_path / "art"
    green, blue = paint(art / "a.png", 1, GREEN), paint(art / "b" / "a.jpg", 2, BLUE)
    anitag.json("models", "add", write_package(tmp_path / "one"))
    anitag.json("tag", art, "--model", "anitag/test")
    anitag.json("correct", green, "--add", "scarf", "--reject", "1girl")
    anitag.json("export", "--format", "txt", art)
    other = Anitag(tmp_path / "other")
    other.json("add", art)
    (report,) = other.json("import", art)
    matched = {"read": 2, "applied": 2, "unmatched": 0, "problems": 0}
    assert report == {**matched, "labels": 4, "overruled": 0}
    assert names(shown(other, green)) >= {"scarf"}
    assert names(shown(other, blue)) >= {"solo"}
