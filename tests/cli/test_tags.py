"""``anitag tags``."""

import pytest

from anitag_desktop.domain.tag import TagCategory
from tests.helpers.seeding import add_folder, add_picture, say, score


@pytest.fixture
def library(anitag, seeded):
    with seeded() as store:
        folder = add_folder(store, "/pics")
        image = add_picture(store, folder, "/pics/a.png")
        score(store, image, cat=0.9, hat=0.8, unsure=0.1)
        say(store, image, "miku", category=TagCategory.CHARACTER)
    return anitag


def test_a_fresh_library_has_none(anitag):
    assert anitag.json("tags") == []


def test_list(library):
    assert library.json("tags", "list") == library.json("tags")
    records = {record["name"]: record for record in library.json("tags")}
    assert set(records) == {"cat", "hat", "miku"}
    assert records["cat"] == {
        "name": "cat", "category": "general", "count": 1, "aliases": [], "implies": [],
    }  # fmt: skip
    assert "unsure" in {record["name"] for record in library.json("tags", "list", "--all")}
    assert [r["name"] for r in library.json("tags", "list", "--category", "character")] == ["miku"]
    assert [r["name"] for r in library.json("tags", "list", "h")] == ["hat"]
    assert library("tags").out.splitlines()[0].split()[:3] == ["tag", "category", "pictures"]


def test_an_unknown_category_is_wrong_use(library):
    done = library("tags", "list", "--category", "people")
    assert done.code == 2
    assert "character" in done.err


def test_imply_creates_and_is_found_and_accepts_what_is_there(library):
    (done,) = library.json("tags", "imply", "cat", "animal")
    assert done["id"] is not None
    assert library.json("search", "--count", "animal") == [{"count": 1}]
    (record,) = library.json("search", "animal")
    assert "animal" not in {tag["name"] for tag in record["tags"]}
    assert library.json("tags", "imply", "cat", "animal")[0]["id"] is None
    assert "animal" in {record["name"] for record in library.json("tags")}
    library.json("undo")
    assert library.json("search", "--count", "animal") == [{"count": 0}]


def test_alias_rename_merge_delete_and_undo(library):
    library.json("tags", "alias", "cap", "hat")
    assert library.json("search", "--count", "cap") == [{"count": 1}]
    library.json("tags", "rename", "cat", "kitten")
    assert library.json("tags", "show", "cat")[0]["name"] == "kitten"
    library.json("tags", "merge", "hat", "kitten")
    assert library.json("tags", "show", "cap")[0]["name"] == "kitten"
    library.json("tags", "delete", "kitten")
    assert library.json("search", "--count", "kitten") == [{"count": 0}]
    library.json("undo", 4)
    assert {r["name"] for r in library.json("tags")} == {"cat", "hat", "miku"}
    assert library.json("search", "--count", "cap") == [{"count": 0}]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["imply", "cat", "cat"], "cat"),
        (["imply", "animal", "cat"], "animal"),
        (["imply", "puss", "animal"], "another name of cat"),
        (["alias", "other", "puss"], "another name of cat"),
        (["rename", "nobody", "x"], "nobody"),
        (["rename", "cat", "hat"], "hat"),
        (["merge", "cat", "nobody"], "nobody"),
        (["delete", "nobody"], "nobody"),
        (["show", "nobody"], "nobody"),
        (["alias", "a*b", "cat"], "a*b"),
        (["show", "caf\udce9"], "caf\\udce9"),
    ],
)
def test_what_cannot_be_is_one_clear_sentence(library, words, said):
    library.json("tags", "imply", "cat", "animal")
    library.json("tags", "alias", "puss", "cat")
    done = library("tags", *words)
    assert done.code == 2
    assert done.out == ""
    assert said in done.err
    assert done.err.count("\n") == 1


def test_show_for_people(library):
    library.json("tags", "alias", "cap", "hat")
    lines = dict(line.split(None, 1) for line in library("tags", "show", "cap").out.splitlines())
    assert lines == {
        "tag": "hat", "category": "general", "pictures": "1", "aliases": "cap", "implies": "-",
        "related": "cat, miku",
    }  # fmt: skip


def test_show_names_the_tags_that_go_with_it(library):
    (record,) = library.json("tags", "show", "hat")
    assert record["related"] == [
        {"name": "cat", "category": "general", "count": 1, "similarity": 1.0, "frequency": 1.0},
        {"name": "miku", "category": "character", "count": 1, "similarity": 1.0, "frequency": 1.0},
    ]


def test_a_dry_run_tells_and_changes_nothing(library):
    (told,) = library.json("tags", "merge", "cat", "hat", "--dry-run")
    assert told["dry_run"] is True
    assert {"kind": "lost", "tag": "cat", "other": "", "pictures": 1} in told["effects"]
    for words in (
        ["alias", "x", "hat"], ["imply", "hat", "y"], ["rename", "cat", "kitten"],
        ["category", "cat", "character"], ["delete", "cat"], ["delete", "cat", "--predictions"],
    ):  # fmt: skip
        done = library("tags", *words, "--dry-run")
        assert done.code == 0
        assert "cat" in done.out or "hat" in done.out
    assert {r["name"] for r in library.json("tags")} == {"cat", "hat", "miku"}
    assert library("undo").code == 0  # what the fixture did, not one of these
    assert library("tags", "delete", "nobody", "--dry-run").code == 2


def test_category_and_predictions(library):
    library.json("tags", "category", "cat", "character")
    assert library.json("tags", "show", "cat")[0]["category"] == "character"
    assert library("tags", "category", "cat", "nonsense").code == 2
    library.json("tags", "delete", "--predictions", "cat")
    assert library.json("search", "--count", "cat") == [{"count": 0}]
    library.json("tags", "delete", "--restore-predictions", "cat")
    assert library.json("search", "--count", "cat") == [{"count": 1}]
