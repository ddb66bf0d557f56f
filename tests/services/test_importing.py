"""Sidecars of all kinds, matched to pictures, in one action that can be undone."""

import json
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from anitag_desktop.domain.correction import Verdict
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.services import importing
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.exporting import Exporter
from anitag_desktop.services.showing import Showing
from anitag_desktop.services.sidecar_reading import read_sidecars
from tests.helpers.libraries import open_store
from tests.helpers.seeding import activate_model, add_picture, facts, say, score


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "library") as opened:
        activate_model(opened)
        yield opened


def tags_of(store, image):
    (details,) = Showing(store).pictures([image])
    return {(shown.tag.name, shown.source.value) for shown in details.tags}


def counts(report):
    return report.read, report.applied, report.unmatched, len(report.problems)


def test_both_names_of_a_text_sidecar(store, pics, picture, import_path):
    short, long = picture("a.png"), picture("b.jpg")
    (pics / "a.txt").write_text("long hair, hat")
    (pics / "b.jpg.txt").write_text("blue_eyes\nsmile")
    assert counts(import_path(pics)) == (2, 2, 0, 0)
    assert tags_of(store, short) == {("long_hair", "import"), ("hat", "import")}
    assert tags_of(store, long) == {("blue_eyes", "import"), ("smile", "import")}


def test_the_full_name_goes_before_the_stem(store, pics, picture, import_path):
    one, other = picture("a.png"), picture("a.png.jpg")
    (pics / "a.png.txt").write_text("hat")
    import_path(pics)
    assert tags_of(store, one) == {("hat", "import")}
    assert tags_of(store, other) == set()


def test_a_stem_that_two_pictures_share_speaks_of_both(store, pics, picture, import_path):
    images = [picture("a.png"), picture("a.jpg")]
    (pics / "a.txt").write_text("hat")
    assert counts(import_path(pics / "a.txt")) == (1, 1, 0, 0)
    assert [tags_of(store, image) for image in images] == [{("hat", "import")}] * 2


def test_only_the_folder_of_the_sidecar_counts(store, pics, folder, import_path):
    deeper = add_picture(store, folder, str(pics / "sub" / "a.png"))
    (pics / "a.txt").write_text("hat")
    (pics / "sub").mkdir()
    assert counts(import_path(pics)) == (1, 0, 1, 0)
    (pics / "sub" / "a.txt").write_text("bow")
    assert counts(import_path(pics)) == (2, 1, 1, 0)
    assert tags_of(store, deeper) == {("bow", "import")}


@pytest.fixture
def exported(store, pics, picture, tmp_path):
    """An export of four pictures, two of the same stem, into a folder of its own."""
    ids = [picture(name) for name in ("a.png", "a.jpg", "sub/b c.png", "sub/b\udcff.png")]
    for number, image in enumerate(ids):
        say(store, image, f"tag_{number}")
    searching = SimpleNamespace(search=lambda text: SimpleNamespace(ids=ids))
    Exporter(store, searching, Showing(store)).export("txt", str(tmp_path / "out"))
    Corrector(store).clear(ids, [f"tag_{number}" for number in range(len(ids))])
    return ids


def test_captions_that_were_exported_elsewhere_find_their_pictures(
    store, tmp_path, exported, import_path
):
    (tmp_path / "out" / "stray.txt").write_text("stray")
    assert counts(import_path(tmp_path / "out")) == (5, 4, 1, 0)
    for number, image in enumerate(exported):
        assert tags_of(store, image) == {(f"tag_{number}", "import")}


def test_inside_a_watched_folder_captions_are_not_looked_for_elsewhere(
    store, pics, exported, import_path
):
    (pics / "other").mkdir()
    (pics / "other" / "a.png.txt").write_text("wrong")
    assert counts(import_path(pics / "other")) == (1, 0, 1, 0)


