"""Collecting from a site of Danbooru's kind on this machine, which has good and bad days."""

import base64
import io
import json
from collections import Counter

import pytest

from anitag_desktop.domain.error import AnitagError
from tests.helpers.fake_booru import FakeBooru, encoded
from tests.helpers.fake_hub import answering, usual
from tests.helpers.images import drawing
from training.collecting.agent import agent_name
from training.collecting.outcome import Outcome
from training.collecting.web import Web
from training.config import SourceConfig
from training.danbooru.client import DanbooruClient, Pace
from training.danbooru.collecting import PostOrder, collect_posts
from training.danbooru.credentials import Credentials
from training.danbooru.queries import ClassQuery
from training.datasets.layouts import read_set
from training.progress import Progress

MIO = Credentials("mio", "very-secret-key", "4711")
MIKU = ClassQuery("miku", "1girl")


@pytest.fixture
def site():
    with FakeBooru() as booru:
        yield booru


def collect(tmp_path, site, *queries: ClassQuery, said=None, attempts=3, **settings) -> Counter:
    web = Web(agent_name(MIO.who), patience=20.0, may_reach=lambda address: address == "127.0.0.1")
    client = DanbooruClient(web, MIO, Pace(0.0), endpoint=site.url, attempts=attempts, backoff=0.01)
    order = PostOrder(queries or (MIKU,), tmp_path / "to", **settings)
    return collect_posts(order, client, Progress(as_json=True, stream=said or io.StringIO()))


def rows(tmp_path) -> dict[int, dict]:
    text = (tmp_path / "to/outcomes.jsonl").read_text("utf-8")
    return {row["post"]: row for row in map(json.loads, text.splitlines()) if "post" in row}


def test_small_variants_come_page_by_page_of_ids(tmp_path, site):
    site.page = 2
    for post in range(1, 6):
        site.add(post)
    assert collect(tmp_path, site) == {Outcome.OK: 5}
    assert [asked.get("page") for asked in site.searches] == [None, "b4", "b2", "b1"]
    assert {asked["tags"] for asked in site.searches} == {"1girl rating:g"}
    assert all(path.startswith("/data/720x720/") for path in site.pictures())
    found = rows(tmp_path)[3]
    assert (found["width"], found["height"], found["variant"]) == (54, 72, "720x720")
    assert (tmp_path / "to" / found["file"]).parent.name == "miku"


def test_the_folder_trains_as_it_is(tmp_path, site):
    site.add(1, "1girl solo", parent_id=9)
    site.add(2, "1girl smile")
    collect(tmp_path, site, ClassQuery("one", "solo"), ClassQuery("two", "smile"))
    source = SourceConfig("booru", str(tmp_path / "to"))
    one, two = read_set(source).pictures
    assert (one.identity, two.identity) == ("one", "two")
    assert one.tags == {"1girl", "solo"}
    assert one.characters == {"hatsune_miku"}
    assert (one.rating, one.group, two.group) == ("general", "booru/9", "booru/2")
    folders = read_set(SourceConfig("booru", str(tmp_path / "to"), layout="folders"))
    assert folders.classes == ("one", "two")


def test_the_program_says_who_it_is_and_keeps_its_key(tmp_path, site):
    site.add(1)
    said = io.StringIO()
    collect(tmp_path, site, said=said)
    search, picture = site.asked("/posts.json")[0], site.asked("/data/")[0]
    assert search["User-Agent"].startswith("anitag/")
    assert "Danbooru user 4711" in search["User-Agent"]
    pair = base64.b64encode(b"mio:very-secret-key").decode()
    assert search["Authorization"] == f"Basic {pair}"
    assert "Authorization" not in picture
    assert all("api_key" not in asked for asked in site.searches)
    written = [p.read_bytes() for p in (tmp_path / "to").rglob("*") if p.is_file()]
    for text in (said.getvalue(), repr(MIO), str(MIO)):
        assert "secret" not in text
        assert pair not in text
    assert not any(b"secret" in content or pair.encode() in content for content in written)


