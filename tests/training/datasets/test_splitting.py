"""The split: no group in two parts, stable, near the wanted shares, kept on disk."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from training.config import DatasetConfig, SourceConfig
from training.datasets.sample import LabelledPicture
from training.datasets.splitting import PARTS, count_split, read_split, split, write_split


def shots(count, per_group=3, source="s"):
    return [
        LabelledPicture(Path(f"{source}{i}.png"), source, f"{source}/g{i // per_group}")
        for i in range(count)
    ]


def config(*sources, **values):
    return DatasetConfig(sources or (SourceConfig("s", ""),), **values)


@given(st.integers(0, 50), st.integers(1, 5))
def test_no_group_spans_two_parts(seed, per_group):
    pictures = shots(60, per_group)
    parts = split(pictures, config(validation=0.3, test=0.3), seed)
    where = {}
    for picture, part in zip(pictures, parts, strict=True):
        assert part in PARTS
        assert where.setdefault(picture.group, part) == part


def test_shares_are_about_what_was_asked():
    parts = split(shots(6000, 1), config(validation=0.1, test=0.2), 1)
    assert 0.08 < parts.count("validation") / 6000 < 0.12
    assert 0.18 < parts.count("test") / 6000 < 0.22


def test_new_pictures_move_nothing():
    few = split(shots(30), config(validation=0.3, test=0.3), 1)
    many = split(shots(300), config(validation=0.3, test=0.3), 1)
    assert many[:30] == few


def test_held_out_groups_only_test_and_small_sets_stay_whole():
    source = SourceConfig("s", "", held_out=("g1",), split="train")
    parts = split(shots(9), config(source, validation=0.5, test=0.4), 1)
    assert parts == ["train"] * 3 + ["test"] * 3 + ["train"] * 3


def test_a_set_may_bring_its_own_split():
    picture = LabelledPicture(Path("a.png"), "s", "s/g", part="validation")
    assert split([picture], config(), 1) == ["validation"]


def test_what_was_split_is_read_back(tmp_path):
    pictures = shots(9)
    parts = split(pictures, config(validation=0.3, test=0.3), 4)
    write_split(tmp_path / "split.jsonl", pictures, parts)
    assert list(read_split(tmp_path / "split.jsonl").values()) == parts
    assert sum(count_split(tmp_path / "split.jsonl").values()) == 9
