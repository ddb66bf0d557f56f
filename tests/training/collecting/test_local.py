"""Bringing together folders with what tells of their pictures, and exports of a library."""

import hashlib
import io
import json

import pytest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.tag import TagCategory
from tests.helpers.images import drawing
from tests.helpers.libraries import open_store
from tests.helpers.seeding import add_folder, add_picture, say
from tests.training.collecting.test_urls import picture
from training.collecting.local import LocalOrder, collect_local
from training.collecting.outcome import Outcome
from training.config import SourceConfig
from training.datasets.layouts import read_set
from training.progress import Progress

QUIET = Progress(as_json=True, stream=io.StringIO())


def put(path, seed: int = 1):
    path.parent.mkdir(parents=True, exist_ok=True)
    drawing(seed).save(path)
    return path


def collect(tmp_path, *sources, **settings):
    return collect_local(LocalOrder(sources, tmp_path / "to", **settings), QUIET)


def read(tmp_path):
    found = read_set(SourceConfig("x", str(tmp_path / "to"))).pictures
    return {picture.identity: picture for picture in found}


def test_folders_of_classes_with_captions(tmp_path):
    root = tmp_path / "set"
    put(root / "10_miku/a.png", 1).with_suffix(".txt").write_text("1girl, Long Hair")
    put(root / "rin/b.jpg", 2).with_name("b.jpg.txt").write_text("")
    put(root / "loose.webp", 3)
    before = {p: p.stat().st_mtime_ns for p in root.rglob("*")}
    assert collect(tmp_path, root) == {Outcome.OK: 3}
    found = read(tmp_path)
    assert found["10_miku"].tags == {"1girl", "long_hair"}
    assert found["rin"].tags == found[""].tags == frozenset()
    assert {p: p.stat().st_mtime_ns for p in root.rglob("*")} == before


def test_what_was_rejected_is_not_brought(tmp_path):
    root = tmp_path / "set"
    put(root / "red/a.png", 1)
    put(root / "rejected/red/b.png", 2)  # a class of that name
    assert collect(tmp_path, root) == {Outcome.OK: 2}
    (root / "rejected" / "rejected.jsonl").write_text("")
    put(root / "rejected/red/c.png", 3)
    assert collect(tmp_path, root) == {Outcome.OK: 1}


def test_what_hydrus_exports(tmp_path):
    lines = ["character:hatsune miku", "series:vocaloid", "creator:somebody", "page:3"]
    lines += ["title:a title", "blue hair", "rating:general", "re:zero"]
    put(tmp_path / "hydrus/f00.png").with_name("f00.png.txt").write_text("\n".join(lines))
    collect(tmp_path, tmp_path / "hydrus", class_name="all")
    [found] = read(tmp_path).values()
    assert found.tags == {"blue_hair", "re:zero"}
    assert found.characters == {"hatsune_miku"}
    assert found.copyrights == {"vocaloid"}
    assert (found.rating, found.identity) == ("general", "all")


@pytest.mark.parametrize(
    ("post", "rating", "tags"),
    [
        (
            {"category": "danbooru", "rating": "s", "tags_general": ["1girl", "solo"]},
            *("sensitive", {"1girl", "solo"}),
        ),
        (
            {"category": "danbooru", "rating": "g", "tag_string_general": "1girl solo"},
            *("general", {"1girl", "solo"}),
        ),
        ({"category": "gelbooru", "rating": "general", "tags": "a b"}, "general", {"a", "b"}),
        ({"category": "yandere", "rating": "s", "tags": "a b"}, None, {"a", "b"}),
        ({"category": "pixiv", "rating": "R-18", "tags": ["x", 7]}, None, {"x"}),
    ],
)
def test_what_gallery_dl_writes(tmp_path, post, rating, tags):
    post = {"id": 5, "parent_id": 4, "tags_character": ["miku"], **post}
    if "tags" in post:
        del post["tags_character"]
    path = put(tmp_path / "gallery-dl/site/5.png")
    path.with_name("5.png.json").write_text(json.dumps(post))
    collect(tmp_path, tmp_path / "gallery-dl")
    [found] = read(tmp_path).values()
    assert (found.rating, found.tags, found.group) == (rating, tags, "x/post 4")


