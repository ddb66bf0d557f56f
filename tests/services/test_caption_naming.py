"""Where captions go, so that no two meet."""

from anitag_desktop.services.caption_naming import CaptionNames


def placed(roots, paths):
    names = CaptionNames(roots, paths)
    return [names.of(path).as_posix() for path in paths]


def test_a_caption_is_named_after_its_picture_below_the_watched_folder():
    assert placed(["/p"], ["/p/a.png", "/p/b/c.d.jpg"]) == ["a.txt", "b/c.d.txt"]


def test_two_pictures_of_one_stem_both_get_the_longer_name():
    paths = ["/p/a.png", "/p/a.jpg", "/p/b.png"]
    assert placed(["/p"], paths) == ["a.png.txt", "a.jpg.txt", "b.txt"]


def test_letter_case_alone_keeps_nothing_apart():
    assert placed(["/p"], ["/p/A.png", "/p/a.jpg"]) == ["A.png.txt", "a.jpg.txt"]


def test_two_watched_folders_with_equal_names_inside():
    paths = ["/p/x/a.png", "/q/x/a.png"]
    assert placed(["/p/x", "/q/x"], paths) == ["x/a.png.txt", "x-2/a.png.txt"]


def test_a_watched_folder_in_a_watched_folder():
    assert placed(["/p", "/p/sub"], ["/p/sub/a.png", "/p/b.png"]) == ["a.txt", "b.txt"]


def test_a_file_of_no_watched_folder():
    assert placed(["/p"], ["/elsewhere/a.png"]) == ["a.txt"]


def test_a_name_never_leads_out_of_the_folder_of_the_export():
    for name in placed(["/p"], ["/p/...png", "/p/..x.png", "/p/a/..png.png"]):
        assert ".." not in name.split("/")