def test_the_key_does_not_follow_a_redirect_to_another_host(tmp_path, site):
    with FakeBooru() as other:
        other.add(1)
        location = f"{other.url}/posts.json?tags=1girl"
        site.misbehave("/posts.json", answering(302, Location=location), site.answer_search)
        collect(tmp_path, site, ClassQuery("miku", "1girl", most=1))
        assert "Authorization" not in other.asked("/posts.json")[0]


def test_the_key_is_not_sent_in_the_clear():
    web, pace = Web("x"), Pace(0.0)
    for endpoint in ("http://danbooru.example", "danbooru.example", "HTTP://127.0.0.1.example"):
        with pytest.raises(AnitagError, match="https only"):
            DanbooruClient(web, MIO, pace, endpoint=endpoint)
    assert DanbooruClient(web, None, pace, endpoint="http://danbooru.example").host
    assert DanbooruClient(web, MIO, pace, endpoint="HTTPS://danbooru.example").host


def test_what_the_account_may_not_see_is_counted(tmp_path, site):
    site.hide(1)
    site.add(2, file_ext="mp4")
    site.add(3, rating="e")
    site.add(4, tag_string_general=7, tag_string_artist="x")
    site.posts[-1]["tag_string_general"] = "1girl"
    site.posts[-1]["tag_string_artist"] = 7
    site.add(5)
    counts = collect(tmp_path, site)
    assert counts == {
        Outcome.HIDDEN: 1,
        Outcome.NOT_A_PICTURE: 1,
        Outcome.OTHER_RATING: 1,
        Outcome.DAMAGED: 1,
        Outcome.OK: 1,
    }
    assert len(site.pictures()) == 1


def test_what_was_hidden_or_not_wanted_is_asked_for_again_when_that_is_said(tmp_path, site):
    site.add(1, rating="s")
    site.hide(2)
    site.add(3)
    query = ClassQuery("miku", "1girl rating:g,s")
    assert collect(tmp_path, site, query) == dict.fromkeys(("hidden", "other_rating", "ok"), 1)
    site.posts[:] = [post for post in site.posts if post["id"] != 2]
    site.add(2)
    both = {"ratings": ("general", "sensitive")}
    assert collect(tmp_path, site, query, **both)[Outcome.OK] == 1
    counts = collect(tmp_path, site, query, **both, again=True)
    assert +counts == {Outcome.OK: 3}
    assert len(site.pictures()) == 3
    assert +collect(tmp_path, site, query, **both) == {Outcome.OK: 3}


def test_other_ratings_and_originals_can_be_asked_for(tmp_path, site):
    site.add(1, rating="s")
    site.add(2)
    counts = collect(tmp_path, site, ratings=("general", "sensitive"), variant="original")
    assert counts == {Outcome.OK: 2}
    assert site.searches[0]["tags"] == "1girl rating:g,s"
    assert rows(tmp_path)[1]["rating"] == "sensitive"
    assert rows(tmp_path)[1]["width"] == 90
    with pytest.raises(AnitagError, match="'safe' is no rating"):
        collect(tmp_path, site, ratings=("safe",))


def test_files_that_are_not_those_that_were_told(tmp_path, site):
    for post in (1, 2, 3):
        site.add(post)
    site.serve("/data/original/1.png", encoded(drawing(77, 90, 120), "PNG"))
    site.serve("/data/original/2.png", b"<html>" + b"x" * 600)
    assert collect(tmp_path, site, variant="original") == {
        Outcome.NOT_THE_FILE: 1,
        Outcome.NOT_A_PICTURE: 1,
        Outcome.OK: 1,
    }
    site.serve("/data/720x720/9.webp", encoded(drawing(9, 10, 10), "WEBP"))
    site.add(9)
    site.serve("/data/720x720/9.webp", encoded(drawing(9, 10, 10), "WEBP"))
    collect(tmp_path, site, again=True)
    assert rows(tmp_path)[9]["outcome"] == "not_the_file"


