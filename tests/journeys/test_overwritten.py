"""A picture whose only file is overwritten in place: nothing that is known of it is lost."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.indexing import Indexer
from anitag_desktop.services.modelling import Models
from anitag_desktop.services.searching import Searcher
from anitag_desktop.services.showing import Showing
from anitag_desktop.services.tagging import TaggingQueue
from anitag_desktop.storage.bitmap_search_index import BitmapSearchIndex
from anitag_desktop.storage.search_index import SqlSearchIndex
from tests.helpers.images import drawing
from tests.helpers.libraries import open_store
from tests.helpers.models import write_package

pytestmark = pytest.mark.integration


class Library:
    """An open library that looks and reads when told, and answers from SQL and from bitmaps."""

    def __init__(self, store, bundled):
        self.store = store
        self.indexing = Indexer(store, quiet=0.0)
        self.tagging = TaggingQueue(store, self.indexing, Models(store, bundled))
        self.corrector = Corrector(store)
        self.showing = Showing(store)
        index = BitmapSearchIndex(store)
        index.load()
        self._searchers = [Searcher(store, index), Searcher(store, SqlSearchIndex(store))]

    def look(self, root):
        self.indexing.add_folder(root)
        self.indexing.scan()
        self.tagging.run_until_idle()

    def found(self, query):
        quick, plain = (list(searcher.search(query).ids) for searcher in self._searchers)
        assert quick == plain
        return quick

    def missing_count(self):
        return Searcher(self.store).count("status:missing")

    def picture(self, path):
        [image_id] = self.showing.ids_of([str(path)]).ids
        return image_id

    def details(self, image_id):
        [details] = self.showing.details([image_id])
        return details


@pytest.fixture
def open_library(tmp_path):
    write_package(tmp_path / "models" / "test")

    def opened(work):
        with open_store(tmp_path / "library") as store:
            library = Library(store, tmp_path / "models")
            try:
                return work(library)
            finally:
                library.tagging.stop()

    return opened


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "pictures"
    root.mkdir()
    return root


def draw(path, seed, comment=None):
    """Write a picture over whatever is there, in place; the file stays the same one."""
    notes = PngInfo()
    if comment is not None:
        notes.add_text("Comment", comment)
    with path.open("r+b" if path.exists() else "wb") as file:
        drawing(seed).save(file, "png", pnginfo=notes)
        file.truncate()


def drop_index(tmp_path):
    for path in (tmp_path / "library").glob("index.db*"):
        path.unlink()


def expect_unchanged(now, before, status, path):
    assert (now.status, now.paths) == (status, (str(path),))
    assert [tag.tag.name for tag in now.tags] == [tag.tag.name for tag in before.tags]
    assert (now.rejected, now.history) == (before.rejected, before.history)


def test_it_stays_as_missing_and_comes_back_with_everything(tmp_path, root, open_library):
    art = root / "art.png"
    draw(art, 1)
    (root / "other.png").write_bytes(b"")

    def correct(library):
        library.look(root)
        old = library.picture(art)
        library.corrector.correct([old], add=["scarf"], reject=["rating:general"])
        return old, library.details(old)

    old, before = open_library(correct)
    draw(art, 2)

    def is_missing(library):
        library.look(root)
        expect_unchanged(library.details(old), before, ImageStatus.MISSING, art)
        assert library.details(old).tags == before.tags
        assert library.showing.rows([old])[0].thumbnail.is_file()
        assert library.missing_count() == 1
        assert library.found("status:missing scarf") == library.found("status:missing") == [old]
        new = library.picture(art)
        assert library.found("") == [new] != [old]
        assert library.showing.ids_of([str(root)]).ids == tuple(sorted((old, new)))

    open_library(is_missing)
    open_library(is_missing)  # a restart and another look change nothing
    drop_index(tmp_path)
    open_library(lambda library: library.look(root))
    # A model's tags of bytes that are gone cannot be made again; what the user said stays.

    def is_still_known(library):
        assert library.found("status:missing scarf") == [old]
        assert library.details(old).history == before.history

    open_library(is_still_known)
    draw(root / "again.png", 1)

    def is_back(library):
        library.look(root)
        expect_unchanged(library.details(old), before, ImageStatus.PRESENT, root / "again.png")
        assert library.found("status:missing") == []
        assert library.missing_count() == 0

    open_library(is_back)


def test_a_tool_that_rewrites_what_stands_beside_the_pixels_loses_nothing(root, open_library):
    art = root / "art.png"
    draw(art, 1)

    def correct(library):
        library.look(root)
        library.corrector.correct([library.picture(art)], add=["scarf"])

    open_library(correct)
    draw(art, 1, comment="taken at home")

    def is_carried_over(library):
        library.look(root)
        new = library.picture(art)
        assert library.found("scarf") == [new]
        assert len(library.found("scarf (status:present or status:missing)")) == 2
        library.corrector.undo()
        assert library.found("scarf (status:present or status:missing)") == []
        library.corrector.redo()
        assert library.found("scarf") == [new]

    open_library(is_carried_over)


_FAULTS = ["library.before_commit:kill", "library.after_commit:kill", "journal.torn:kill"]


def test_a_kill_while_the_rewritten_picture_is_recorded_loses_nothing(tmp_path, root):
    art, draft = root / "art.png", 0
    draw(art, 1)

    def anitag(*words, fault=""):
        words = ["--library", str(tmp_path / "library"), *map(str, words)]
        done = subprocess.run(
            [sys.executable, "-m", "anitag_desktop", *words],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            env=os.environ | {"ANITAG_FAULT": fault},
            cwd=Path(__file__).parents[2],
        )
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]

    def names(record):
        return {tag["name"] for tag in record["tags"]}

    assert anitag("tag", root, "--json")[0] == 0
    assert anitag("correct", art, "--add", "scarf", "--json")[0] == 0
    for fault in _FAULTS:
        for passage in (1, 2, 3):
            draft += 1
            draw(art, 1, comment="x" * draft)
            anitag("tag", root, "--json", fault=f"{fault}@{passage}")
    code, lines = anitag("tag", root, "--json")
    assert (code, lines[-1]["images"]) == (0, 1)
    [record] = anitag("show", art, "--json")[1]
    assert "scarf" in names(record)
    assert (record["status"], len(record["history"])) == ("present", 1)
    assert anitag("check", "--json")[0] == 0
    assert anitag("undo", "--json")[0] == 0
    [record] = anitag("show", art, "--json")[1]
    assert "scarf" not in names(record)
    with Image.open(art) as image:
        assert image.info["Comment"] == "x" * draft
