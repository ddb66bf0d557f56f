"""Splits: stratified by class or tag, groups stay whole, written down, read by every layout."""

import csv
import json
import os
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from anitag_desktop.domain.error import AnitagError
from tests.helpers.images import drawing
from tests.helpers.toy_layouts import write_class_folders
from tests.training.curating.test_verifying import LAYOUTS
from training.__main__ import main
from training.config import SourceConfig
from training.curating.dividing import Shares, divide
from training.datasets.layouts import read_set
from training.datasets.layouts.guessing import guess_layout
from training.datasets.sample import LabelledPicture

SHARES = Shares(0.15, 0.15, 1)


def pictures(classes, parts=None):
    return [
        LabelledPicture(Path(f"{n}.png"), "s", f"{n}", identity=name, part=(parts or {}).get(n, ""))
        for n, name in enumerate(classes)
    ]


def counts(classes, parts):
    found = defaultdict(Counter)
    for name, part in zip(classes, parts, strict=True):
        found[name][part] += 1
    return found


def test_each_class_is_divided_by_the_shares():
    classes = ["a"] * 100 + ["b"] * 20 + ["c"] * 7
    made = divide(pictures(classes), [str(n) for n in range(127)], SHARES)
    found = counts(classes, made)
    assert found["a"] == {"train": 70, "validation": 15, "test": 15}
    assert found["b"] == {"train": 14, "validation": 3, "test": 3}
    assert found["c"] == {"train": 5, "validation": 1, "test": 1}


def test_many_small_classes_do_not_all_favour_one_part():
    classes = [f"c{n // 3}" for n in range(300)]
    made = divide(pictures(classes), [str(n) for n in range(300)], SHARES)
    whole = Counter(made)
    assert abs(whole["validation"] - whole["test"]) <= 1
    assert all(of["train"] for of in counts(classes, made).values())


def test_a_class_of_one_picture_or_one_group_trains():
    classes = ["one", *["grouped"] * 9, *["a"] * 30]
    groups = ["x", *["g"] * 9, *map(str, range(30))]
    for seed in range(5):
        made = divide(pictures(classes), groups, Shares(0.3, 0.4, seed))
        assert set(made[:10]) == {"train"}


def test_another_seed_is_another_split_and_the_same_is_the_same():
    classes, groups = ["a"] * 60, [str(n) for n in range(60)]
    made = [divide(pictures(classes), groups, Shares(0.2, 0.2, seed)) for seed in (1, 1, 2)]
    assert made[0] == made[1] != made[2]
    assert Counter(made[0]) == Counter(made[2])


def test_tags_are_spread_where_there_are_no_classes():
    tagged = [
        LabelledPicture(Path(f"{n}.png"), "s", f"{n}", frozenset({"all", "rare"}))
        if n < 10
        else LabelledPicture(Path(f"{n}.png"), "s", f"{n}", frozenset({"all"}))
        for n in range(100)
    ]
    made = divide(tagged, [p.group for p in tagged], Shares(0.2, 0.2, 3))
    assert Counter(made[:10]) == {"train": 6, "validation": 2, "test": 2}
    assert Counter(made) == {"train": 60, "validation": 20, "test": 20}


def test_a_group_that_reaches_into_the_test_trains_nobody():
    own = {0: "test", 1: "train", 3: "validation", 4: "train", 7: "test"}
    made = divide(pictures("aaaaaaaa", own), list("xxxyyyzz"), Shares(0.5, 0.3, 1))
    assert made == [
        *("test", "unused", "test"),  # 2 had no part and goes where its group is
        *("validation", "unused", "validation"),
        *("test", "test"),
    ]