def test_what_a_library_exports(tmp_path):
    path = put(tmp_path / "pictures/a.png")
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    tags = [
        {"name": "hatsune_miku", "category": "character", "source": "user"},
        {"name": "guessed", "category": "general", "source": "model"},
        {"name": "1girl", "category": "general", "source": "import"},
    ]
    told = {"path": str(path), "sha256": sha256, "rating": "general", "tags": tags}
    other = {**told, "path": str(put(tmp_path / "pictures/b.png", 2))}
    gone = {**told, "path": str(tmp_path / "pictures/c.png")}
    export = tmp_path / "anitag.jsonl"
    export.write_text("".join(json.dumps(row) + "\n" for row in (told, other, gone)))
    assert collect(tmp_path, export) == {
        Outcome.OK: 1,
        Outcome.NOT_THE_FILE: 1,
        Outcome.UNREACHABLE: 1,
    }
    [found] = read(tmp_path).values()
    assert found.tags == {"1girl"}
    assert found.characters == {"hatsune_miku"}
    export.write_text(json.dumps(told) + '\n{"tags": 3}\n')
    with pytest.raises(AnitagError) as caught:
        collect(tmp_path, export)
    assert caught.value.params["row"] == 2


@pytest.mark.integration
def test_a_library_is_asked_by_the_app_and_its_thumbnails_are_no_pictures(tmp_path):
    path, root = put(tmp_path / "pictures/絵.png"), tmp_path / "library"
    with open_store(root) as store:
        folder = add_folder(store, str(path.parent))
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        image = add_picture(store, folder, str(path), sha256=sha256)
        say(store, image, "hatsune_miku", category=TagCategory.CHARACTER)
        say(store, image, "smile")
    put(root / "cache/thumbnails/aa/a.jpg", 2)
    assert collect(tmp_path, root) == {Outcome.OK: 1}
    [found] = read(tmp_path).values()
    assert (found.characters, found.tags) == ({"hatsune_miku"}, {"smile"})
    put(tmp_path / "all/b.png", 3)
    root.rename(tmp_path / "all" / "library")
    assert collect(tmp_path, tmp_path / "all") == {Outcome.OK: 1}
    (tmp_path / "all" / "library" / "library.db").write_bytes(b"none")
    with pytest.raises(AnitagError, match=r"library\.db"):
        collect(tmp_path, tmp_path / "all" / "library")


def test_what_others_left_in_the_folder_stays(tmp_path):
    ours = put(tmp_path / "to/red/a.png", 2).with_name(f".{'0' * 64}.png.part")
    ours.write_bytes(b"half")
    theirs = ours.with_name(".download.part")
    theirs.write_bytes(b"theirs")
    assert collect(tmp_path, put(tmp_path / "set/a.png").parent) == {Outcome.OK: 1}
    assert (ours.exists(), theirs.exists()) == (False, True)


def test_what_is_broken_is_told_and_the_rest_is_brought(tmp_path):
    root = tmp_path / "set"
    put(root / "good.png")
    put(root / "copy.png")
    put(root / "caption.png", 2).with_suffix(".txt").write_bytes(b"1girl\n\xff")
    put(root / "sidecar.png", 3).with_suffix(".json").write_text("{")
    (root / "page.jpg").write_text("<html>")
    (root / "cut.png").write_bytes(picture(4)[:-30])
    (root / "empty.png").write_bytes(b"")
    assert collect(tmp_path, root) == {
        Outcome.OK: 1,
        Outcome.DUPLICATE: 1,
        Outcome.DAMAGED: 3,
        Outcome.NOT_A_PICTURE: 1,
        Outcome.UNREACHABLE: 1,
    }
    text = (tmp_path / "to/outcomes.jsonl").read_text("utf-8")
    reasons = {row["path"]: row.get("reason", "") for row in map(json.loads, text.splitlines())}
    assert reasons[str(root / "caption.png")].startswith("caption.txt: line 2")
    with pytest.raises(AnitagError, match="no folder"):
        collect(tmp_path, tmp_path / "none")


