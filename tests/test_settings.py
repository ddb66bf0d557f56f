"""Settings: they come back as they were saved, refuse nonsense, and take effect."""

import pytest

from anitag_desktop import settings
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.settings import DEFAULT_EXCLUDES, Settings

_ODD = Settings(
    excludes=("*.tmp", ".git", "/初音　ミク/"),
    follow_links=True,
    scan_interval=60.0,
    recogniser_threads=3,
    thresholds={TagCategory.CHARACTER: 0.8},
    tag_thresholds={"hat": 0.1},
    merging={TagCategory.RATING: "agreement", TagCategory.META: "own/model"},
    most_tags={TagCategory.GENERAL: 30},
    mcut=(TagCategory.CHARACTER, TagCategory.GENERAL),
    drop_broader=True,
    learn_by_itself=False,
    import_trust=0.0,
)


def test_json_is_inverse_and_leaves_out_what_nobody_set():
    assert settings.from_json(settings.to_json(_ODD)) == _ODD
    assert set(settings.to_json(Settings()).values()) == {None}
    assert settings.from_json({}) == Settings()


def test_one_spelling():
    wanted = Settings(
        excludes=(" raw/\t", "", "raw/", " "), tag_thresholds={"Long Hair": 1}, scan_interval=90
    )
    checked = settings.check(wanted)
    assert checked == Settings(
        excludes=("raw/",), tag_thresholds={"long_hair": 1.0}, scan_interval=90.0
    )
    assert settings.check(checked) == checked
    assert settings.check(Settings(excludes=())).excludes == ()


@pytest.mark.parametrize(
    "wrong",
    [
        Settings(thresholds={TagCategory.META: 1.5}),
        Settings(thresholds={TagCategory.RATING: 0.5}),
        Settings(thresholds={TagCategory.META: True}),
        Settings(tag_thresholds={"hat": float("nan")}),
        Settings(tag_thresholds={"hat": 0.01}),
        Settings(tag_thresholds={" ": 0.5}),
        Settings(merging={TagCategory.META: ""}),
        Settings(most_tags={TagCategory.META: 0}),
        Settings(most_tags={TagCategory.RATING: 2}),
        Settings(most_tags={TagCategory.META: 1.5}),
        Settings(merging={"species": "agreement"}),
        Settings(mcut=(TagCategory.RATING,)),
        Settings(mcut=("species",)),
        Settings(drop_broader=1),
        Settings(learn_by_itself=0),
        Settings(import_trust=-0.1),
        Settings(import_trust=1.5),
        Settings(import_trust=True),
        Settings(import_trust=float("nan")),
        Settings(scan_interval=0),
        Settings(scan_interval=float("inf")),
        Settings(recogniser_threads=-1),
        Settings(recogniser_threads=1.5),
        Settings(excludes=("*",)),
        Settings(excludes=("/",)),
        Settings(excludes=("a\nb",)),
        Settings(excludes=("caf\udce9/",)),
        Settings(excludes=("x" * 1001,)),
        Settings(excludes=tuple(map(str, range(1001)))),
    ],
)
def test_nonsense_is_refused(wrong):
    with pytest.raises(AnitagError) as error:
        settings.check(wanted := wrong)
    assert error.value.code == "bad_value"
    assert settings.from_json(settings.to_json(wanted)) == Settings()


@pytest.mark.parametrize(
    "stored",
    [
        {"excludes": "raw/", "follow_links": 1, "scan_interval": "900"},
        {"excludes": [1], "recogniser_threads": True, "thresholds": [], "tag_thresholds": 3},
        {"thresholds": {"smell": 0.5}, "tag_thresholds": {"hat": None}, "theme": "pink"},
    ],
)
def test_what_a_damaged_library_says_counts_as_not_said(stored):
    assert settings.from_json(stored) == Settings()


def test_a_library_leaves_out_hidden_folders_and_unfinished_files():
    assert ".*/" in DEFAULT_EXCLUDES
    assert Settings().excludes == DEFAULT_EXCLUDES