def test_of_a_set_with_a_test_of_its_own_nothing_else_tests():
    own = dict.fromkeys(range(10), "test")
    made = divide(pictures("a" * 50, own), [str(n) for n in range(50)], Shares(0.25, 0.25, 1))
    assert Counter(made[10:]) == {"train": 30, "validation": 10}


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(0, 12), st.sampled_from(["", "", "test"])),
        min_size=1,
        max_size=60,
    ),
    st.integers(0, 3),
)
def test_no_group_is_ever_in_two_parts_and_who_is_known_stays(rows, seed):
    own = {n: part for n, (_, _, part) in enumerate(rows)}
    some = pictures([name for name, _, _ in rows], own)
    groups = [str(group) for _, group, _ in rows]
    made = divide(some, groups, Shares(0.25, 0.25, seed))
    used = defaultdict(set)
    for group, part in zip(groups, made, strict=True):
        used[group] |= {part} - {"unused"}
    assert all(len(parts) <= 1 for parts in used.values())
    assert all(part == "test" for part, (_, _, own) in zip(made, rows, strict=True) if own)
    half = dict(list(enumerate(made))[: len(made) // 2])
    again = divide(some, groups, Shares(0.4, 0.1, seed + 1), half)
    assert all(again[place] == part for place, part in half.items())


def copies(root):
    """Return a set of 20 drawings and a copy of each, of which the copy has another name."""
    for seed in range(20):
        image, folder = drawing(seed, 180, 240), root / ("red" if seed % 2 else "blue")
        folder.mkdir(parents=True, exist_ok=True)
        image.save(folder / f"{seed:02d}.png")
        image.resize((120, 160)).save(folder / f"copy-{seed:02d}.jpg", quality=70)
    return root


def rows_of(root):
    with (root / "split.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.integration
def test_near_duplicates_stay_together_and_new_pictures_find_their_place(tmp_path, capsys):
    root = copies(tmp_path / "set")
    words = ["set", "split", str(root), "--validation", "0.2", "--test", "0.2", "--json"]
    assert main(words) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (told["train"], told["validation"], told["test"]) == (24, 8, 8)
    assert (told["groups"], told["largest_group"], told["layout"]) == (20, 2, "folders")
    part = {row["file"]: row["split"] for row in rows_of(root)}
    assert all(
        part[f"{name}/{n:02d}.png"] == part[f"{name}/copy-{n:02d}.jpg"]
        for n in range(20)
        for name in [("red" if n % 2 else "blue")]
    )
    with (root / "split_counts.csv").open() as stream:
        table = list(csv.DictReader(stream))
    assert [row["class"] for row in table] == ["blue", "red"]
    assert {row["train"] for row in table} == {"12"}
    source = SourceConfig("s", str(root), layout="folders")
    assert {p.path.relative_to(root).as_posix(): p.part for p in read_set(source).pictures} == part
    whole = SourceConfig("s", str(root), layout="folders", split="test")
    assert {p.part for p in read_set(whole).pictures} == {""}  # as the config says
    Image.open(root / "red" / "01.png").resize((90, 120)).save(root / "red" / "new.png")
    with pytest.raises(AnitagError, match="1 pictures have no row, the first is"):
        read_set(source)
    assert main(words) == 0
    again = {row["file"]: row["split"] for row in rows_of(root)}
    assert again == {**part, "red/new.png": part["red/01.png"]}


@pytest.mark.integration
@pytest.mark.parametrize("name", LAYOUTS)
def test_the_split_of_every_layout_is_written_and_read(tmp_path, monkeypatch, name):
    monkeypatch.setenv("DANBOORU2020_FREQUENT", "3")
    root = LAYOUTS[name](tmp_path / "set")
    assert main(["set", "split", str(root), "--as-told", "--test", "0.25"]) == 0
    layout = guess_layout(root)
    found = read_set(SourceConfig("s", str(root), layout=layout)).pictures
    bare = read_set(SourceConfig("s", str(root), layout=layout), with_split=False).pictures
    part = {row["file"]: row["split"] for row in rows_of(root)}
    assert [p.path for p in found] == [p.path for p in bare]
    assert {p.path.relative_to(root).as_posix(): p.part for p in found} == part
    assert {"train", "test"} <= set(part.values())
    assert all(one.part == other.part for one, other in zip(found, bare, strict=True) if other.part)


def test_a_column_keeps_pictures_together(tmp_path, capsys):
    rows = []
    for seed in range(30):
        drawing(seed).save(tmp_path / f"{seed}.png")
        rows.append(f"{seed}.png,artist{seed % 6}\n")
    (tmp_path / "manifest.csv").write_text("file,artist\n" + "".join(rows))
    words = ["set", "split", str(tmp_path), "--as-told", "--validation", "0.2"]
    assert main([*words, "--group-by", "artist"]) == 0
    parts = defaultdict(set)
    for row in rows_of(tmp_path):
        parts[int(row["file"][:-4]) % 6].add(row["split"])
    assert all(len(found) == 1 for found in parts.values())
    assert main([*words, "--group-by", "painter", "--anew"]) == 1
    assert "no row has a value in painter" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--validation", "0.6", "--test", "0.4"], "leave something to train on"),
        (["--group-by", "artist"], "has no columns"),
        (["--layout", "none"], "is none of"),
    ],
)
def test_wrong_use_is_told(tmp_path, capsys, words, said):
    root = write_class_folders(tmp_path / "set", 6)
    assert main(["set", "split", str(root), "--as-told", *words]) == 1
    assert said in capsys.readouterr().err
    assert not (root / "split.csv").exists()


@pytest.mark.parametrize(
    "words", ["split S --bits -1", "mix S --to T --most -3", "verify S --workers -1"]
)
def test_counts_under_nought_are_refused(capsys, words):
    with pytest.raises(SystemExit):
        main(["set", *words.split()])
    assert "under 0" in capsys.readouterr().err


@pytest.mark.parametrize(
    "row", ["red/0.png,nowhere,g,red", ",train,g,red", "red/3.png", "red/0.png,test,g,red"]
)
def test_a_broken_split_is_named_with_its_row(tmp_path, row):
    root = write_class_folders(tmp_path / "set", 6)
    (root / "split.csv").write_text(f"file,split,group,class\nred/0.png,train,g,red\n{row}\n")
    with pytest.raises(AnitagError, match=r"split\.csv, row 3"):
        read_set(SourceConfig("s", str(root), layout="folders"))


@pytest.mark.skipif(os.name == "nt", reason="names are Unicode there")
def test_names_of_other_bytes_are_written_and_read(tmp_path):
    root = write_class_folders(tmp_path / "set", 6)
    (root / "red" / "0.png").rename(os.fsdecode(os.fsencode(root) + b"/red/\xff.png"))
    assert main(["set", "split", str(root), "--as-told"]) == 0
    assert len(read_set(SourceConfig("s", str(root), layout="folders")).pictures) == 6
