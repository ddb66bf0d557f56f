"""``anitag duplicates`` on a real library."""

import numpy as np
import pytest

from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.storage import files, predictions
from tests.helpers.seeding import MODEL, add_folder, add_picture, facts, say


def test_groups_with_their_best(anitag, seeded):
    with seeded() as store:
        folder = add_folder(store, "/pics")
        add_picture(store, folder, "/pics/a.png", "a", pixel_hash="p", phash=5)
        add_picture(store, folder, "/pics/b.png", "b", pixel_hash="p", phash=5, bytes=9999)
        add_picture(store, folder, "/pics/c.png", "c", phash=4, width=10)
    (group,) = anitag.json("duplicates")
    assert (group["kind"], group["best"]["path"]) == ("exact", "/pics/b.png")
    assert [one["path"] for one in group["others"]] == ["/pics/a.png"]
    (group,) = anitag.json("duplicates", "--near")
    assert group["kind"] == "near"
    assert [one["path"] for one in group["others"]] == ["/pics/a.png", "/pics/c.png"]
    done = anitag("duplicates")
    assert done.out.splitlines() == [
        "best  640x480 9999 bytes  /pics/b.png",
        "same  640x480 1001 bytes  /pics/a.png",
        "",
        "1 group, 1 duplicate",
    ]


def lose(conn, folder, path):
    files.set_status(conn, [files.known(conn, folder)[path].file_id], ImageStatus.MISSING, 1.0)


def test_files_with_the_very_same_bytes_are_a_group_of_their_own(anitag, seeded):
    with seeded() as store:
        folder = add_folder(store, "/pics")
        for path in ("/pics/b.png", "/pics/a.png", "/pics/sub/a.png"):
            add_picture(store, folder, path, "a")
        add_picture(store, folder, "/pics/alone.png", "alone")
        add_picture(store, folder, "/pics/c.png", "c")
        add_picture(store, folder, "/pics/gone.png", "c")
        store.library.write(lambda conn: lose(conn, folder, b"/pics/gone.png"))
    for options in ((), ("--near",)):
        (group,) = anitag.json("duplicates", *options)
        assert (group["kind"], group["best"]["path"]) == ("copies", "/pics/a.png")
        assert [one["path"] for one in group["others"]] == ["/pics/b.png", "/pics/sub/a.png"]
        assert {one["sha256"] for one in group["others"]} == {group["best"]["sha256"]}
    assert anitag("duplicates").out.splitlines() == [
        "file  640x480 1001 bytes  /pics/a.png",
        "copy  640x480 1001 bytes  /pics/b.png",
        "copy  640x480 1001 bytes  /pics/sub/a.png",
        "",
        "1 group, 2 duplicates",
    ]


@pytest.mark.parametrize(
    "words",
    [
        ("show", "/pics/no.png"),
        ("correct", "/pics/no.png", "--add", "hat"),
        ("similar", "/pics/no.png"),
        ("duplicates", "same", "/pics/a.png", "/pics/no.png"),
        ("duplicates", "different", "/pics/a.png", "/pics/no.png"),
    ],
)
def test_a_picture_that_is_not_there_is_a_problem_in_every_command(anitag, seeded, words):
    with seeded() as store:
        folder = add_folder(store, "/pics")
        add_picture(store, folder, "/pics/a.png", "a")
        predictions.store(store, facts("a").sha256, MODEL, [], np.ones(4, "<f2").tobytes())
    done = anitag(*words)
    assert done.code == 1
    assert "/pics/no.png" in done.err


def test_without_duplicates(anitag, seeded):
    assert anitag("duplicates").out == "0 groups, 0 duplicates\n"
    assert anitag.json("duplicates", "--near") == []


@pytest.fixture
def pair(anitag, seeded):
    with seeded() as store:
        folder = add_folder(store, "/pics")
        one = add_picture(store, folder, "/pics/a.png", "a", pixel_hash="p", phash=5)
        add_picture(store, folder, "/pics/b.png", "b", pixel_hash="p", phash=5, bytes=9999)
        say(store, one, "hat")
    return anitag


def test_the_users_word_says_which_is_best_and_can_be_taken_back(pair):
    (action,) = pair.json("duplicates", "same", "/pics/a.png", "/pics/b.png")
    assert action["label"] == "Call 2 pictures the same"
    (group,) = pair.json("duplicates")
    assert group["best"]["path"] == "/pics/a.png"
    assert [r["path"] for r in pair.json("search", "duplicate:lesser")] == ["/pics/b.png"]
    done = pair("duplicates", "same", "/pics/a.png", "/pics/b.png")
    assert done.out == "Call 2 pictures the same; it is so already\n"
    assert pair("undo").code == 0
    (group,) = pair.json("duplicates", "list")
    assert group["best"]["path"] == "/pics/b.png"
    assert pair.json("search", "duplicate:lesser") == []


def test_the_better_one_can_be_told_what_was_said_of_the_other(pair):
    pair("duplicates", "same", "/pics/b.png", "/pics/a.png", "--copy")
    assert [r["path"] for r in pair.json("search", "hat")] == ["/pics/b.png", "/pics/a.png"]
    pair("undo")
    assert [r["path"] for r in pair.json("search", "hat")] == ["/pics/a.png"]


@pytest.mark.parametrize("verdict", ["different", "alternates"])
def test_pictures_told_apart_are_no_duplicates_unless_all_are_wanted(pair, verdict):
    done = pair("duplicates", verdict, "/pics/a.png", "/pics/b.png")
    assert done.out.endswith("take it back with: anitag undo\n")
    assert pair.json("duplicates") == pair.json("duplicates", "--near") == []
    assert pair.json("search", "duplicate:exact") == []
    assert len(pair.json("duplicates", "--all")) == len(pair.json("duplicates", "list", "--all"))
    assert len(pair.json("duplicates", "--all")) == 1
    pair("duplicates", "forget", "/pics/a.png", "/pics/b.png")
    assert len(pair.json("duplicates")) == 1


def test_what_cannot_be_judged_is_said(pair):
    done = pair("duplicates", "different", "/pics/a.png", "/pics/nothing.png")
    assert done.code == 1
    assert "/pics/nothing.png" in done.err
    done = pair("duplicates", "different", "/pics/a.png")
    assert done.code == 2
    assert "name at least two pictures" in done.err
