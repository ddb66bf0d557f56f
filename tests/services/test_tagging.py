"""Every file gets its outcome and every picture its tags, once."""

import os
import shutil
from collections import Counter

import pytest

from anitag_desktop.storage import images
from tests.helpers.images import BAD, drawing, quadrants, write_bad, write_drawings, write_good

pytestmark = pytest.mark.integration


def test_every_file_has_one_outcome(desk, root):
    good, bad = write_good(root / "good"), write_bad(root / "bad")
    os.mkfifo(root / "pipe.png")
    summary = desk.take_in(root)
    expected = {name: code for name, (_, code) in BAD.items()} | {"pipe.png": "picture_not_a_file"}
    assert desk.problems() == expected
    assert summary.problems == len(bad) + 1
    assert set(desk.tags()) == set(good)
    assert summary.images == summary.tagged == desk.counts()[0]
    assert summary.images_per_second > 0
    assert summary.provider == "CPU"
    assert desk.counts()[2] == 0


def test_the_tags_are_those_of_the_picture(desk, root):
    quadrants().save(root / "a.png")
    desk.take_in(root)
    # The look-alike model reads the colours of the quadrants; see tests/helpers/models.
    assert {"general", "rating:general"} & desk.tags()["a.png"]
    with desk.store.library.read() as conn:
        [facts] = images.facts(conn, [1]).values()
    assert (facts.width, facts.height, facts.format) == (64, 64, "png")
    assert desk.store.paths.thumbnail(facts.sha256).exists()


def test_doing_it_again_reads_nothing(desk, root, jobs):
    write_drawings(root, 5)
    write_bad(root / "bad")
    desk.take_in(root)
    before, tags = Counter(jobs), desk.tags()
    summary = desk.take_in(root)
    assert jobs == before
    assert (summary.tagged, summary.images, summary.problems) == (0, 5, len(BAD))
    assert desk.tags() == tags


def test_copies_are_tagged_once(desk, root, jobs):
    drawing(1).save(root / "a.bmp")
    for number in range(12):
        shutil.copy(root / "a.bmp", root / f"copy-{number}.bmp")
        drawing(2 + number).save(root / f"same-size-{number}.bmp")
    summary = desk.take_in(root)
    assert (summary.images, summary.tagged) == (13, 13)
    assert jobs["RecogniseJob"] == 13
    assert desk.counts()[:2] == (13, 13)
    shutil.copy(root / "a.bmp", root / "late.bmp")
    assert desk.take_in(root).tagged == 0
    assert jobs["RecogniseJob"] == 13
    assert desk.tags()["late.bmp"] == desk.tags()["a.bmp"]


def test_copies_of_a_broken_file_are_each_a_problem(desk, root):
    for number in range(4):
        (root / f"{number}.png").write_bytes(b"not a picture")
    desk.take_in(root)
    assert desk.problems() == {f"{number}.png": "picture_unknown" for number in range(4)}


def test_films_are_problems_that_nobody_reads_and_written_down_once(desk, root, jobs, store):
    drawing(1).save(root / "a.png")
    (root / "film.mp4").write_bytes(b"frames")
    summary = desk.take_in(root)
    assert (summary.images, summary.tagged, summary.problems) == (1, 1, 1)
    assert desk.problems() == {"film.mp4": "picture_unsupported"}
    assert jobs["RecogniseJob"] == 1
    heard = []
    store.changes.subscribe(lambda change: heard.append(change.problems))
    desk.take_in(root)
    assert True not in heard
    (root / "film.mp4").unlink()
    desk.take_in(root)
    assert desk.problems() == {}


def test_a_picture_with_a_films_name_says_what_it_is_until_it_is_renamed(desk, root):
    drawing(1).save(root / "a.mp4", "WEBP")
    desk.take_in(root)
    assert desk.problems() == {"a.mp4": "picture_misnamed"}
    (root / "a.mp4").rename(root / "a.webp")
    assert desk.take_in(root).tagged == 1
    assert desk.problems() == {}


def test_a_repaired_file_becomes_a_picture_and_its_problem_goes(desk, root):
    (root / "a.png").write_bytes(b"not a picture")
    desk.take_in(root)
    drawing(1).save(root / "a.png")
    assert desk.take_in(root).tagged == 1
    assert desk.problems() == {}


def test_a_picture_that_breaks_becomes_a_problem_and_stays_known(desk, root):
    drawing(1).save(root / "a.png")
    desk.take_in(root)
    (root / "a.png").write_bytes(b"not a picture")
    desk.take_in(root)
    assert desk.problems() == {"a.png": "picture_unknown"}
    assert desk.tags() == {}
    drawing(1).save(root / "a.png")
    assert desk.take_in(root).tagged == 0
    assert desk.tags() != {}


def test_a_touched_picture_is_hashed_and_nothing_more(desk, root, jobs):
    drawing(1).save(root / "a.png")
    desk.take_in(root)
    os.utime(root / "a.png", (1000, 1000))
    desk.take_in(root)
    assert jobs == {"RecogniseJob": 1, "IdentifyJob": 1}
    assert desk.counts() == (1, 1, 0)


@pytest.mark.parametrize("when", [-10_000_000_000, 13_000_000_000])
def test_a_file_from_another_age_is_a_picture_like_any(desk, root, when):
    drawing(1).save(root / "a.png")
    os.utime(root / "a.png", (when, when))
    assert desk.take_in(root).tagged == 1
    assert desk.take_in(root).tagged == 0


def test_only_the_named_folders_are_worked_on(desk, tmp_path):
    for name in "ab":
        write_drawings(tmp_path / name, 3, seed=ord(name))
        desk.indexing.add_folder(tmp_path / name)
    desk.indexing.scan()
    [first, second] = desk.indexing.folders()
    summary = desk.tagging.run_until_idle([first.id])
    assert (summary.images, summary.tagged) == (3, 3)
    assert desk.counts() == (3, 3, 3)
    assert desk.tagging.run_until_idle([second.id]).tagged == 3
