"""Reading sets: every kind of manifest, and what is wrong with row numbers."""

import json

import pytest
from PIL import Image

from anitag_desktop.domain.error import AnitagError
from tests.helpers.toy_sets import write_toy_set
from training.config import SourceConfig
from training.datasets.manifest import read_source


def picture(path):
    Image.new("RGB", (8, 8)).save(path)
    return path.name


def test_a_csv_manifest_is_read_in_order(tmp_path):
    folder = write_toy_set(tmp_path / "toy", 6)
    pictures = read_source(SourceConfig("toy", str(folder)))
    assert [p.path.name for p in pictures] == [f"{i}.png" for i in range(6)]
    assert pictures[3].tags == {"red_hair", "1girl", "hat"}
    assert pictures[3].characters == {"ruby"}
    assert (pictures[0].rating, pictures[1].rating) == ("sensitive", "general")
    assert pictures[2].group == "toy/g2"


def test_json_lines_take_lists_and_text(tmp_path):
    rows = [
        {"file": picture(tmp_path / "a.png"), "tags": ["Long Hair", "solo"], "seed": 5},
        {"file": picture(tmp_path / "b.png"), "tags": "solo smile", "seed": 5},
    ]
    lines = "\n".join(json.dumps(row) for row in rows)
    (tmp_path / "manifest.jsonl").write_text(lines + "\n\n", "utf-8")
    one, two = read_source(SourceConfig("s", str(tmp_path), grouped_by=("seed",)))
    assert one.tags == {"long_hair", "solo"}
    assert two.tags == {"solo", "smile"}
    assert one.group == two.group == "s/5"


def test_labels_given_in_the_window_are_identities(tmp_path):
    rows = f"{picture(tmp_path / 'a.png')},cat ears,cat ears\n"
    (tmp_path / "labels.csv").write_text(f"file,class,identity\n{rows}", "utf-8")
    (one,) = read_source(SourceConfig("s", str(tmp_path)))
    assert one.identity == "cat ears"


def test_captions_beside_pictures(tmp_path):
    picture(tmp_path / "a.png")
    (tmp_path / "a.txt").write_text("1girl, Long Hair,, smile\n", "utf-8")
    picture(tmp_path / "b.png")
    (tmp_path / "b.png.txt").write_text("", "utf-8")
    picture(tmp_path / "uncaptioned.png")
    (tmp_path / "c").mkdir()
    picture(tmp_path / "c" / "a.png")
    (tmp_path / "c" / "a.txt").write_text("hat", "utf-8")
    one, two, three = read_source(SourceConfig("s", str(tmp_path)))
    assert [p.group for p in (one, two, three)] == ["s/a.png", "s/b.png", "s/c/a.png"]
    assert one.tags == {"1girl", "long_hair", "smile"}
    assert (two.tags, three.tags) == (frozenset(), {"hat"})


@pytest.mark.parametrize(
    ("caption", "tags", "characters", "rating"),
    [
        (r"hatsune miku \(vocaloid\), (smile:1.2)", "hatsune_miku_(vocaloid) smile", "", None),
        (
            "blue hair\ncharacter:hatsune miku\nseries:vocaloid\nrating:general\npage:3",
            "blue_hair",
            "hatsune_miku",
            "general",
        ),
        ("1girl long_hair re:zero", "1girl long_hair re:zero", "", None),
    ],
)
def test_captions_of_every_spelling(tmp_path, caption, tags, characters, rating):
    picture(tmp_path / "a.png")
    (tmp_path / "a.txt").write_text(caption, "utf-8")
    (one,) = read_source(SourceConfig("s", str(tmp_path)))
    assert list(one.caption) == tags.split()
    assert (one.tags, one.characters) == (set(tags.split()), set(characters.split()))
    assert (one.identity, one.rating) == (characters, rating)


def test_parts_have_the_names_that_people_give_them_and_no_other(tmp_path):
    names = ("train", "", "val", "Valid", "validation", "test", "unused")
    rows = [f"{picture(tmp_path / f'{i}.png')},{name}" for i, name in enumerate(names)]
    (tmp_path / "labels.csv").write_text("\n".join(["file,split", *rows]) + "\n", "utf-8")
    source = SourceConfig("s", str(tmp_path), split="column")
    parts = [one.part for one in read_source(source)]
    assert parts == ["train"] * 2 + ["validation"] * 3 + ["test", "unused"]
    (tmp_path / "labels.csv").write_text("file,split\n0.png,train\n1.png,tset\n", "utf-8")
    with pytest.raises(AnitagError, match="row 3: the split 'tset' is none of train, validation"):
        read_source(source)
    assert {one.part for one in read_source(SourceConfig("s", str(tmp_path)))} == {""}


def test_missing_files_name_the_row_and_the_files(tmp_path):
    folder = write_toy_set(tmp_path / "toy", 5)
    (folder / "2.png").unlink()
    with pytest.raises(AnitagError) as caught:
        read_source(SourceConfig("toy", str(folder)))
    assert caught.value.code == "bad_manifest"
    assert caught.value.params["row"] == 4
    assert "2.png" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("file,tags\n,smile\n", "row 2: the column file is empty"),
        ("name,tags\na.png,smile\n", "row 2: the column file is empty or absent"),
        ("file,rating\na.png,lewd\n", "'lewd' is not a rating"),
        ("file,imported,import_trust\na.png,hat,2\n", "import_trust is '2', and not 0 to 1"),
        ("file,imported,import_trust\na.png,hat,x\n", "import_trust is 'x', and not 0 to 1"),
    ],
)
def test_broken_rows_are_named(tmp_path, text, words):
    picture(tmp_path / "a.png")
    (tmp_path / "labels.csv").write_text(text, "utf-8")
    with pytest.raises(AnitagError, match=words):
        read_source(SourceConfig("s", str(tmp_path)))


def test_broken_json_names_its_line(tmp_path):
    (tmp_path / "manifest.jsonl").write_text('{"file": "a"}\n{"file": \n', "utf-8")
    with pytest.raises(AnitagError, match="row 2: this is no JSON"):
        read_source(SourceConfig("s", str(tmp_path)))


def test_an_empty_set_is_an_error(tmp_path):
    (tmp_path / "labels.csv").write_text("file,tags\n", "utf-8")
    with pytest.raises(AnitagError, match="no labelled pictures"):
        read_source(SourceConfig("s", str(tmp_path)))
    (tmp_path / "labels.csv").unlink()
    with pytest.raises(AnitagError, match="no labelled pictures"):
        read_source(SourceConfig("s", str(tmp_path)))


def test_a_set_whose_pictures_are_packed_says_so(tmp_path):
    (tmp_path / "labels.csv").write_text("file,tags\na.png,smile\n")
    (tmp_path / "images.zip").write_bytes(b"")
    with pytest.raises(AnitagError, match=r"a\.png; unpack images\.zip beside it"):
        read_source(SourceConfig("x", str(tmp_path)))
