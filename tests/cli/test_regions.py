"""``anitag regions``."""

import pytest

from anitag_desktop.app import open_library
from anitag_desktop.cli.handoff import HandoffServer
from anitag_desktop.cli.program import run_words
from anitag_desktop.paths import LibraryPaths
from tests.helpers.seeding import add_folder, add_picture

FILE = "/pics/a.png"


@pytest.fixture
def library(anitag, seeded):
    with seeded() as store:
        folder = add_folder(store, "/pics")
        add_picture(store, folder, FILE, "a")
        add_picture(store, folder, "/pics/b.png", "b")
    return anitag


def regions(library, *files):
    return library.json("regions", "list", *(files or (FILE,)))


def drawn(library, *words):
    (action,) = library.json("regions", "draw", FILE, "10%", "20%", "30%", "40%", *words)
    return action["region"]


def test_one_is_drawn_named_moved_and_rejected(library):
    uid = drawn(library, "--kind", "face", "--name", "miku")
    (region,) = regions(library)
    assert region == {
        "path": FILE, "id": uid, "label": "face", "box": [0.1, 0.2, 0.3, 0.4], "source": "user",
        "model": None, "score": None, "name": "miku", "rejected": [], "suggestions": [],
        "tags": [{"name": "miku", "category": "character", "source": "user", "score": None}],
    }  # fmt: skip
    library("regions", "name", FILE, uid, "rin")
    library("regions", "kind", FILE, uid, "person")
    library("regions", "move", FILE, uid, "0", "0", "50%", "50%")
    (region,) = regions(library)
    assert (region["name"], region["label"]) == ("rin", "person")
    assert region["box"] == [0.0, 0.0, 0.5, 0.5]
    (shown,) = library.json("show", FILE)
    assert [tag["name"] for tag in shown["tags"]] == ["rin"]
    library("regions", "reject", FILE, uid, "--name", "rin")
    assert regions(library)[0]["rejected"] == [{"name": "rin", "category": "character"}]
    assert "not rin" in library("regions", "list", FILE).out
    assert library("regions", "reject", FILE, uid).code == 0
    assert regions(library) == []
    library("undo")
    assert len(regions(library)) == 1


def test_pixels_are_those_of_the_upright_picture(library):
    (shown,) = library.json("show", FILE)
    width, height = shown["width"], shown["height"]
    library("regions", "draw", FILE, "0", "0", str(width / 2), str(height / 4))
    assert regions(library)[0]["box"] == [0.0, 0.0, 0.5, 0.25]


def test_it_is_read_by_people(library):
    uid = drawn(library, "--kind", "face", "--name", "miku")
    short = uid.partition("#")[2][:6]
    said = library("regions", "list", "/pics").out.splitlines()
    assert said == [
        FILE, f"  {short}  face  user  10.0% 20.0% 30.0% 40.0%  miku", "/pics/b.png: no regions",
    ]  # fmt: skip
    again = library("regions", "name", FILE, short, "miku")
    assert again.out == f"Name a region miku ({short}); it is so already\n"


def test_a_region_is_meant_by_how_its_name_begins(library):
    uid = drawn(library)
    assert library("regions", "kind", FILE, uid.partition("#")[2][:3], "head").code == 0
    assert regions(library)[0]["label"] == "head"
    drawn(library)
    wrong = library("regions", "kind", FILE, "zz", "head")
    assert (wrong.code, "There is no zz; the picture has " in wrong.err) == (2, True)
    assert library("regions", "kind", FILE, "", "head").code == 2


@pytest.mark.parametrize(
    "words",
    [
        ["list"],
        ["list", "/elsewhere.png"],
        ["draw", FILE, "0", "0", "0", "0"],
        ["draw", FILE, "90%", "0", "-5", "10%"],
        ["draw", FILE, "nan", "0", "5", "5"],
        ["draw", FILE, "200%", "0", "10%", "10%"],
        ["draw", "/pics", "0", "0", "50%", "50%"],
        ["draw", "/elsewhere.png", "0", "0", "50%", "50%"],
        ["draw", FILE, "0", "0", "50%", "50%", "--name", "-"],
        ["name", FILE, "abc", "miku"],
        [],
    ],
)
def test_wrong_use_changes_nothing(library, words):
    done = library("regions", *words)
    assert done.code != 0
    assert done.err
    assert "%%" not in done.err
    assert regions(library) == []


@pytest.mark.integration
def test_what_is_drawn_while_another_process_writes_is_handed_to_it(library):
    paths = LibraryPaths(library.root)
    with open_library(library.root, writable=True) as opened:
        server = HandoffServer(paths, lambda words, o, e: run_words(opened, words, o, e))
        try:
            drawn(library)
        finally:
            server.close()
    assert len(regions(library)) == 1
