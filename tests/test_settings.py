"""Settings: they come back as they were saved, refuse nonsense, and take effect."""

import time

import pytest

from anitag_desktop import settings
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.settings import Settings
from anitag_desktop.storage import settings as stored_settings
from anitag_desktop.storage.log import Doing
from tests.helpers.libraries import MODEL, fill, open_store, tags_of

_ODD = Settings(
    active_models=(ModelKey("a/b", "1"), ModelKey("c", "2")),
    thresholds={TagCategory.CHARACTER: 0.8},
    tag_thresholds={"hat": 0.1},
    excludes=("*.tmp", ".git"),
    scan_interval=60.0,
    recogniser_threads=3,
    theme="dark",
    thumbnail_size=256,
)


def _save(store, wanted):
    return store.library.write(
        lambda conn: stored_settings.save(Doing(conn, None, time.time()), wanted)
    )


def test_json_is_inverse():
    assert settings.from_json(settings.to_json(_ODD)) == _ODD
    assert settings.from_json({}) == Settings()


def test_saved_settings_are_there_after_reopening(tmp_path):
    with open_store(tmp_path / "library") as store:
        assert _save(store, _ODD)
        assert not _save(store, _ODD)
    with open_store(tmp_path / "library") as store, store.library.read() as conn:
        assert stored_settings.load(conn) == _ODD


@pytest.mark.parametrize(
    "wrong",
    [
        Settings(thresholds={TagCategory.META: 1.5}),
        Settings(tag_thresholds={"hat": float("nan")}),
        Settings(scan_interval=0),
        Settings(recogniser_threads=-1),
        Settings(theme="pink"),
        Settings(thumbnail_size=9999),
    ],
)
def test_nonsense_is_refused(wrong):
    with pytest.raises(AnitagError) as error:
        settings.check(wrong)
    assert error.value.code == "bad_value"


def test_a_threshold_takes_effect_at_once_and_stays(tmp_path):
    with open_store(tmp_path / "library") as store:
        (image,) = fill(store, [{"hat": 0.6, "cat": 0.3}])
        wanted = Settings((MODEL,), {TagCategory.GENERAL: 0.7}, {"cat": 0.2})
        assert _save(store, wanted)
        assert tags_of(store, image) == {"cat": "model"}
    with open_store(tmp_path / "library") as store:
        assert tags_of(store, image) == {"cat": "model"}
