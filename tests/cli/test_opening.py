"""Commands beside, or handed to, the process that writes the library."""

import contextlib
import threading

import pytest

from anitag_desktop.app import open_library
from anitag_desktop.cli import run_words
from anitag_desktop.cli.handoff import HandoffServer
from anitag_desktop.cli.opening import pack
from anitag_desktop.cli.program import parse
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.paths import LibraryPaths
from tests.helpers.seeding import add_folder, add_picture


@pytest.fixture
def library(anitag, seeded):
    with seeded() as store:
        add_picture(store, add_folder(store, "/pics"), "/pics/caf\udce9.png")
    return anitag


@contextlib.contextmanager
def writer(root, *, listens=True):
    """Stand for the window: the library is open to write, and commands may be handed over."""
    heard = []
    with open_library(root, writable=True) as opened:

        def run(words, out, err):
            heard.append(words)
            return run_words(opened, words, out, err)

        server = HandoffServer(LibraryPaths(root), run) if listens else None
        try:
            yield heard
        finally:
            if server is not None:
                server.close()


def test_reads_work_beside_a_writer(library):
    with writer(library.root) as heard:
        assert len(library.json("search", "")) == 1
        assert len(library.json("show", "/pics")) == 1
        assert library("check").code == 0
    assert heard == []


def test_writes_are_handed_over_with_output_and_exit_code(library):
    with writer(library.root) as heard:
        (action,) = library.json("correct", "/pics/caf\udce9.png", "--add", "hat")
        assert action["images"] == 1
        refused = library("tags", "imply", "hat", "hat")
        assert (refused.code, refused.out) == (2, "")
        assert "hat" in refused.err
        assert library.json("search", "--count", "hat") == [{"count": 1}]
    assert len(heard) == 2


def test_restore_is_handed_over_too(library):
    with writer(library.root) as heard:
        library.json("backup")
        library.json("correct", "/pics/caf\udce9.png", "--add", "hat")
        library.json("restore")
        assert library.json("search", "--count", "hat") == [{"count": 1}]
    assert len(heard) == 3


def test_a_writer_that_never_listens_is_named(library, monkeypatch):
    monkeypatch.setattr("anitag_desktop.cli.opening._PATIENCE", 0.3)
    with writer(library.root, listens=False):
        done = library("undo")
    assert done.code == 1
    assert "in use" in done.err
    assert done.err.count("\n") == 1


def test_a_writer_that_is_just_ending_is_waited_for(library):
    ending = threading.Event()

    def hold():
        with writer(library.root, listens=False):
            started.set()
            ending.wait(5)

    started = threading.Event()
    thread = threading.Thread(target=hold)
    thread.start()
    started.wait(10)
    threading.Timer(0.3, ending.set).start()
    try:
        assert library.json("correct", "/pics", "--add", "hat")
    finally:
        ending.set()
        thread.join()


def test_many_writers_at_once_all_get_their_turn(library):
    codes = []

    def correct(number):
        codes.append(library("correct", "/pics", "--add", f"tag{number}").code)

    with writer(library.root):
        threads = [threading.Thread(target=correct, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert codes == [0] * 4
    assert library.json("search", "--count", "tag0 tag1 tag2 tag3") == [{"count": 1}]


def test_a_packed_command_holds_plain_values_only():
    (packed,) = pack(parse(["correct", "/caf\udce9", "--add", "x", "--json"]))
    assert packed.isascii()


def test_an_error_that_is_no_wrong_use_is_1(library, monkeypatch):
    from anitag_desktop.services.correcting import Corrector

    def fail(self, n):
        raise AnitagError("disk_full", path="library.db")

    monkeypatch.setattr(Corrector, "undo", fail)
    done = library("undo")
    assert done.code == 1
    assert "disk is full" in done.err