def test_a_second_run_reads_only_what_is_new_or_changed(tmp_path):
    root = tmp_path / "set"
    put(root / "a.png", 1)
    put(root / "b.png", 2)
    collect(tmp_path, root)
    put(root / "b.png", 3)
    put(root / "c.png", 4)
    assert collect(tmp_path, root) == {Outcome.OK: 3}
    text = (tmp_path / "to/outcomes.jsonl").read_text("utf-8")
    assert [json.loads(line)["path"][-5:] for line in text.splitlines()] == [
        *("a.png", "b.png", "b.png", "c.png")
    ]
    assert len(read_set(SourceConfig("x", str(tmp_path / "to"))).pictures) == 3


def test_a_folder_that_is_named_twice_is_brought_once(tmp_path):
    put(tmp_path / "set/a.png")
    collect(tmp_path, tmp_path / "set", tmp_path / "set")
    assert len(read(tmp_path)) == 1
    assert len((tmp_path / "to/outcomes.jsonl").read_text().splitlines()) == 1


def test_a_folder_is_never_copied_into_itself(tmp_path):
    root = put(tmp_path / "to/red/a.png").parents[1]
    (tmp_path / "link").symlink_to(root / "red")
    for source in (root, root / "red", tmp_path / "link"):
        with pytest.raises(AnitagError, match="would be copied into itself"):
            collect(tmp_path, source)
    assert [path.name for path in root.iterdir()] == ["red"]
    collect_local(LocalOrder([root], root / "inner"), QUIET)
    assert len(list((root / "inner").rglob("*.png"))) == 1


def test_labels_that_are_not_read_are_told(tmp_path):
    put(tmp_path / "set/images/a.png")
    (tmp_path / "set/labels.csv").write_text("file,tags\nimages/a.png,smile\n")
    said = io.StringIO()
    order = LocalOrder([tmp_path / "set"], tmp_path / "to")
    assert collect_local(order, Progress(as_json=True, stream=said)) == {Outcome.OK: 1}
    [told] = map(json.loads, said.getvalue().splitlines())
    assert (told["event"], told["path"]) == ("not_read", str(tmp_path / "set/labels.csv"))


def test_a_second_run_takes_what_is_told_by_now(tmp_path):
    root = tmp_path / "set"
    caption = put(root / "a.png", 1).with_suffix(".txt")
    caption.write_text("1girl")
    put(root / "b.png", 2)
    collect(tmp_path, root)
    caption.write_text("1girl, hat")
    assert collect(tmp_path, root) == {Outcome.OK: 2}
    found = read_set(SourceConfig("x", str(tmp_path / "to"))).pictures
    assert {picture.tags for picture in found} == {frozenset(), frozenset({"1girl", "hat"})}
    rows = (tmp_path / "to/outcomes.jsonl").read_text("utf-8").splitlines()
    assert collect(tmp_path, root) == {Outcome.OK: 2}
    assert (tmp_path / "to/outcomes.jsonl").read_text("utf-8").splitlines() == rows
    assert len(rows) == 3
    collect(tmp_path, root, class_name="rin")
    assert set(read(tmp_path)) == {"rin"}
    caption.write_bytes(b"\xff")
    assert collect(tmp_path, root) == {Outcome.OK: 1, Outcome.DAMAGED: 1}
    caption.write_text("hat")
    assert collect(tmp_path, root) == {Outcome.OK: 2}


HOSTILE = [
    b"[" * 100_000,
    b'{"category": "danbooru", "rating": ["s"], "tags": "a"}',
    b'{"category": "danbooru", "rating": {}, "id": [], "tags": {"a": 1}, "source": [1]}',
    b'{"category": "danbooru", "id": ' + b"9" * 5000 + b"}",
]


@pytest.mark.parametrize("content", HOSTILE, ids=range(len(HOSTILE)))
def test_no_sidecar_ends_a_collection(tmp_path, content):
    put(tmp_path / "set/a.png", 1).with_name("a.png.json").write_bytes(content)
    put(tmp_path / "set/b.png", 2)
    assert collect(tmp_path, tmp_path / "set")[Outcome.OK] >= 1
