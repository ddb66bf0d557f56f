"""Sets in their authors' layouts: read as they are, and every mistake named with its row."""

import json
from dataclasses import replace

import pytest

from anitag_desktop.domain.error import AnitagError
from tests.helpers.toy_layouts import (
    NAMES,
    write_class_folders,
    write_dafre,
    write_danbooru2020,
    write_moeimouto,
)
from training.config import DatasetConfig, SourceConfig
from training.datasets.layouts import read_set
from training.datasets.leaks import refuse_shared
from training.datasets.splitting import split


def source(path, layout, **more):
    return SourceConfig("toy", str(path), layout=layout, **more)


def parts_of(found, where, **config):
    return split(found.pictures, DatasetConfig(sources=(where,), **config), 1)


def test_moeimouto_keeps_its_test_part_and_gets_a_validation_part_from_training(tmp_path):
    where = source(write_moeimouto(tmp_path / "мои данные 日本"), "moeImouto")
    found = read_set(where)
    assert found.classes == NAMES
    assert len(found.pictures) == 36
    parts = parts_of(found, where, validation=0.3, test=0.3)
    assert parts.count("test") == 12
    assert [part for part, p in zip(parts, found.pictures, strict=True) if p.part == ""]
    assert 0 < parts.count("validation") < 24
    assert parts == parts_of(found, where, validation=0.3, test=0.3)


def test_moeimouto_has_the_tags_that_were_generated_for_it(tmp_path):
    root = write_moeimouto(tmp_path)
    rows = ["class_id,dir,tags_cat0,probabilities", "0,red/12.png,\"['red hair', ' hat']\",\"[]\""]
    (root / "train_tags.csv").write_text("\n".join(rows) + "\n", "utf-8")
    captions = {p.path.name: p.caption for p in read_set(source(root, "moeImouto")).pictures}
    assert captions["12.png"] == ("red hair", "hat")
    assert captions["13.png"] == ()


def test_lists_are_enough_where_nobody_looks_at_pictures(tmp_path):
    for layout, root in (
        ("danbooruFull", write_dafre(tmp_path / "dafre")),
        ("moeImouto", write_moeimouto(tmp_path / "moe")),
    ):
        whole = read_set(source(root, layout))
        for folder in ("fullMin256", "data"):
            if (root / folder).exists():
                (root / folder).rename(root / "away")
        listed = read_set(source(root, layout, listed_only=True))
        assert (listed.classes, listed.pictures) == (whole.classes, whole.pictures)
        with pytest.raises(AnitagError, match="files do not exist"):
            read_set(source(root, layout))


@pytest.mark.parametrize(
    ("layout", "folder"), [("danbooruFaces", "faces"), ("danbooruFull", "fullMin256")]
)
def test_dafre_has_three_parts_and_tags_in_their_order(tmp_path, layout, folder):
    where = source(write_dafre(tmp_path), layout)
    found = read_set(where)
    first = found.pictures[0]
    assert first.path.parent.parent.name == folder
    assert first.caption == ("red hair", "1girl")
    assert [p.part for p in found.pictures].count("validation") == 12
    assert parts_of(found, where) == [p.part for p in found.pictures]


def test_cartoon_face_is_read_like_moeimouto(tmp_path):
    assert len(read_set(source(write_moeimouto(tmp_path), "cartoonFace")).pictures) == 36


def test_cartoon_face_is_read_as_its_authors_give_it_away(tmp_path):
    downloaded = write_class_folders(tmp_path / "icartoonface_rectrain", 9)
    for number, folder in enumerate(sorted(downloaded.iterdir())):
        folder.rename(downloaded / f"personai_icartoonface_rectrain_{number:05d}")
    found = read_set(source(tmp_path, "cartoonFace", split="stratified"))
    assert len(found.pictures) == 9
    assert found.classes[2] == "personai_icartoonface_rectrain_00002"


