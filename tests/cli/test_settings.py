"""``anitag settings``."""

import pytest

from anitag_desktop.app import open_library
from anitag_desktop.cli.handoff import HandoffServer
from anitag_desktop.cli.program import run_words
from anitag_desktop.paths import LibraryPaths
from anitag_desktop.settings import DEFAULT_EXCLUDES
from tests.helpers.seeding import add_folder, add_picture, score


@pytest.fixture
def library(anitag, seeded):
    with seeded() as store:
        image = add_picture(store, add_folder(store, "/pics"), "/pics/a.png")
        score(store, image, cat=0.9, hat=0.6)
    return anitag


def values(library):
    return {record["name"]: record["value"] for record in library.json("settings")}


def test_list_names_everything_with_its_default(anitag):
    records = anitag.json("settings", "list")
    assert records == anitag.json("settings")
    assert {"name": "scan_interval", "value": 900.0, "default": 900.0} in records
    assert {"name": "threshold.character", "value": None, "default": None} in records
    assert all(set(record) == {"name", "value", "default"} for record in records)
    assert values(anitag)["excludes"] == list(DEFAULT_EXCLUDES)
    lines = anitag("settings").out.splitlines()
    assert lines[0].split() == ["name", "value", "default"]
    assert any("0." in line for line in lines if line.startswith("threshold.general"))


@pytest.mark.parametrize(
    ("name", "words", "value"),
    [
        ("device", ["CPU"], "cpu"),
        ("excludes", ["raw/", "*_old.*"], ["raw/", "*_old.*"]),
        ("excludes", [], []),
        ("follow_links", ["Yes"], True),
        ("scan_interval", ["120"], 120.0),
        ("recogniser_threads", ["3"], 3),
        ("threshold.character", ["0.8"], 0.8),
        ("threshold.tag.hat", ["0.7"], 0.7),
        ("merging.character", ["agreement"], "agreement"),
        ("most.general", ["1"], 1),
        ("mcut.general", ["on"], True),
        ("drop_broader", ["on"], True),
        ("learn_by_itself", ["off"], False),
        ("import_trust", ["0.2"], 0.2),
        ("merging.rating", ["anitag-small"], "anitag/anitag-small"),
    ],
)
def test_set_reset_and_undo(library, name, words, value):
    before = values(library)
    (done,) = library.json("settings", "set", name, *words)
    assert done["id"] is not None
    assert values(library) == before | {name: value}
    assert library.json("settings", "set", name, *words)[0]["id"] is None
    library.json("settings", "reset", name)
    assert values(library) == before
    library.json("undo")
    assert values(library) == before | {name: value}
    library.json("undo")
    assert values(library) == before


def test_a_threshold_changes_what_is_found(library):
    assert library.json("search", "--count", "hat") == [{"count": 1}]
    done = library("settings", "set", "threshold.tag.HAT", "0.7")
    assert "anitag undo" in done.out
    assert library.json("search", "--count", "hat") == [{"count": 0}]
    library("settings", "set", "threshold.general", "0.95")
    assert library.json("search", "--count", "cat") == [{"count": 0}]
    library("undo", "2")
    assert library.json("search", "--count", "cat hat") == [{"count": 1}]


_WRONG = [
    ["set", "device", "toaster"],
    ["set", "device", "tensorrt"],
    ["set", "device"],
    ["set", "colour", "pink"],
    ["set", "threshold.smell", "0.5"],
    ["set", "threshold.rating", "0.5"],
    ["set", "threshold.general"],
    ["set", "merging.smell", "agreement"],
    ["set", "most.general", "some"],
    ["set", "import_trust", "some"],
    ["set", "import_trust", "2"],
    ["set", "most.rating", "1"],
    ["set", "mcut.rating", "on"],
    ["set", "mcut.smell", "on"],
    ["set", "mcut.general", "0.5"],
    ["reset", "mcut.smell"],
    ["set", "merging.general", "everybody"],
    ["set", "threshold.general", "much"],
    ["set", "threshold.general", "nan"],
    ["set", "threshold.tag.htaa", "0.5"],
    ["set", "scan_interval", "1"],
    ["set", "scan_interval", "900", "901"],
    ["set", "recogniser_threads", "1.5"],
    ["set", "recogniser_threads", "inf"],
    ["set", "follow_links", "perhaps"],
    ["set", "excludes", "*"],
    ["reset", "colour"],
    ["reset", "active_models"],
    ["set"],
    ["reset"],
]


def test_wrong_use_is_2_and_changes_nothing(library):
    before = values(library)
    for words in _WRONG:
        done = library("settings", *words)
        assert (done.code, done.out) == (2, ""), words
        assert done.err
    assert values(library) == before


@pytest.mark.integration
def test_what_is_set_while_another_process_writes_is_handed_to_it(anitag):
    paths = LibraryPaths(anitag.root)
    with open_library(anitag.root, writable=True) as library:
        server = HandoffServer(paths, lambda words, o, e: run_words(library, words, o, e))
        try:
            assert anitag("settings", "set", "scan_interval", "120").code == 0
            assert library.configuring.settings().scan_interval == 120
            assert values(anitag)["scan_interval"] == 120
        finally:
            server.close()


def test_what_can_count_among_models_is_named_to_who_asks_for_something_else(library):
    said = library("settings", "set", "merging.general", "nonsense").err
    assert "There is no model nonsense" in said
    assert "What counts is highest, agreement, anitag/anitag-small" in said


def test_defaults_that_are_no_longer_left_out_are_named(anitag):
    said = anitag("settings", "set", "excludes", "raw/", "*.tmp", "*.part").out
    assert "no longer left out are the defaults .*/ *.crdownload; name them" in said
    assert "defaults" not in anitag("settings", "set", "excludes", *DEFAULT_EXCLUDES, "raw/").out
    assert len(anitag.json("settings", "set", "excludes", "raw/")) == 1
