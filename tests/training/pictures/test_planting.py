"""Planted flaws: as many as asked, always the same, and the truth about each beside them."""

import json
from pathlib import Path
from random import Random

import numpy as np
import pytest
from PIL import Image

from training.pictures.attributes import HairColour
from training.pictures.planting import (
    PLANTED_FILE,
    Flaws,
    altered,
    mislabelled,
    planted_at,
    tail_weights,
)
from training.pictures.writing import LABELS_FILE, Order, write_pictures

FLAWS = Flaws(duplicates=0.2, look_alikes=0.2, wrong_labels=0.3)


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("planted")
    list(write_pictures(Order(out, 40, 3, 32, ("png", "jpeg"), flaws=FLAWS)))
    return out


def test_flaws_come_as_often_as_asked() -> None:
    kinds = [planted_at(FLAWS, 1, number, 0).kind for number in range(2000)]
    for kind, share in (
        ("duplicate", 0.2),
        ("look_alike", 0.2),
        ("wrong_labels", 0.18),
        ("", 0.42),
    ):
        assert abs(kinds.count(kind) / 2000 - share) < 0.04
    assert {planted_at(Flaws(), 1, number, 0).kind for number in range(50)} == {""}


def test_what_was_planted_before_is_not_told_of_a_set_that_is_drawn_anew(tmp_path: Path) -> None:
    list(write_pictures(Order(tmp_path, 6, 3, 16, ("png",), flaws=FLAWS)))
    assert (tmp_path / PLANTED_FILE).exists()
    list(write_pictures(Order(tmp_path, 3, 3, 16, ("png",))))
    assert not (tmp_path / PLANTED_FILE).exists()
    assert len(lines(tmp_path / LABELS_FILE)) == 3


def test_copies_are_of_earlier_pictures_that_are_no_copies() -> None:
    for number in range(500):
        of = planted_at(FLAWS, 1, number, 10 if number >= 10 else 0).of
        if of is not None:
            assert of < number
            assert planted_at(FLAWS, 1, of, 10 if number >= 10 else 0).of is None


def test_a_duplicate_has_the_same_bytes_and_a_look_alike_has_not(folder: Path) -> None:
    truths = lines(folder / PLANTED_FILE)
    assert {truth["kind"] for truth in truths} == {"duplicate", "look_alike", "wrong_labels"}
    for truth in truths:
        if truth["kind"] == "wrong_labels":
            continue
        copy, origin = (folder / str(truth[key]) for key in ("file", "of"))
        same = copy.read_bytes() == origin.read_bytes()
        assert same == (truth["kind"] == "duplicate")


def test_the_truth_about_wrong_labels_gives_the_right_ones(folder: Path, tmp_path: Path) -> None:
    list(write_pictures(Order(tmp_path, 40, 3, 32, ("png", "jpeg"))))
    right = {row["file"]: row["tags"] for row in lines(tmp_path / LABELS_FILE)}
    said = {row["file"]: row["tags"] for row in lines(folder / LABELS_FILE)}
    assert not (tmp_path / PLANTED_FILE).exists()
    wrong = [row for row in lines(folder / PLANTED_FILE) if row["kind"] == "wrong_labels"]
    for truth in wrong:
        told = (set(said[truth["file"]]) - set(truth["wrong"])) | set(truth["missing"])
        assert told == set(right[truth["file"]])
        assert said[truth["file"]] != right[truth["file"]]


def test_wrong_labels_swap_colours_within_their_kind() -> None:
    colours = {c.value for c in HairColour}
    for number in range(40):
        said, missing, wrong = mislabelled(["1girl", "blue_hair", "smile"], Random(number))
        assert said == sorted(({"1girl", "blue_hair", "smile"} | set(wrong)) - set(missing))
        if wrong[0] in colours and "blue_hair" in missing:
            assert len(colours & set(said)) >= 1


def test_look_alikes_still_look_alike() -> None:
    pixels = np.zeros((60, 80, 4), np.uint8)
    pixels[..., 0] = np.linspace(0, 255, 60, dtype=np.uint8)[:, None]
    pixels[..., 3] = 255
    copy = altered(pixels, Random(1))
    assert copy.shape != pixels.shape
    back = np.asarray(Image.fromarray(copy).resize((80, 60)))
    assert np.abs(back.astype(int) - pixels.astype(int)).mean() < 8


def test_the_tail_is_as_long_as_asked() -> None:
    assert tail_weights(3, 0.0) == [1.0, 1.0, 1.0]
    assert tail_weights(4, 1.0) == [1.0, 1 / 2, 1 / 3, 1 / 4]
