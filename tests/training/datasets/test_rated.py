"""Pictures that not everybody wants to train on are left out unless they are asked for."""

import json
from dataclasses import replace

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("timm")

from anitag_desktop.domain.error import AnitagError  # noqa: E402
from tests.helpers.toy_sets import toy_picture  # noqa: E402
from training.config import SourceConfig  # noqa: E402
from training.datasets.layouts import read_set  # noqa: E402

pytestmark = pytest.mark.training

RATINGS = ("general", "sensitive", "questionable", "explicit", None)


@pytest.fixture
def source(tmp_path):
    rows = [{"file": f"{i}.png", "tags": "hat", "rating": r} for i, r in enumerate(RATINGS)]
    for number in range(len(rows)):
        toy_picture(number)[0].save(tmp_path / f"{number}.png")
    lines = [json.dumps({k: v for k, v in row.items() if v}) for row in rows]
    (tmp_path / "manifest.jsonl").write_text("\n".join(lines))
    return SourceConfig("toy", str(tmp_path))


def test_questionable_and_explicit_pictures_are_left_out_and_counted(source):
    found = read_set(source)
    assert [p.rating for p in found.pictures] == ["general", "sensitive", None]
    assert found.left_out == 2


def test_any_rating_can_be_asked_for(source):
    found = read_set(replace(source, ratings=("explicit",)))
    assert [p.rating for p in found.pictures] == ["explicit", None]
    with pytest.raises(AnitagError, match="'safe' is not a rating"):
        read_set(replace(source, ratings=("safe",)))
