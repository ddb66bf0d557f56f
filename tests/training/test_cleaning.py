"""Cleaning a set: decisions add up in cleaned.csv, no picture is deleted, training goes by them."""

import csv

import pytest

from anitag_desktop.domain.error import AnitagError
from tests.helpers.toy_layouts import write_class_folders
from training.__main__ import main
from training.config import SourceConfig
from training.datasets.layouts import read_set


@pytest.fixture
def root(tmp_path):
    return write_class_folders(tmp_path / "set with blanks", 12)


def read(root):
    found = read_set(SourceConfig("set", str(root), layout="folders")).pictures
    return {p.path.relative_to(root).as_posix(): p.identity for p in found}


def test_decisions_add_up_and_nothing_is_deleted(root, capsys):
    before = read(root)
    assert main(["clean", str(root), "--drop", str(root / "red/0.png")]) == 0
    assert "11 pictures kept, 1 left out" in capsys.readouterr().out
    line = ["--drop", str(root / "blue/1.png"), "--relabel", f"{root / 'red/3.png'}=green"]
    assert main(["clean", str(root), *line]) == 0
    expected = {**before, "red/3.png": "green"}
    del expected["red/0.png"], expected["blue/1.png"]
    assert read(root) == expected
    assert len(list(root.rglob("*.png"))) == 12
    with (root / "cleaned.csv").open() as stream:
        assert next(csv.reader(stream)) == ["name", "label"]


def test_who_is_kept_after_a_relabelling_stays_relabelled(root):
    rows = "".join(f"{name},{label}\n" for name, label in sorted(read(root).items()))
    (root / "manifest.csv").write_text(f"file,identity\n{rows}")
    for words in (
        ["--relabel", f"{root / 'red/3.png'}=green"],
        ["--keep", str(root / "red/3.png")],
    ):
        assert main(["clean", str(root), *words]) == 0
        found = read_set(SourceConfig("set", str(root))).pictures
        assert {p.path.name: p.identity for p in found if p.path.parent.name == "red"} == {
            **dict.fromkeys(("0.png", "6.png", "9.png"), "red"),
            "3.png": "green",
        }


def test_who_comes_back_is_what_the_decisions_said(root):
    before, picture = read(root), str(root / "red/3.png")
    for words in (["--relabel", f"{picture}=green"], ["--drop", picture], ["--keep", picture]):
        assert main(["clean", str(root), *words]) == 0
    assert read(root) == {**before, "red/3.png": "green"}
    assert main(["clean", str(root), "--drop", picture]) == 0
    table = root.parent / "cleaned.csv"
    rows = "".join(f"{name},{label}\n" for name, label in {**before, "red/3.png": "blue"}.items())
    table.write_text(f"name,label\n{rows}")
    assert main(["clean", str(root), "--take", str(table)]) == 0
    assert read(root) == {**before, "red/3.png": "blue"}


def test_parts_outlast_a_cleaning(tmp_path):
    for part in ("train", "test"):
        write_class_folders(tmp_path / "set" / part, 6)
    root = tmp_path / "set"
    assert main(["clean", str(root), "--drop", str(root / "train" / "red" / "0.png")]) == 0
    source = SourceConfig("set", str(root), layout="folders")
    parts = [p.part for p in read_set(source).pictures]
    assert sorted(parts) == ["test"] * 6 + ["train"] * 5


def test_a_set_of_links_is_cleaned_too(root, tmp_path):
    mixed = tmp_path / "mixed"
    assert main(["set", "mix", str(root), "--to", str(mixed), "--by", "link"]) == 0
    picture = sorted(mixed.rglob("*.png"))[0]
    assert picture.is_symlink()
    assert main(["clean", str(mixed), "--drop", str(picture)]) == 0
    paths = [p.path for p in read_set(SourceConfig("set", str(mixed))).pictures]
    assert len(paths) == 11
    assert picture not in paths


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--drop", "red/99.png"], "no file red/99.png"),
        (["--relabel", "red/0.png=purple"], "purple is no class of this set"),
        (["--relabel", "red/77.png=blue"], "no file red/77.png"),
    ],
)
def test_mistakes_are_told_and_change_nothing(root, monkeypatch, capsys, words, said):
    monkeypatch.chdir(root)
    assert main(["clean", ".", *words]) == 1
    assert said in capsys.readouterr().err
    assert not (root / "cleaned.csv").exists()


def test_a_log_of_endless_brackets_is_an_error_with_its_row(root):
    (root / "decisions.jsonl").write_text("[" * 100_000 + "\n")
    with pytest.raises(AnitagError, match="row 1"):
        read(root)


def test_a_broken_table_is_named_with_its_row(root):
    for text, said in (("name,label\nred/0.png,red\n,red\n", "row 3"), ("a,b\n1,2\n", "row 2")):
        (root / "cleaned.csv").write_text(text)
        with pytest.raises(AnitagError, match=said):
            read(root)
    (root / "cleaned.csv").write_text("name,label\nred/0.png,red\nred/500.png,red\n")
    with pytest.raises(AnitagError, match="1 of 2 files do not exist"):
        read(root)
