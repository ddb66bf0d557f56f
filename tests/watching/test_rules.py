"""Which names are pictures, and what is left out."""

import pytest

from anitag_desktop.watching.rules import ScanRules

RULES = ScanRules()


@pytest.mark.parametrize(
    "name",
    ["a.png", "a.JPG", "a.Jpeg", "a.jfif", "a.webp", "a.GIF", "a.bmp", "a.avif", "a.tif", "a.tiff"],
)
def test_a_picture_is_known_by_its_suffix_in_any_case(name):
    assert RULES.is_picture_name(name.encode())


@pytest.mark.parametrize("name", ["a.txt", "a.png.part", "png", ".png", "a.", "a.png ", "a.psd"])
def test_another_suffix_is_no_picture(name):
    assert not RULES.is_picture_name(name.encode())


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
