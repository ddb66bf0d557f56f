"""Which names are pictures, and what is left out."""

import pytest

from anitag_desktop.watching.rules import (
    PICTURE_SUFFIXES,
    UNREAD_SUFFIXES,
    ScanRules,
    below_root,
    folder_pattern,
)

RULES = ScanRules()


@pytest.mark.parametrize(
    "name",
    ["a.png", "a.JPG", "a.Jpeg", "a.jfif", "a.webp", "a.GIF", "a.bmp", "a.avif", "a.tif", "a.tiff"],
)
def test_a_picture_is_known_by_its_suffix_in_any_case(name):
    assert RULES.is_picture_name(name.encode())


@pytest.mark.parametrize("name", ["a.txt", "a.png.part", "png", ".png", "a.", "a.png ", "a.mp4"])
def test_another_suffix_is_no_picture(name):
    assert not RULES.is_picture_name(name.encode())


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.mp4", "a video"),
        ("a.WebM", "a video"),
        ("a.xcf", "a painting program's file"),
        ("a.svg", "a vector drawing"),
        ("a.png", ""),
        ("a.txt", ""),
        (".mp4", ""),
        ("mp4", ""),
    ],
)
def test_what_looks_like_a_picture_and_is_not_read_has_a_name(name, kind):
    assert RULES.unread_kind(name.encode()) == kind


def test_a_file_is_either_read_or_listed_unread():
    assert not PICTURE_SUFFIXES & UNREAD_SUFFIXES.keys()


def test_a_pattern_for_films_leaves_them_out():
    rules = ScanRules(excludes=("*.mp4",))
    assert rules.leaves_out_file(b"a.mp4", b"b/a.mp4")
    assert not rules.leaves_out_file(b"a.webm", b"b/a.webm")


def test_hidden_folders_are_left_out_but_hidden_pictures_are_not():
    assert RULES.leaves_out_folder(b".git", b"a/.git")
    assert not RULES.leaves_out_file(b".hidden.png", b".hidden.png")


def test_the_default_excludes_cost_nothing_for_pictures():
    assert not RULES.can_leave_out_files


def test_a_pattern_without_a_slash_meets_each_name_in_any_case():
    rules = ScanRules(excludes=("*_thumb.*", "raw"))
    assert rules.leaves_out_file(b"A_THUMB.png", b"x/A_THUMB.png")
    assert rules.leaves_out_folder(b"Raw", b"x/Raw")
    assert not rules.leaves_out_folder(b"raws", b"raws")


def test_a_pattern_with_a_slash_meets_the_path_below_the_root():
    rules = ScanRules(excludes=("new/*.png", "/old/junk/"))
    assert rules.leaves_out_file(b"a.png", b"new/a.png")
    assert not rules.leaves_out_file(b"a.png", b"x/new/a.png")
    assert rules.leaves_out_folder(b"junk", b"old/junk")
    assert not rules.leaves_out_folder(b"junk", b"junk")


def test_a_pattern_for_folders_leaves_files_alone():
    rules = ScanRules(excludes=("x.png/",))
    assert rules.leaves_out_folder(b"x.png", b"x.png")
    assert not rules.leaves_out_file(b"x.png", b"x.png")


def test_names_that_are_not_text_and_broken_patterns_do_no_harm():
    rules = ScanRules(excludes=("[", "\udcff*", ""))
    assert rules.leaves_out_file(b"\xff.png", b"\xff.png")
    assert not rules.leaves_out_file(b"\xfe.png", b"\xfe.png")


@pytest.mark.parametrize(
    ("pattern", "left_out", "kept"),
    [
        ("raw/", ["raw/a.png", "x/RAW/y/a.png"], ["raw.png", "rawer/a.png", "x/raw"]),
        ("/raw/", ["raw/a.png", "raw/y/a.png"], ["x/raw/a.png"]),
        ("*_old.*", ["a_old.png", "x/a_old.png", "x_old.d/a.png"], ["old.png"]),
        ("x/*.gif", ["x/a.gif", "x/y/a.gif"], ["a.gif", "y/x/a.gif"]),
    ],
)
def test_a_file_is_left_out_by_itself_or_with_a_folder(pattern, left_out, kept):
    rules = ScanRules(excludes=(pattern,))
    assert [path for path in left_out if not rules.leaves_out(path.encode())] == []
    assert [path for path in kept if rules.leaves_out(path.encode())] == []


@pytest.mark.parametrize("root", [b"/pics", b"/pics/", b"/p [x]", b"/caf\xe9\n"])
def test_a_whole_path_leaves_out_that_folder_alone(root):
    base = root.rstrip(b"/")
    pattern = folder_pattern(base + b"/raw *")
    rules = ScanRules(excludes=(below_root(pattern, root),))
    assert rules.leaves_out(b"raw */deep/a.png")
    assert not rules.leaves_out(b"raw 1/a.png")
    assert not rules.leaves_out(b"x/raw */a.png")
    assert below_root(pattern, b"/elsewhere") == pattern
    assert pattern.isprintable()


def test_a_path_may_be_typed_as_it_is():
    assert below_root("/p [x]/raw/", b"/p [x]") == "/raw/"
    assert below_root("raw/", b"/pics") == "raw/"
    whole = ScanRules(excludes=(below_root("/pics/", b"/pics"),))
    assert not whole.leaves_out(b"a/b.png")