def test_danbooru2020_is_filtered_and_divided_as_anime_art_tagger_did(tmp_path, monkeypatch):
    root = write_danbooru2020(tmp_path, 43)
    monkeypatch.setenv("DANBOORU2020_FREQUENT", "5")
    path = root / "metadata" / "2020000000000000"
    posts = [json.loads(line) for line in path.read_text().splitlines()]
    posts[1]["rating"], posts[2]["parent_id"], posts[3]["is_deleted"] = "q", "9", True
    posts[4]["created_at"], posts[5]["is_banned"] = "2009-12-31", True
    posts[6]["tags"] = [t for t in posts[6]["tags"] if t["name"] != "solo"]
    posts[7]["tags"] = [*posts[7]["tags"][:9], {"name": "solo", "category": "0"}]
    posts[8]["tags"].append({"name": "rare", "category": "0"})
    path.write_text("\n".join(map(json.dumps, posts)))
    found = read_set(source(root, "danbooru2020")).pictures
    assert len(found) == 43 - 7
    assert {len(p.tags) for p in found} == {11, 12}
    assert not {"1girl", "solo", "someone", "rare"} & set().union(*(p.tags for p in found))
    assert [p.part for p in found[:11]] == [
        *("test", "train", "train", "train", "train", "validation"),
        *("train", "train", "train", "train", "test"),
    ]
    path.write_text("{}\n")
    with pytest.raises(AnitagError, match=r"2020000000000000, row 1: .*`id`"):
        read_set(source(root, "danbooru2020"))


def test_danbooru2020_has_the_pictures_that_are_there_wherever_they_lie(tmp_path, monkeypatch):
    root = write_danbooru2020(tmp_path / "set", 40)
    monkeypatch.setenv("DANBOORU2020_FREQUENT", "5")
    every = read_set(source(root, "danbooru2020"))
    assert ([p.path.stem for p in every.pictures], every.missing) == (
        [str(i) for i in range(40)],
        0,
    )
    # The pictures of 512 pixels are JPEG whatever their posts are, and here in other folders.
    for post in range(20):
        (root / "512px" / "some").mkdir(parents=True, exist_ok=True)
        lies = root / f"{post:04d}" / f"{post}.png"
        lies.rename(root / "512px" / "some" / f"{post}.JPG")
    for post in range(20, 30):  # who downloads a part of the folders
        (root / f"{post:04d}" / f"{post}.png").unlink()
        (root / f"{post:04d}").rmdir()
    (root / "0031" / "loop").symlink_to(root)
    (root / "0031").rename(tmp_path / "0031")
    (root / "0031").symlink_to(tmp_path / "0031")
    found = read_set(source(root, "danbooru2020"))
    assert found.missing == 10
    assert [int(p.path.stem) for p in found.pictures] == [*range(20), *range(30, 40)]
    assert [p.part for p in found.pictures].count("test") == 3
    assert [p.tags for p in found.pictures[:20]] == [p.tags for p in every.pictures[:20]]
    for folder in ("512px", *(f"{post:04d}" for post in range(30, 40))):
        (root / folder).rename(tmp_path / f"away {folder}")
    with pytest.raises(AnitagError, match="no labelled pictures"):
        read_set(source(root, "danbooru2020"))


def test_a_validation_part_that_is_the_test_is_refused(tmp_path):
    root = write_moeimouto(tmp_path / "moe")
    pictures = read_set(source(root, "moeImouto")).pictures
    tests = [p for p in pictures if p.part == "test"]
    copied = []
    for picture in tests:
        copy = picture.path.with_name(f"copy-{picture.path.name}")
        copy.write_bytes(picture.path.read_bytes())
        copied.append(replace(picture, path=copy, part="validation"))
    both = [*tests, *copied]
    with pytest.raises(AnitagError, match="12 of 12 validation pictures are test pictures too"):
        refuse_shared(both, [p.part for p in both])
    some = [*tests, *copied[:2], *[replace(p, part="validation") for p in pictures[:8]]]
    assert refuse_shared(some, [p.part for p in some]) == 2