def test_a_name_that_is_a_hash(store, tmp_path, picture, import_path):
    image, other = picture("a.png", "one"), picture("b.png", "two")
    loose = tmp_path / "loose"
    loose.mkdir()
    (loose / f"{facts('one').md5.upper()}.txt").write_text("hat")
    (loose / f"{facts('two').sha256}.txt").write_text("bow")
    assert counts(import_path(loose)) == (2, 2, 0, 0)
    assert tags_of(store, image) == {("hat", "import")}
    assert tags_of(store, other) == {("bow", "import")}


@pytest.mark.parametrize("name", ["a.json", "a.png.json", "a.png.anitag.json", "A.JSON"])
def test_json_beside_a_picture(store, pics, picture, import_path, name):
    image = picture("A.png" if name == "A.JSON" else "a.png")
    (pics / name).write_text(json.dumps({"tags": ["hat"]}, indent=2))
    assert counts(import_path(pics)) == (1, 1, 0, 0)
    assert tags_of(store, image) == {("hat", "import")}


def test_a_hash_in_json_decides_alone(store, pics, picture, import_path):
    named, hashed = picture("a.png", "one"), picture("b.png", "two")
    (pics / "a.json").write_text(json.dumps({"sha256": facts("two").sha256, "tags": ["hat"]}))
    (pics / "b.json").write_text(json.dumps({"md5": facts("one").md5, "tags": ["bow"]}))
    (pics / "c.json").write_text(json.dumps({"md5": "0" * 32, "path": "a.png", "tags": ["tie"]}))
    assert counts(import_path(pics)) == (3, 2, 1, 0)
    assert tags_of(store, hashed) == {("hat", "import")}
    assert tags_of(store, named) == {("bow", "import")}


def test_paths_in_json_absolute_relative_or_of_another_machine(store, pics, picture, import_path):
    images = [picture(f"{name}.png") for name in "abc"]
    value = {
        str(pics / "a.png"): {"tags": "one"},
        "b.png": {"tags": "two"},
        "/elsewhere/c.png": {"tags": "three"},
    }
    (pics / "meta.json").write_text(json.dumps(value))
    assert counts(import_path(pics)) == (3, 3, 0, 0)
    found = [tags_of(store, image) for image in images]
    assert found == [{(name, "import")} for name in ("one", "two", "three")]


def test_one_action_undoes_it_all(store, pics, picture, import_path):
    images = [picture(f"{n}.png") for n in range(4)]
    for number in range(4):
        (pics / f"{number}.txt").write_text("hat, rating:sensitive")
    import_path(pics)
    (action,) = Corrector(store).undo()
    assert "Import" in action.label
    assert [tags_of(store, image) for image in images] == [set()] * 4


def test_importing_twice_is_no_second_action(store, pics, picture, import_path):
    picture("a.png")
    (pics / "a.txt").write_text("hat")
    import_path(pics)
    assert counts(import_path(pics)) == (1, 1, 0, 0)
    assert len(Corrector(store).history(10)) == 1


def test_the_user_s_rejection_stays(store, pics, picture, import_path):
    image = picture("a.png")
    say(store, image, "hat", Verdict.REJECTED)
    (pics / "a.txt").write_text("hat, bow")
    import_path(pics)
    assert tags_of(store, image) == {("bow", "import")}


def test_an_empty_sidecar_is_valid(pics, picture, import_path):
    picture("a.png")
    (pics / "a.txt").write_bytes(b"")
    assert counts(import_path(pics)) == (1, 1, 0, 0)


def test_aliases_prefixes_and_ratings(store, pics, picture, import_path):
    from anitag_desktop.services.administering import TagAdministration

    image = picture("a.png")
    TagAdministration(store).alias("cap", "hat")
    (pics / "a.txt").write_text("Cap, char:Miku, rating:q, re:zero")
    import_path(pics)
    (details,) = Showing(store).pictures([image])
    assert {(s.tag.name, s.tag.category.value) for s in details.tags} == {
        ("hat", "general"), ("miku", "character"), ("re:zero", "general"),
    }  # fmt: skip
    assert details.rating == "questionable"


