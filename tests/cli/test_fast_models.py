"""``anitag models fast``: what it prints, and that nothing is used by itself."""

import pytest

from anitag_desktop.services.model_running import ModelRunner
from tests.helpers.images import write_drawings
from tests.helpers.models import write_deep_package

pytestmark = pytest.mark.integration


@pytest.fixture
def library(anitag, tmp_path, monkeypatch):
    paces = iter([2.0, 5.0] * 4)
    monkeypatch.setattr(ModelRunner, "pace", property(lambda _runner: next(paces)))
    (tmp_path / "art").mkdir()
    write_drawings(tmp_path / "art", 3)
    anitag.json("models", "add", write_deep_package(tmp_path / "deep"))
    anitag.json("models", "use", "anitag/deep")
    anitag.json("tag", tmp_path / "art")
    return anitag


def test_measure_keep_and_use(library):
    told = library("models", "fast", "deep", "--dry-run")
    assert told.code == 0, told.err
    assert "on 3 pictures of this library" in told.out
    assert "5.00 pictures a second instead of 2.00" in told.out
    assert "nothing was kept" in told.out
    assert [one["id"] for one in library.json("models") if not one["bundled"]] == ["anitag/deep"]
    (done,) = library.json("models", "fast", "deep", "--pictures", "2")
    assert (done["id"], done["pictures"]) == ("anitag/deep-int8", 2)
    assert 0.5 < done["same_tags"] <= 1
    copy = next(one for one in library.json("models") if one["id"] == "anitag/deep-int8")
    assert (copy["active"], copy["metrics"][1]["value"]) == (False, 2.5)
    library.json("models", "use", "deep-int8")
    library.json("models", "use", "anitag/deep")
    library.json("models", "remove", "deep-int8")


def test_nonsense_is_refused(library):
    assert library("models", "fast", "deep", "--pictures", "0").code == 2
    assert "nobody" in library("models", "fast", "nobody").err
