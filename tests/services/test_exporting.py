"""Exports: captions and JSON lines, whole or not at all."""

import json
from types import SimpleNamespace

import pytest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.services.configuring import Configuration
from anitag_desktop.services.exporting import CaptionStyle, Exporter
from anitag_desktop.services.modelling import Models
from anitag_desktop.services.showing import Showing
from tests.helpers.libraries import open_store
from tests.helpers.seeding import activate_model, add_folder, add_picture, facts, say, score


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "library") as opened:
        activate_model(opened)
        yield opened


@pytest.fixture
def folder(store):
    return add_folder(store, "/pics")


@pytest.fixture
def export(store):
    def run(ids, form, out, style=None):
        searching = SimpleNamespace(search=lambda text: SimpleNamespace(ids=ids))
        return Exporter(store, searching, Showing(store)).export(form, str(out), style=style)

    return run


def written(out):
    return {p.relative_to(out).as_posix(): p.read_text() for p in out.rglob("*") if p.is_file()}


def test_a_caption_begins_with_who_it_is_and_ends_with_the_rating(store, folder, export, tmp_path):
    image = add_picture(store, folder, "/pics/sub/a.png")
    score(store, image, smile=0.6, long_hair=0.9, rating__general=0.9)
    say(store, image, "highres", category=TagCategory.META)
    say(store, image, "hatsune_miku", category=TagCategory.CHARACTER)
    say(store, image, "vocaloid", category=TagCategory.COPYRIGHT)
    report = export([image], "txt", tmp_path / "out")
    assert report.written == 1
    assert written(tmp_path / "out") == {
        "sub/a.txt": "hatsune miku, vocaloid, long hair, smile, highres, rating:general\n"
    }


def test_every_file_of_a_picture_has_its_caption(store, folder, export, tmp_path):
    image = add_picture(store, folder, "/pics/a.png", "same")
    add_picture(store, folder, "/pics/b.png", "same")
    assert export([image], "txt", tmp_path / "out").written == 1
    assert sorted(written(tmp_path / "out")) == ["a.txt", "b.txt"]


def test_stems_that_meet_have_longer_names_even_if_only_one_is_exported(
    store, folder, export, tmp_path
):
    image = add_picture(store, folder, "/pics/a.png")
    add_picture(store, folder, "/pics/a.jpg")
    export([image], "txt", tmp_path / "out")
    assert sorted(written(tmp_path / "out")) == ["a.png.txt"]


def test_styles(store, folder, export, tmp_path):
    image = add_picture(store, folder, "/pics/a.png")
    say(store, image, "saber_(fate)")
    export([image], "txt", tmp_path / "out", CaptionStyle(underscores=True, escape=True))
    assert written(tmp_path / "out") == {"a.txt": "saber_\\(fate\\)\n"}


def test_broader_tags_are_left_out_of_captions_if_asked(store, folder, export, tmp_path):
    image = add_picture(store, folder, "/pics/a.png")
    score(store, image, long_hair=0.9, very_long_hair=0.8)
    export([image], "txt", tmp_path / "out")
    assert written(tmp_path / "out") == {"a.txt": "long hair, very long hair\n"}
    export([image], "txt", tmp_path / "out", CaptionStyle(drop_broader=True))
    assert written(tmp_path / "out") == {"a.txt": "very long hair\n"}
    Configuration(store, Models(store)).change(drop_broader=True)
    export([image], "txt", tmp_path / "set")
    assert written(tmp_path / "set") == {"a.txt": "very long hair\n"}
    export([image], "json", tmp_path / "out.jsonl")
    (line,) = (tmp_path / "out.jsonl").read_text().splitlines()
    assert [tag["name"] for tag in json.loads(line)["tags"]] == ["long_hair", "very_long_hair"]