def test_folders_are_classes_and_a_cleaned_list_takes_over(tmp_path):
    where = source(write_class_folders(tmp_path), "folders", split="stratified")
    found = read_set(where)
    assert found.classes == tuple(sorted(NAMES))
    parts = parts_of(found, where, validation=0.2, test=0.1)
    for name in NAMES:
        mine = [s for s, p in zip(parts, found.pictures, strict=True) if p.identity == name]
        assert (mine.count("test"), mine.count("validation")) == (1, 2)
    (tmp_path / "cleaned.csv").write_text("name,label\nred/0.png,blue\n", "utf-8")
    cleaned = read_set(where).pictures
    assert [(p.path.name, p.identity) for p in cleaned] == [("0.png", "blue")]


@pytest.mark.parametrize("layout", ["folders", "manifest"])
def test_what_is_hidden_is_no_picture_of_a_set(tmp_path, layout):
    root = write_class_folders(tmp_path / "set", 6)
    for caption in [path.with_suffix(".txt") for path in root.rglob("*.png")]:
        caption.write_text("1girl")
    before = read_set(source(root, layout)).pictures
    assert len(before) == 6
    for copy in (".ipynb_checkpoints/a", "red/.ipynb_checkpoints/a", "red/._0", "._b"):
        (root / copy).parent.mkdir(exist_ok=True)
        (root / f"{copy}.png").write_bytes(b"no picture")
        (root / f"{copy}.txt").write_text("1girl")
    assert read_set(source(root, layout)).pictures == before


def test_folders_may_be_parted(tmp_path):
    write_class_folders(tmp_path / "train", 6)
    write_class_folders(tmp_path / "valid", 3)
    found = read_set(source(tmp_path, "folders"))
    assert [p.part for p in found.pictures] == ["train"] * 6 + ["validation"] * 3


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("train.csv", "0,red/0.png\n7,red/1.png\n", "row 2: the class id 7 is not in"),
        ("train.csv", "zero,red/0.png\n", "row 1: 'zero' is not a class id"),
        ("train.csv", "0\n", "row 1: a row has to have"),
        ("train.csv", "0,red/none.png\n", "1 of 13 files do not exist"),
        ("classid_classname.csv", "0,red\n1,red\n2,blue\n", "row 2: the class 1 or the name 'red'"),
        ("classid_classname.csv", "0,red\n2,blue\n", "not 0, 1, 2"),
    ],
)
def test_mistakes_are_named_with_their_row(tmp_path, file, text, words):
    root = write_moeimouto(tmp_path)
    (root / file).write_text(text, "utf-8")
    with pytest.raises(AnitagError) as caught:
        read_set(source(root, "moeImouto"))
    assert words in str(caught.value)


def test_a_tag_cell_is_read_and_never_run(tmp_path):
    root = write_dafre(tmp_path)
    path = root / "labels" / "train_tags.csv"
    path.write_text("id,dir,class_id,tags_cat0\n0,0000/0.jpg,0,\"__import__('os').getcwd()\"\n")
    with pytest.raises(AnitagError, match="row 2: tags_cat0 is not a list"):
        read_set(source(root, "danbooruFaces"))


def test_an_empty_set_and_an_unknown_layout_are_errors(tmp_path):
    with pytest.raises(AnitagError, match="no labelled pictures"):
        read_set(source(tmp_path, "folders"))
    with pytest.raises(AnitagError, match="'boxes' is none of"):
        read_set(source(tmp_path, "boxes"))


def test_a_folder_that_is_not_there_is_named(tmp_path, monkeypatch):
    monkeypatch.delenv("PICTURES", raising=False)
    with pytest.raises(AnitagError, match="variable PICTURES is not set"):
        read_set(SourceConfig("toy", "$PICTURES/some", layout="folders"))
    with pytest.raises(AnitagError, match="There is no file"):
        read_set(SourceConfig("toy", str(tmp_path / "absent"), layout="folders"))
