"""Rivals: which tags of one kind models hardly ever give together, and what follows for scores."""

import numpy as np

from anitag_desktop.learning.rivals import Rivals, find, heard, kind, start
from anitag_desktop.learning.rows import logit

NAMES = ["red_hair", "blue_hair", "white_hair", "grey_hair", "long_hair", "red_eyes", "hat"]
PICTURES = 400


def scores(count: int = PICTURES) -> np.ndarray:
    """Each picture has one colour of hair; white is taken for grey and grey for white."""
    found = np.full((count, len(NAMES)), 0.05, np.float32)
    number = np.arange(count)
    found[number, number % 4] = 0.9
    found[number % 8 == 2, 3] = 0.6
    found[number % 8 == 3, 2] = 0.6
    found[number // 4 % 2 == 0, 4] = 0.9  # long hair of every colour
    found[number % 4 == 0, 5] = 0.9  # red eyes with red hair alone
    found[number % 4 == 1, 6] = 0.9  # hats on blue hair alone
    return found


def rivals(values: np.ndarray) -> dict[str, set[str]]:
    found = find({name: name for name in NAMES}, values)
    return {name: set(one.uids) for name, one in found.items()}


def test_colours_that_exclude_each_other_are_rivals() -> None:
    found = rivals(scores())
    assert found["red_hair"] == {"blue_hair", "white_hair", "grey_hair"}


def test_colours_that_a_model_takes_for_each_other_are_rivals_too() -> None:
    given = scores() >= 0.5
    assert (given[:, 2] & given[:, 3]).sum() == PICTURES / 4
    assert "grey_hair" in rivals(scores())["white_hair"]
    assert "white_hair" in rivals(scores())["grey_hair"]


def test_what_goes_together_or_is_of_another_kind_has_no_rivals() -> None:
    found = rivals(scores())
    assert not {"long_hair", "red_eyes", "hat"} & found.keys()
    assert [kind(name) for name in ("red_hair", "hat", "hair_between_eyes")] == ["hair", "", "eyes"]


def test_a_few_pictures_tell_nothing() -> None:
    assert rivals(scores(40)) == {}
    assert rivals(scores(0)) == {}


def test_how_often_none_is_there_comes_from_the_scores() -> None:
    found = find({name: name for name in NAMES}, scores())["red_hair"]
    assert 0 < found.none < 0.1
    empty = np.full((PICTURES, len(NAMES)), 0.0, np.float32)
    often = find({name: name for name in NAMES}, np.concatenate((scores(), empty)))["red_hair"]
    assert 0.5 < often.none < 0.55


def test_a_row_starts_from_what_is_left_of_a_score_beside_those_of_rivals() -> None:
    columns = heard(["a"], [Rivals(("b", "c"), 0.2)])
    assert columns == ("a", "b", "c")
    said = logit(np.array([[0.4, 0.1, 0.1], [0.4, 0.9, 0.1], [0.9, 0.02, 0.02]]), 0.02)
    found = start(["a"], [Rivals(("b", "c"), 0.2)], said, columns)[:, 0]
    assert found[0] > 0 > said[0, 0]  # in doubt, and the others are less likely
    assert found[1] < said[1, 0]  # in doubt, and another is likely
    odds = 9 / (0.2 + 2 * 0.02 / 0.98)
    assert np.isclose(found[2], np.log(odds))


def test_without_rivals_a_row_starts_from_the_score() -> None:
    said = logit(np.array([[0.4, 0.9]]), 0.02)
    assert (start(["b", "a"], [Rivals(), Rivals()], said, ["a", "b"]) == said[:, ::-1]).all()