def test_captions_tell_no_pools_which_json_does(store, folder, export, tmp_path):
    image = add_picture(store, folder, str(tmp_path / "pics" / "a.png"))
    say(store, image, "hat")
    say(store, image, "pool:best_of", category=TagCategory.META)
    export([image], "txt", tmp_path / "out")
    assert written(tmp_path / "out") == {"a.txt": "hat\n"}
    export([image], "json", tmp_path / "all.jsonl")
    assert '"pool:best_of"' in (tmp_path / "all.jsonl").read_text()


def test_captions_do_not_tell_what_a_picture_is_used_for(store, folder, export, tmp_path):
    image = add_picture(store, folder, str(tmp_path / "pics" / "a.png"))
    for name in ("hat", "fully_reviewed", "not_for_training"):
        say(store, image, name)
    export([image], "txt", tmp_path / "out")
    assert written(tmp_path / "out") == {"a.txt": "hat\n"}


def test_a_tag_with_a_comma_is_left_out_and_told(store, folder, export, tmp_path):
    image = add_picture(store, folder, "/pics/a.png")
    score(store, image, **{"tag,with_comma": 0.9, "hat": 0.8})
    report = export([image], "txt", tmp_path / "out")
    assert [problem.code for problem in report.problems] == ["tag_with_comma"]
    assert written(tmp_path / "out") == {"a.txt": "hat\n"}


def test_json_has_exactly_the_fields_of_a_picture(store, folder, export, tmp_path):
    image = add_picture(store, folder, "/pics/caf\udce9.png", "x")
    score(store, image, hat=0.93, bow=0.2, rating__sensitive=0.8)
    report = export([image], "json", tmp_path / "out.jsonl")
    assert report.path == str(tmp_path / "out.jsonl")
    (line,) = (tmp_path / "out.jsonl").read_text().splitlines()
    assert json.loads(line) == {
        "path": "/pics/caf\udce9.png",
        "sha256": facts("x").sha256,
        "width": 640,
        "height": 480,
        "format": "png",
        "bytes": 1001,
        "added": "2023-11-14T22:13:20.500+00:00",
        "status": "present",
        "rating": "sensitive",
        "tags": [{"name": "hat", "category": "general", "source": "model", "score": 0.93}],
    }


def test_json_into_a_folder(store, folder, export, tmp_path):
    add_picture(store, folder, "/pics/a.png")
    export([], "json", tmp_path)
    assert (tmp_path / "anitag.jsonl").read_text() == ""


def test_an_unknown_format_or_a_file_for_a_folder(export, tmp_path):
    (tmp_path / "file").write_text("mine")
    for form, out, code in (
        ("xml", tmp_path, "bad_format"),
        ("txt", tmp_path / "file", "not_a_folder"),
        ("json", tmp_path / "file" / "x.jsonl", "cannot_write"),
    ):
        with pytest.raises(AnitagError) as caught:
            export([], form, out)
        assert caught.value.code == code
    assert (tmp_path / "file").read_text() == "mine"


def test_a_failure_leaves_what_was_there(store, folder, export, tmp_path, monkeypatch):
    image = add_picture(store, folder, "/pics/a.png")
    out = tmp_path / "out.jsonl"
    export([image], "json", out)
    before = out.read_text()
    monkeypatch.setattr("anitag_desktop.services.exporting.picture_record", lambda details: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        export([image], "json", out)
    assert out.read_text() == before
    assert [p.name for p in tmp_path.iterdir() if p.name.endswith(".part")] == []


def test_what_was_replaced_does_not_take_the_caption_of_what_lies_there(
    store, folder, export, tmp_path
):
    old = add_picture(store, folder, "/pics/a.png", "old")
    say(store, old, "gone")
    new = add_picture(store, folder, "/pics/a.png", "new")
    say(store, new, "here")
    for order in ([old, new], [new, old]):
        export(order, "txt", tmp_path / "out")
        assert written(tmp_path / "out") == {"a.txt": "here\n"}
    export([old], "txt", tmp_path / "only")
    assert written(tmp_path / "only") == {"a.txt": "gone\n"}