def test_broken_sidecars_name_their_line_and_the_others_go_on(store, pics, picture, import_path):
    image = picture("a.png")
    (pics / "a.txt").write_text("hat")
    (pics / "b.txt").write_bytes(b"ok\n\xff\xfe")
    (pics / "c.json").write_text('{"tags": [\n')
    (pics / "d.jsonl").write_text('{"tags": 3}\n\n{"path": "a.png", "tags": ["bow"]}\n{oops\n')
    report = import_path(pics)
    told = [(Path(p.params["path"]).name, p.params["line"]) for p in report.problems]
    assert told == [("b.txt", 2), ("c.json", 2), ("d.jsonl", 1), ("d.jsonl", 4)]
    assert {p.code for p in report.problems} == {"bad_sidecar"}
    assert tags_of(store, image) == {("hat", "import"), ("bow", "import")}


def test_a_name_that_cannot_be_is_told_and_the_others_stay(store, pics, picture, import_path):
    image = picture("a.png")
    (pics / "a.txt").write_text(f"hat, foo*bar, {'x' * 300}, bow")
    report = import_path(pics)
    assert len(report.problems) == 2
    assert tags_of(store, image) == {("hat", "import"), ("bow", "import")}


def test_json_lines_under_the_name_of_json(store, pics, picture, import_path):
    images = [picture("a.png"), picture("b.png")]
    lines = [json.dumps({"path": name, "tags": ["hat"]}) for name in ("a.png", "b.png")]
    (pics / "out.json").write_text("\n".join(lines))
    assert counts(import_path(pics / "out.json")) == (2, 2, 0, 0)
    assert [tags_of(store, image) for image in images] == [{("hat", "import")}] * 2


def test_what_is_not_there_or_empty(tmp_path, import_path):
    for path, code in ((tmp_path / "no", "no_such_file"), (tmp_path, "nothing_to_import")):
        empty = tmp_path / "empty"
        empty.mkdir(exist_ok=True)
        with pytest.raises(AnitagError) as caught:
            import_path(empty if code == "nothing_to_import" else path)
        assert caught.value.code == code


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(pics, picture, import_path):
    picture("a.png")
    os.mkfifo(pics / "a.txt")
    (pics / "b.txt").write_text("hat")
    assert counts(import_path(pics)) == (1, 0, 1, 0)
    assert counts(import_path(pics / "a.txt")) == (0, 0, 0, 1)


def test_names_that_are_not_utf8(store, pics, picture, import_path):
    image = picture("caf\udce9.png")
    (pics / "caf\udce9.txt").write_text("hat")
    assert counts(import_path(pics)) == (1, 1, 0, 0)
    assert tags_of(store, image) == {("hat", "import")}


def test_a_deleted_tag_is_not_brought_back(store, pics, picture, import_path):
    from anitag_desktop.services.administering import TagAdministration

    image = picture("a.png")
    score(store, image, hat=0.9)
    TagAdministration(store).delete("hat")
    (pics / "a.txt").write_text("hat, bow")
    import_path(pics)
    assert tags_of(store, image) == {("bow", "import")}


def test_no_snapshot_is_held_while_files_are_read(store, pics, picture, import_path, monkeypatch):
    images = [picture(f"{number}.png") for number in range(5)]
    for number in range(5):
        (pics / f"{number}.txt").write_text(f"tag_{number}")
    held = []

    def watched(*args):
        for found in read_sidecars(*args):
            held.append(store.library._reading)
            yield found

    monkeypatch.setattr(importing, "read_sidecars", watched)
    monkeypatch.setattr(importing, "_PORTION", 2)
    assert counts(import_path(pics)) == (5, 5, 0, 0)
    assert held == [0] * 5
    for number, image in enumerate(images):
        assert tags_of(store, image) == {(f"tag_{number}", "import")}
