"""Credentials, queries, ratings by era, and how long a site is left alone."""

import time
from datetime import UTC, datetime

import pytest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.tag import Rating
from training.collecting.waiting import LONGEST, asked_wait, backed_off
from training.danbooru.client import Pace
from training.danbooru.credentials import find_credentials
from training.danbooru.queries import read_queries
from training.danbooru.ratings import RatingScheme, rating_letters, rating_words, today_rating


def test_credentials_come_from_the_environment_or_a_file(tmp_path):
    found = find_credentials(None, {"DANBOORU_LOGIN": "mio", "DANBOORU_API_KEY": " k "})
    assert (found.login, found.key, found.who) == ("mio", "k", "Danbooru user mio")
    file = tmp_path / "danbooru.toml"
    file.write_text('login = "ritsu"\napi_key = "kk"\nuser_id = 12\n')
    found = find_credentials(file, {"DANBOORU_LOGIN": "mio", "DANBOORU_API_KEY": "k"})
    assert (found.login, found.key, found.who) == ("ritsu", "kk", "Danbooru user 12")


def test_credentials_that_are_none(tmp_path):
    with pytest.raises(AnitagError, match="DANBOORU_API_KEY"):
        find_credentials(None, {"DANBOORU_LOGIN": "mio"})
    file = tmp_path / "danbooru.toml"
    file.write_text("api_key = very-secret")
    with pytest.raises(AnitagError) as caught:
        find_credentials(file, {})
    assert "secret" not in str(caught.value)
    with pytest.raises(AnitagError, match="no file"):
        find_credentials(tmp_path / "other.toml", {})


def test_queries_come_as_toml_and_csv(tmp_path):
    toml, table = tmp_path / "q.toml", tmp_path / "q.csv"
    toml.write_text('[[classes]]\nname="Luffy"\ntags="luffy  solo"\nmost=5\n')
    table.write_text("name,tags,most\nLuffy,luffy solo,5\n")
    assert read_queries(toml) == read_queries(table)
    assert (read_queries(toml)[0].tags, read_queries(toml)[0].most) == ("luffy solo", 5)


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("name,tags\nA,x\nB,\n", 3),
        ("name,tags\nA,x\na,y\n", 3),
        ("name,tags\n../..,x\n  ,y\n", 3),
        ("name,tags,most\nA,x,many\n", 2),
        ("name,tags,most\n\nA,x,-1\n", 3),
        ("name,tags\nA,x order:score\n", 2),
        (f"name,tags\nA,x\nB,{'y' * 200_000}\n", 3),
        ("name,tags\n", 0),
        ("class,tags\nA,x\n", 2),
    ],
)
def test_queries_that_are_none_are_named_by_their_row(tmp_path, text, row):
    (tmp_path / "q.csv").write_text(text)
    with pytest.raises(AnitagError) as caught:
        read_queries(tmp_path / "q.csv")
    assert (caught.value.code, caught.value.params["row"]) == ("bad_manifest", row)


def test_the_same_letter_means_another_thing_in_another_era():
    old, new = RatingScheme.PRE_2022, RatingScheme.SINCE_2022
    assert rating_letters(["safe"], old) == {"s"}
    assert rating_letters(["general", "s"], new) == {"g", "s"}
    assert today_rating("s", old) is None
    assert today_rating("s", new) is Rating.SENSITIVE
    assert today_rating("q", old) is today_rating("q", new) is Rating.QUESTIONABLE
    assert "g" not in rating_words(old)
    assert rating_words(new)["general"] == rating_words(new)["g"] == "g"
    for name, scheme in (("safe", new), ("general", old), ("x", new)):
        with pytest.raises(ValueError, match="is no rating of the scheme"):
            rating_letters([name], scheme)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("7", 7.0),
        ("Sat, 21 Nov 2026 10:00:30 GMT", 30.0),
        ("Sat, 21 Nov 2026 12:00:30 +0200", 30.0),
        ("Sat, 21 Nov 2026 10:00:30 -0000", 30.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("999999999999999999", LONGEST),
        ("Sat, 21 Nov 2099 10:00:30 GMT", LONGEST),
        *[("soon", 0.0), ("-3", 0.0), ("", 0.0), ("٣", 0.0), ("1.5", 0.0)],
    ],
)
def test_a_site_may_ask_for_seconds_or_name_a_date(said, seconds):
    now = datetime(2026, 11, 21, 10, 0, 0, tzinfo=UTC)
    assert asked_wait({"retry-after": said}, now) == seconds


def test_waits_double_and_end():
    assert 0.75 <= backed_off(1.0, 0) <= 1.25
    assert 6.0 <= backed_off(1.0, 3) <= 10.0
    assert backed_off(1.0, 10**9) <= LONGEST * 1.25


def test_requests_keep_their_distance():
    pace = Pace(0.05)
    began = time.monotonic()
    for _ in range(4):
        pace.wait()
    assert time.monotonic() - began >= 0.15
