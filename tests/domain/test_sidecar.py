"""Sidecars in JSON: our own, and those of other programs."""

import json

import pytest

from anitag_desktop.domain.caption import CaptionError
from anitag_desktop.domain.sidecar import (
    SidecarTag,
    is_one_json_object,
    parse_json,
    parse_text_sidecar,
)
from anitag_desktop.domain.tag import TagCategory

SHA = "ab" * 32


def read(value):
    return list(parse_json(json.dumps(value).encode()))


def only(value):
    (picture,) = read(value)
    return picture


def names(picture):
    return [tag.name for tag in picture.tags]


def test_our_own_record_keeps_categories_and_leaves_out_what_a_model_said():
    picture = only(
        {
            "path": "/p/a.png",
            "sha256": SHA.upper(),
            "rating": "sensitive",
            "tags": [
                {"name": "miku", "category": "character", "source": "user", "score": None},
                {"name": "hat", "category": "general", "source": "model", "score": 0.9},
                {"name": "bow", "category": "general", "source": "import", "score": 0.2},
                {"name": "tie", "category": "general", "source": "rule", "score": None},
            ],
        }
    )
    assert (picture.sha256, picture.path) == (SHA, "/p/a.png")
    assert picture.tags == (
        SidecarTag("miku", TagCategory.CHARACTER),
        SidecarTag("bow", TagCategory.GENERAL),
        SidecarTag("tie", TagCategory.GENERAL),
    )
    assert picture.unsourced == (SidecarTag("rating:sensitive", TagCategory.RATING),)
    assert picture.model_tags == (SidecarTag("hat", TagCategory.GENERAL),)


@pytest.mark.parametrize(
    "value", [{"tags": []}, {"sha256": SHA, "tags": ["hat"]}, {"sha256": SHA, "accepted": []}]
)
def test_rating_of_what_is_no_export_is_a_statement(value):
    (picture,) = parse_json(json.dumps({**value, "rating": "sensitive"}).encode())
    assert picture.tags[-1] == SidecarTag("rating:sensitive", TagCategory.RATING)
    assert picture.unsourced == ()


@pytest.mark.parametrize(
    "value",
    [
        {"tags": ["1girl", "long hair"]},
        {"tags": "1girl, long hair"},
        {"accepted": ["1girl", "long hair"], "scores": {"general": {"hat": 0.9}}},
        {"accepted": ["1girl", "long hair"], "tags": ["hat"]},
    ],
)
def test_other_shapes(value):
    assert names(only(value)) == ["1girl", "long hair"]


def test_an_object_by_path_is_a_picture_each():
    first, second = read({"/p/a.png": {"tags": "x, y", "caption": "c"}, "b.png": {"tags": []}})
    assert (first.path, names(first)) == ("/p/a.png", ["x", "y"])
    assert (second.path, second.tags) == ("b.png", ())


def test_a_list_is_a_picture_each():
    assert [names(p) for p in read([{"tags": ["a"]}, {"tags": ["b"]}])] == [["a"], ["b"]]


def test_an_empty_sidecar_has_no_tags():
    assert parse_text_sidecar(b"").tags == ()
    assert only({"tags": []}).tags == ()


@pytest.mark.parametrize(
    "value",
    [
        3,
        "tags",
        None,
        {},
        {"scores": {}},
        {"tags": 3},
        {"tags": [3]},
        {"tags": [{"category": "general"}]},
        {"tags": [{"name": "a", "category": "nonsense"}]},
        {"tags": [{"name": "a", "category": ["general"]}]},
        {"tags": [], "sha256": "abc"},
        {"tags": [], "sha256": 3},
        {"tags": [], "md5": SHA},
        {"tags": [], "path": 3},
        {"tags": [], "path": "a\0b"},
        {"tags": ["t"] * 6000},
        [[{"tags": []}]],
    ],
)
def test_what_describes_no_picture_is_refused(value):
    with pytest.raises(CaptionError):
        read(value)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b'{"tags": [\n"a",\n}', 3),
        (b"\xff", 1),
        (b"", 1),
        (b"[" * 100_000, 1),
        (b'{"tags": [], "n": ' + b"9" * 10_000 + b"}", 1),
    ],
)
def test_broken_json_names_its_line(content, line):
    with pytest.raises(CaptionError) as caught:
        list(parse_json(content))
    assert caught.value.line == line


def test_a_line_in_a_file_of_lines_is_counted_from_there():
    with pytest.raises(CaptionError) as caught:
        list(parse_json(b"{", first_line=7))
    assert caught.value.line == 7


def test_which_files_are_json_lines():
    assert is_one_json_object(b'{"tags": []}')
    assert not is_one_json_object(b"{")
    assert not is_one_json_object(b"[]")


def test_an_odd_rating_or_source_does_no_harm():
    assert only({"tags": ["a"], "rating": {"x": 1}}).tags == (SidecarTag("a"),)
    assert names(only({"tags": [{"name": "a", "source": "robot"}]})) == []
    assert names(only({"tags": [{"name": "a", "source": ["user"]}]})) == []


@pytest.mark.parametrize(
    "post",
    [
        {"tag_string_general": "1girl hat", "tag_string_character": "miku_(x)", "id": 1},
        {"category": "gelbooru", "tags_general": ["1girl", "hat"], "tags_character": "miku_(x)"},
        {"tags": {"general": ["1girl"], "species": ["hat"], "character": ["miku_(x)"]}},
        {"category": "a", "tags": "1girl hat miku_(x)", "tags_character": ["miku_(x)"]},
    ],
)
def test_a_post_of_a_booru_tells_categories(post):
    found = {tag.name: tag.category for tag in only(post).tags}
    assert found.keys() == {"1girl", "hat", "miku_(x)"}
    assert found["miku_(x)"] is TagCategory.CHARACTER
    assert {found["1girl"], found["hat"]} <= {TagCategory.GENERAL, None}


def test_names_of_a_post_are_apart_by_blanks():
    post = {"id": 7, "md5": "ab" * 16, "tags": "1girl solo hat", "rating": "s"}
    assert only(post).tags == tuple(SidecarTag(name) for name in ("1girl", "solo", "hat"))
    assert only(post).md5 == "ab" * 16
    assert names(only({"category": "pixiv", "tags": ["long hair", "hat"]})) == ["long hair", "hat"]


@pytest.mark.parametrize(
    ("post", "rating"),
    [
        ({"tag_string": "hat", "rating": "s"}, "rating:sensitive"),
        ({"category": "danbooru", "tags": "hat", "rating": "g"}, "rating:general"),
        ({"category": "yandere", "tags": "hat", "rating": "s"}, None),  # means safe there
        ({"category": "yandere", "tags": "hat", "rating": "explicit"}, "rating:explicit"),
        ({"category": "danbooru", "tags": "hat", "rating": ["s"]}, None),
    ],
)
def test_letters_of_ratings_count_where_they_are_danboorus(post, rating):
    ratings = [tag.name for tag in only(post).tags if tag.category is TagCategory.RATING]
    assert ratings == ([rating] if rating else [])


def test_what_e621_says_of_the_file_is_no_path():
    post = {"tags": {"general": ["hat"]}, "file": {"md5": "cd" * 16, "url": "/x.png"}}
    assert (only(post).md5, only(post).path) == ("cd" * 16, None)
    (by_path,) = read({"a.png": {"tag_string": "hat"}})
    assert (by_path.path, names(by_path)) == ("a.png", ["hat"])


def test_a_post_with_too_many_tags_is_refused():
    with pytest.raises(CaptionError, match="more than"):
        only({"tag_string": " ".join(map(str, range(6000)))})
