"""``import`` and ``export`` on the command line."""

import json

import pytest

from tests.helpers.seeding import add_folder, add_picture, facts, score


@pytest.fixture
def pics(tmp_path):
    folder = tmp_path / "pics"
    folder.mkdir()
    return folder


@pytest.fixture
def library(anitag, seeded, pics):
    with seeded() as store:
        folder = add_folder(store, str(pics))
        for name in ("a", "b"):
            image = add_picture(store, folder, str(pics / f"{name}.png"), name)
            score(store, image, hat=0.9, long_hair=0.8)
    return anitag


def test_import_of_a_folder_is_one_action(library, pics):
    (pics / "a.txt").write_text("scarf, blue eyes")
    (pics / "b.png.txt").write_text("")
    counts = {"read": 2, "applied": 2, "unmatched": 0, "labels": 2, "overruled": 0, "problems": 0}
    assert library.json("import", pics) == [counts]
    (record,) = library.json("search", "scarf")
    sources = {tag["name"]: tag["source"] for tag in record["tags"]}
    assert sources == {
        "hat": "model", "long_hair": "model", "scarf": "import", "blue_eyes": "import",
    }  # fmt: skip
    assert len(library.json("undo", 5)) == 1
    assert library.json("search", "scarf") == []


def test_a_broken_sidecar_is_listed_and_exits_with_1(library, pics):
    (pics / "a.txt").write_bytes(b"scarf\n\xff")
    (pics / "b.txt").write_text("scarf")
    done = library("import", pics, "--json")
    assert done.code == 1
    [counts] = done.records
    assert (counts["read"], counts["applied"], counts["problems"]) == (1, 1, 1)
    assert f"{pics / 'a.txt'}, line 2" in done.err
    (pics / "c.txt").write_text("scarf")
    words = "2 sidecars read, 1 of them matched, 1 matches no picture, 1 is broken\n"
    assert library("import", pics).out == words + "they say nothing new\n"


def test_the_users_word_stands_and_the_summary_tells_it(library, pics):
    library("correct", pics / "a.png", "--reject", "scarf")
    (pics / "a.txt").write_text("scarf, tie")
    (pics / "b.txt").write_text("scarf")
    out = library("import", pics).out
    assert "3 tags are new on pictures; take the import back with: anitag undo" in out
    assert "1 of them you had rejected there: your word stands" in out
    assert "with 0.5 times the weight of your word" in out
    assert library.json("search", "--count", "scarf") == [{"count": 1}]
    assert "new on pictures" not in library("import", pics).out  # it is all there
    library("undo")
    library("settings", "set", "import_trust", "0")
    assert "nothing is learnt from them" in library("import", pics).out
    (pics / "a.txt").write_text("scarf, tie, bow")
    [counts] = library.json("import", pics)
    assert (counts["labels"], counts["overruled"]) == (1, 0)


def test_the_post_of_a_booru_brings_categories_and_a_rating(library, pics):
    post = {"category": "danbooru", "id": 1, "rating": "s", "tags": "1girl miku"}
    (pics / "a.png.json").write_text(json.dumps({**post, "tags_character": "miku"}))
    assert library.json("import", pics)[0]["labels"] == 3
    [record] = library.json("search", "character:miku rating:sensitive")
    assert {"1girl", "miku"} <= {tag["name"] for tag in record["tags"]}


def test_a_rating_that_takes_the_place_of_another_is_one_tag(library, pics):
    for letter in ("general", "explicit"):
        (pics / "a.json").write_text(json.dumps({"tags": [], "rating": letter}))
        assert library.json("import", pics)[0]["labels"] == 1


@pytest.mark.parametrize("kind", ["missing", "empty"])
def test_nothing_to_import(library, tmp_path, kind):
    path = tmp_path / kind
    if kind == "empty":
        path.mkdir()
    done = library("import", path)
    assert done.code == (2 if kind == "missing" else 1)
    assert str(path) in done.err


def test_export_of_captions(library, tmp_path):
    (report,) = library.json("export", "--format", "txt", tmp_path / "out")
    assert report == {"written": 2, "path": str(tmp_path / "out"), "problems": 0}
    assert (tmp_path / "out" / "a.txt").read_text() == "hat, long hair\n"
    library.json("export", "--format", "txt", "--underscores", tmp_path / "out")
    assert (tmp_path / "out" / "a.txt").read_text() == "hat, long_hair\n"


def test_export_of_what_a_search_finds(library, tmp_path):
    out = tmp_path / "out.jsonl"
    library.json("export", "--format", "json", out, f"sha256:{facts('b').sha256}")
    (record,) = [json.loads(line) for line in out.read_text().splitlines()]
    assert record == library.json("search", f"sha256:{facts('b').sha256}")[0]


def test_export_never_writes_among_the_pictures_unless_told(library, pics, tmp_path):
    library.json("export", "--format", "txt", tmp_path / "out")
    library.json("export", "--format", "json", tmp_path / "out.jsonl")
    assert list(pics.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--format", "xml", "OUT"], 2),
        (["--format", "txt", "OUT", "(broken"], 2),
        (["--format", "txt", "FILE"], 2),
        (["--format", "json", "FILE/x"], 1),
    ],
)
def test_exports_that_cannot_be(library, tmp_path, words, code):
    (tmp_path / "file").write_text("mine")
    places = {"OUT": tmp_path / "out", "FILE": tmp_path / "file", "FILE/x": tmp_path / "file" / "x"}
    done = library("export", *(places.get(word, word) for word in words))
    assert done.code == code
    assert done.err.startswith("anitag: ")
    assert (tmp_path / "file").read_text() == "mine"
