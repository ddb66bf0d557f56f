"""The folders of retrainings: what is noted in them, and what cannot be."""

import pytest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.services.retraining_records import Records


def test_points_are_noted_and_broken_lines_left_out(tmp_path) -> None:
    records = Records(tmp_path)
    records.add_point(tmp_path, {"step": 1})
    with (tmp_path / "curves.jsonl").open("a") as file:
        file.write('{"step": \n[2]\n')
    records.add_point(tmp_path, {"step": 3})
    assert records.curves(tmp_path) == [{"step": 1}, {"step": 3}]


def test_what_cannot_be_noted_is_said_in_words(tmp_path) -> None:
    with pytest.raises(AnitagError) as error:
        Records(tmp_path).add_point(tmp_path / "gone", {"step": 1})
    assert error.value.code == "cannot_write"
