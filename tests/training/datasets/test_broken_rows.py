"""Whatever stands in a row of a list, the set is read or the error names the row."""

from contextlib import suppress

import pytest

from anitag_desktop.domain.error import AnitagError
from tests.training.curating.test_verifying import LAYOUTS
from training.config import SourceConfig
from training.datasets.layouts import read_set
from training.datasets.layouts.guessing import guess_layout

BROKEN = (
    *(
        b"\xff\xfe\x00broken",
        b"",
        b"x",
        b"a,b,c,d,e,f",
        b"9999,zzz",
        b"-1,a",
        b'"unclosed',
        b"\x00",
        b"0," + b"y" * 200_000,  # more than the csv module takes
    ),
    *(b"{}", b"[1]", b"null", b'{"id":1}', b'{"id":1,"tags":5}', b'{"id":1,"tags":[{"name":1}]}'),
    *(b'{"id":1,"tags":[3],"rating":"s"}', b"1" * 5000, b'{"id":' + b"[" * 5000),
    b'{"id":1,"created_at":"2015","rating":"s","tags":[{"name":"1girl"},{"name":"solo"}]}',
)


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_broken_row_is_an_error_that_names_it_and_never_a_crash(tmp_path, monkeypatch, name):
    monkeypatch.setenv("DANBOORU2020_FREQUENT", "3")
    root = LAYOUTS[name](tmp_path / "set")
    source = SourceConfig("s", str(root), layout=guess_layout(root))
    lists = [p for p in root.rglob("*") if p.is_file() and p.suffix not in {".png", ".jpg"}]
    for path in [p for p in lists if p.name == "manifest.csv"] or lists[:6]:
        whole = path.read_bytes()
        for broken in BROKEN:
            first, *others = whole.split(b"\n")
            path.write_bytes(b"\n".join([first, broken, *others[1:]]))
            with suppress(AnitagError):
                read_set(source)
        path.write_bytes(b"\n".join([first, BROKEN[0], *others[1:]]))
        with pytest.raises(AnitagError, match=rf"{path.name}, row 2"):
            read_set(source)
        path.write_bytes(whole)


TABLES = (
    ("folders, cleaned", "cleaned.csv", '"red/1.png,red'),
    ("folders, cleaned", "cleaned.csv", "red/1.png,red,blue"),
    ("moeImouto", "test.csv", '0,"red/1.png'),
    ("moeImouto", "classid_classname.csv", '"0"1,red'),
    ("moeImouto", "test_tags.csv", "0,a.png,[],[],[],[],[]"),
    ("moeImouto", "split.csv", 'a.png,"train'),
    ("moeImouto", "split.csv", "a.png,train,a,red,too,much,,"),
    ("manifest", "manifest.csv", '"1.png,red'),
    ("manifest", "manifest.csv", "1.png"),
    ("manifest", "manifest.csv", "1.png,red,blue,too,many,cells,,,,"),
)


@pytest.mark.parametrize(("name", "listed", "broken"), TABLES)
def test_a_row_that_is_none_is_named_by_the_line_that_it_begins_on(tmp_path, name, listed, broken):
    root = LAYOUTS[name](tmp_path / "set")
    path = root / listed
    first = {"test_tags.csv": "class_id,dir,tags_cat0,probabilities", "split.csv": "file,split"}
    known = path.read_text("utf-8") if path.exists() else first[listed] + "\n"
    lines = known.splitlines()
    path.write_text("\n".join([lines[0], "", broken, *lines[1:]]) + "\n", "utf-8")
    with pytest.raises(AnitagError, match=rf"{path.name}, row 3: "):
        read_set(SourceConfig("s", str(root), layout=name.split(",")[0]))


@pytest.mark.parametrize(
    ("name", "listed", "row", "lost"),
    [
        ("moeImouto", "test.csv", 3, "data/green/2.png"),
        ("danbooruFaces", "labels/val.csv", 2, "faces/0001/7.jpg"),
        ("folders, cleaned", "cleaned.csv", 3, ""),
        ("manifest", "manifest.csv", 4, "2.png"),
    ],
)
def test_a_lost_file_is_named_with_its_list_and_the_row_there(tmp_path, name, listed, row, lost):
    root = LAYOUTS[name](tmp_path / "set")
    path = root / listed
    first, *others = path.read_text("utf-8").splitlines()
    lost = lost or others[row - 2].partition(",")[0]
    path.write_text("\n".join([first, "", *others]) + "\n", "utf-8")
    (root / lost).rename(root / "away")
    with pytest.raises(AnitagError, match=rf"{path.name}, row {row + 1}: 1 of .*{lost}"):
        read_set(SourceConfig("s", str(root), layout=guess_layout(root)))


@pytest.mark.parametrize("row", [b"\xff", b"{", b"[1]", b"5", b"[" * 100_000, b"{}"])
def test_a_manifest_of_json_lines_is_no_exception(tmp_path, row):
    (tmp_path / "manifest.jsonl").write_bytes(b"\n" + row + b"\n")
    with pytest.raises(AnitagError, match=r"manifest\.jsonl, row 2"):
        read_set(SourceConfig("s", str(tmp_path)))