def test_a_file_without_small_variants_comes_whole(tmp_path, site):
    found = site.add(1)
    del found["media_asset"]
    assert collect(tmp_path, site) == {Outcome.OK: 1}
    assert site.pictures() == ["/data/sample/1.jpg"]


def test_enough_is_enough_and_more_goes_on(tmp_path, site):
    for post in range(1, 8):
        site.add(post)
    assert collect(tmp_path, site, ClassQuery("miku", "1girl", most=3)) == {Outcome.OK: 3}
    assert sorted(rows(tmp_path)) == [5, 6, 7]
    assert collect(tmp_path, site, ClassQuery("miku", "1girl", most=5)) == {Outcome.OK: 5}
    assert len(site.pictures()) == 5


def test_a_finished_search_asks_nothing_and_again_finds_what_is_new(tmp_path, site):
    site.add(1)
    collect(tmp_path, site)
    asked = len(site.log)
    assert collect(tmp_path, site) == {Outcome.OK: 1}
    assert len(site.log) == asked
    site.add(2)
    assert collect(tmp_path, site, again=True) == {Outcome.OK: 2}
    assert len(site.pictures()) == 2


def test_busy_days(tmp_path, site):
    site.add(1)
    pages = (answering(429, Retry_After="0"), answering(500), answering(503), site.answer_search)
    site.misbehave("/posts.json", *pages)
    assert collect(tmp_path, site, attempts=4) == {Outcome.OK: 1}


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (answering(403), "danbooru_refused"),
        (answering(401), "danbooru_refused"),
        (answering(422, b"TagLimitError"), "danbooru_query"),
        (answering(410), "danbooru_query"),
        (answering(500), "site_failed"),
        (answering(200, b'{"success":false}'), "site_failed"),
        (answering(200, b'[{"id":"1"}]'), "site_failed"),
        (answering(200, b"[" * 100_000), "site_failed"),
        (answering(200, b"<html>checking your browser"), "site_failed"),
    ],
)
def test_days_on_which_nothing_comes(tmp_path, site, answer, code):
    site.misbehave("/posts.json", answer)
    with pytest.raises(AnitagError) as caught:
        collect(tmp_path, site, attempts=2)
    assert caught.value.code == code
    assert "secret" not in str(caught.value)


def test_pages_that_go_in_circles_end(tmp_path, site):
    site.page = 1
    site.add(5)
    body = json.dumps(site.posts).encode()
    site.misbehave("/posts.json", answering(200, body))
    with pytest.raises(AnitagError, match="go in circles"):
        collect(tmp_path, site)
    assert (tmp_path / "to/manifest.jsonl").is_file()  # what came is kept


def test_a_run_that_broke_off_goes_on(tmp_path, site):
    site.page = 2
    for post in range(1, 7):
        site.add(post)
    site.misbehave("/posts.json", site.answer_search, site.answer_search, answering(403))
    with pytest.raises(AnitagError):
        collect(tmp_path, site)
    site.misbehave("/posts.json", site.answer_search)
    site.searches.clear()
    assert collect(tmp_path, site) == {Outcome.OK: 6}
    assert site.searches[0]["page"] == "b3"
    assert len(site.pictures()) == 6
    lines = (tmp_path / "to/manifest.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == 6


def test_what_failed_for_now_is_brought_by_the_next_run(tmp_path, site):
    site.add(1)
    site.add(2)
    site.misbehave("/data/720x720/1.webp", answering(503))
    assert collect(tmp_path, site) == {Outcome.OK: 1, Outcome.STATUS: 1}
    site.misbehave("/data/720x720/1.webp", usual)
    site.add(1)
    site.posts.pop()
    assert collect(tmp_path, site) == {Outcome.OK: 2}


def test_a_post_of_two_classes_is_kept_once(tmp_path, site):
    site.add(1, "1girl solo")
    counts = collect(tmp_path, site, ClassQuery("a", "1girl"), ClassQuery("b", "solo"))
    assert counts == {Outcome.OK: 1, Outcome.DUPLICATE: 1}
