"""``anitag folders``."""

from tests.helpers.images import write_drawings


def test_a_fresh_library_watches_none(anitag):
    assert anitag.json("folders") == anitag.json("folders", "list") == []
    assert anitag("folders").out.split() == ["folder", "status", "pictures", "last", "looked", "at"]


def test_list_and_remove(anitag, tmp_path):
    write_drawings(tmp_path / "art", 2)
    (tmp_path / "empty").mkdir()
    anitag.json("add", tmp_path / "art", tmp_path / "empty")
    art, empty = anitag.json("folders")
    assert (art["path"], art["status"], art["images"]) == (str(tmp_path / "art"), "present", 2)
    assert art["last_scan"].startswith("20")
    assert empty["images"] == 0
    assert str(tmp_path / "art") in anitag("folders").out

    removed = anitag.json("folders", "remove", tmp_path / "art", tmp_path / "empty")
    assert [one["path"] for one in removed] == [str(tmp_path / "art"), str(tmp_path / "empty")]
    assert anitag.json("folders") == []
    assert anitag.json("search", "--count", "status:missing") == [{"count": 2}]
    anitag.json("add", tmp_path / "art")
    assert anitag.json("search", "--count", "") == [{"count": 2}]


def test_a_folder_that_is_not_watched_is_wrong_use_and_none_is_removed(anitag, tmp_path):
    write_drawings(tmp_path / "art", 1)
    anitag.json("add", tmp_path / "art")
    done = anitag("folders", "remove", tmp_path / "art", tmp_path / "other")
    assert (done.code, done.out) == (2, "")
    assert str(tmp_path / "other") in done.err
    assert len(anitag.json("folders")) == 1
    assert anitag("folders", "remove").code == 2
