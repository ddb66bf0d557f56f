"""Collecting lists of addresses from a site on this machine that misbehaves."""

import gzip
import io
import json
import time
from collections import Counter

import pytest

from anitag_desktop.domain.error import AnitagError
from tests.helpers.fake_hub import FakeHub, answering
from tests.helpers.images import drawing, png_header
from training.collecting.outcome import Outcome
from training.collecting.url_list import read_url_list
from training.collecting.urls import UrlOrder, collect_urls
from training.collecting.web import Web
from training.config import SourceConfig
from training.datasets.layouts import read_set
from training.progress import Progress

HERE = frozenset({"127.0.0.1"})


def picture(seed: int, kind: str = "PNG") -> bytes:
    held = io.BytesIO()
    drawing(seed).save(held, kind)
    return held.getvalue()


@pytest.fixture
def site():
    with FakeHub() as hub:
        yield hub


def web(**settings) -> Web:
    return Web(
        "anitag-test/1 (mio)", **{"patience": 20.0, "may_reach": HERE.__contains__} | settings
    )


def write_list(path, site, *names: str):
    lines = [name if "//" in name or not name else f"{site.url}/{name}" for name in names]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def collect(tmp_path, site, *names: str, by=None, **settings) -> Counter:
    given = {"pause": 0.0, "backoff": 0.0, "attempts": 2} | settings
    order = UrlOrder([write_list(tmp_path / "urls.csv", site, *names)], tmp_path / "to", **given)
    return collect_urls(order, by or web(), Progress(as_json=False))


def rows(tmp_path) -> list[dict]:
    text = (tmp_path / "to/outcomes.jsonl").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def row(tmp_path, name: str) -> dict:
    return next(r for r in rows(tmp_path) if r["url"].endswith(name) and "repeats" not in r)


def pictures(tmp_path) -> list[str]:
    return sorted(p.name for p in (tmp_path / "to").rglob("*") if p.suffix in {".png", ".jpg"})


def test_pictures_come_under_their_hash_with_their_origin(tmp_path, site):
    site.misbehave("/a.png", answering(200, picture(1), Content_Type="image/png"))
    site.misbehave("/lies.png", answering(200, picture(2, "JPEG"), Content_Type="text/html"))
    counts = collect(tmp_path, site, "a.png", "lies.png")
    assert counts == {Outcome.OK: 2}
    found = row(tmp_path, "/a.png")
    assert (tmp_path / "to" / found["file"]).read_bytes() == picture(1)
    assert found["file"] == f"{found['sha256']}.png"
    assert (found["line"], found["list"], found["width"], found["height"]) == (
        1,
        "urls.csv",
        96,
        128,
    )
    assert row(tmp_path, "lies.png")["file"].endswith(".jpg")
    assert site.log[0][1]["User-Agent"] == "anitag-test/1 (mio)"


def test_what_is_no_picture_is_told_as_what_it_is(tmp_path, site):
    bomb = gzip.compress(b"\0" * 10_000_000)
    answers = {
        "page.png": (200, b"<!DOCTYPE html>" + b"x" * 600),
        "video.png": (200, b"\x1aE\xdf\xa3" + b"x" * 600),
        "cut.png": (200, picture(1)[:-40]),
        "large.png": (200, png_header(100_000, 100_000)),
        "empty.png": (200, b""),
        "gone.png": (404, b"no"),
    }
    for name, (status, body) in answers.items():
        site.misbehave(f"/{name}", answering(status, body))
    site.misbehave("/bomb.png", answering(200, bomb, Content_Encoding="gzip"))
    counts = collect(tmp_path, site, *answers, "bomb.png")
    outcomes = {r["url"].rsplit("/")[-1]: r["outcome"] for r in rows(tmp_path)}
    assert outcomes == {
        "page.png": "not_a_picture",
        "video.png": "not_a_picture",
        "cut.png": "damaged",
        "large.png": "too_many_pixels",
        "empty.png": "not_a_picture",
        "gone.png": "status",
        "bomb.png": "not_a_picture",
    }
    assert row(tmp_path, "gone.png")["status"] == 404
    assert row(tmp_path, "page.png")["reason"] == "a web page"
    assert row(tmp_path, "video.png")["reason"] == "a video (Matroska or WebM)"
    assert counts[Outcome.OK] == 0
    assert pictures(tmp_path) == []


def test_lengths_are_not_believed(tmp_path, site):
    def endless(request):
        request.send_response(200)
        request.end_headers()
        request.wfile.write(picture(1))
        while True:
            request.wfile.write(b"\0" * 65536)

    site.misbehave("/endless.png", endless)
    site.misbehave("/says-more.png", answering(200, picture(1), length=len(picture(1)) + 9))
    site.misbehave("/says-less.png", answering(200, picture(1), length=len(picture(1)) - 40))
    site.misbehave("/says-huge.png", answering(200, picture(1), length=10**12))
    site.misbehave("/says-nonsense.png", answering(200, picture(2), length=-1, Content_Length="x"))
    names = ("endless", "says-more", "says-less", "says-huge", "says-nonsense")
    collect(tmp_path, site, *(f"{name}.png" for name in names), limit=1_000_000)
    assert [row(tmp_path, f"/{name}.png")["outcome"] for name in names] == [
        *("too_large", "cut_off", "damaged", "too_large", "ok")
    ]


def test_who_is_slow_does_not_hold_us_up(tmp_path, site):
    def silent(_request):
        time.sleep(1.5)
        return False

    def drip(request):
        for letter in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 10_000:
            request.wfile.write(bytes([letter]))
            request.wfile.flush()
            time.sleep(0.05)

    def dripping_body(request):
        request.send_response(200)
        request.end_headers()
        for letter in picture(1):
            request.wfile.write(bytes([letter]))
            request.wfile.flush()
            time.sleep(0.05)

    site.misbehave("/silent.png", silent)
    site.misbehave("/drip.png", drip)
    site.misbehave("/body.png", dripping_body)
    slow = web(patience=0.4, deadline=0.8)
    collect(tmp_path, site, "silent.png", "drip.png", "body.png", by=slow, attempts=1, at_once=3)
    assert {r["outcome"] for r in rows(tmp_path)} == {"timeout"}


@pytest.mark.parametrize(
    ("target", "outcome"),
    [
        ("http://169.254.169.254/latest/meta-data/", "refused_address"),
        ("http://[::1]:1/x", "refused_address"),
        ("http://2130706433/x", "ok"),  # 127.0.0.1 in other words, which this test allows
        ("http://10.0.0.7/x", "refused_address"),
        ("file:///etc/passwd", "refused_address"),
        ("ftp://127.0.0.1/x", "refused_address"),
        ("http://user:word@127.0.0.1/x", "refused_address"),
        ("http://[x/y", "bad_address"),
        ("http://a..b/x", "bad_address"),
        ("/again", "redirects"),
    ],
)
def test_redirects_are_looked_at_like_the_first_address(tmp_path, site, target, outcome):
    port = site.url.rsplit(":")[-1]
    location = target.replace("2130706433/x", f"2130706433:{port}/real.png")
    site.misbehave("/again", answering(302, Location=location))
    site.misbehave("/real.png", answering(200, picture(3)))
    collect(tmp_path, site, "again")
    assert row(tmp_path, "/again")["outcome"] == outcome


def test_nothing_outside_the_open_network_is_asked_by_itself(tmp_path, site):
    site.misbehave("/a.png", answering(200, picture(1)))
    counts = collect(tmp_path, site, "a.png", "http://localhost:1/x", by=Web("x", patience=0.4))
    assert counts == {Outcome.REFUSED_ADDRESS: 2}
    assert site.log == []


def test_a_name_that_leads_elsewhere_later_gains_nothing(tmp_path, site, monkeypatch):
    import socket

    real, said = socket.getaddrinfo, []

    def rebinding(host, *rest, **more):
        said.append(host)
        first = host == "rebind.example" and said.count(host) == 1
        return real("127.0.0.1" if first or host == "127.0.0.1" else "127.0.0.9", *rest, **more)

    monkeypatch.setattr("socket.getaddrinfo", rebinding)
    site.misbehave("/a.png", answering(200, picture(1)))
    url = site.url.replace("127.0.0.1", "rebind.example")
    assert collect(tmp_path, site, f"{url}/a.png") == {Outcome.OK: 1}
    assert said.count("rebind.example") == 1
    assert site.log[0][1]["Host"].startswith("rebind.example")


def test_a_site_that_is_busy_is_asked_again_later(tmp_path, site):
    for name, header in (("seconds", "1"), ("date", "Wed, 21 Oct 2015 07:28:00 GMT")):
        busy = answering(429, Retry_After=header)
        site.misbehave(f"/{name}.png", busy, answering(200, picture(len(name))))
    site.misbehave("/broken.png", answering(500), answering(503), answering(200, picture(9)))
    began = time.monotonic()
    counts = collect(tmp_path, site, "seconds.png", "date.png", "broken.png", attempts=3)
    assert counts == {Outcome.OK: 3}
    assert time.monotonic() - began >= 1.0  # what was asked for is kept


def test_who_keeps_failing_is_told_and_left_alone(tmp_path, site):
    names = [f"{i}.png" for i in range(30)]
    for name in names:
        site.misbehave(f"/{name}", answering(502))
    counts = collect(tmp_path, site, *names, workers=1)
    assert counts.total() == 30
    assert counts[Outcome.STATUS] + counts[Outcome.UNREACHABLE] == 30
    assert len(site.log) == 10


def test_the_same_bytes_and_the_same_address_are_kept_once(tmp_path, site):
    for name in ("a.png", "b.png"):
        site.misbehave(f"/{name}", answering(200, picture(1)))
    counts = collect(tmp_path, site, "a.png", "b.png", "a.png", workers=1)
    assert counts == {Outcome.OK: 1, Outcome.DUPLICATE: 2}
    assert len(pictures(tmp_path)) == 1
    assert rows(tmp_path)[0]["repeats"] == 1
    assert row(tmp_path, "b.png")["reason"] == row(tmp_path, "a.png")["file"]


def test_bad_lines_are_named_by_their_number(tmp_path, site):
    site.misbehave("/a,b.png", answering(200, picture(1)))
    counts = collect(tmp_path, site, "a,b.png", "", "http://[bad/x", "http:///x")
    assert counts == {Outcome.OK: 1, Outcome.BAD_ADDRESS: 3}
    told = {r["line"]: r["reason"] for r in rows(tmp_path) if r["outcome"] == "bad_address"}
    assert told[2] == "the line is empty"
    assert sorted(told) == [2, 3, 4]


def test_a_second_run_asks_only_for_what_may_have_changed(tmp_path, site):
    site.misbehave("/a.png", answering(200, picture(1)))
    site.misbehave("/copy.png", answering(200, picture(1)))
    site.misbehave("/gone.png", answering(404))
    site.misbehave("/busy.png", answering(503))
    names = ("a.png", "gone.png", "busy.png", "a.png", "")
    first = collect(tmp_path, site, *names, workers=1, attempts=1)
    site.log.clear()
    site.misbehave("/busy.png", answering(200, picture(2)))
    second = collect(tmp_path, site, *names, "copy.png", workers=1)
    assert [path for path, _ in site.log] == ["/busy.png", "/copy.png"]
    assert first[Outcome.STATUS] == 2
    assert second == {
        Outcome.OK: 2,
        Outcome.STATUS: 1,
        Outcome.DUPLICATE: 2,
        Outcome.BAD_ADDRESS: 1,
    }
    (tmp_path / "to" / row(tmp_path, "/a.png")["file"]).unlink()
    site.log.clear()
    collect(tmp_path, site, *names, workers=1, again=True)
    assert {path for path, _ in site.log} == {"/a.png", "/gone.png"}
    assert len(pictures(tmp_path)) == 2


def test_a_killed_run_leaves_nothing_half(tmp_path, site):
    site.misbehave("/a.png", answering(200, picture(1)))
    to = tmp_path / "to"
    to.mkdir()
    (to / f".{'0' * 64}.png.part").write_bytes(b"half")
    (to / "outcomes.jsonl").write_bytes(b'{"list":"urls.csv","line":1,"url":"x","outc')
    assert collect(tmp_path, site, "a.png") == {Outcome.OK: 1}
    assert len(rows(tmp_path)) == 1
    assert not list(to.rglob("*.part"))


def test_a_column_says_the_class_and_training_reads_the_folder(tmp_path, site):
    for seed in range(4):
        site.misbehave(f"/{seed}.png", answering(200, picture(seed)))
    lines = [
        f"{seed},{site.url}/{seed}.png,{'anime' if seed % 2 else '../toon'}" for seed in range(4)
    ]
    listed = tmp_path / "all.csv"
    listed.write_text("id,URL,Label\n" + "\n".join(lines) + "\n", "utf-8-sig")
    order = UrlOrder([listed], tmp_path / "to", pause=0.0)
    collect_urls(order, web(), Progress(as_json=False))
    found = read_set(SourceConfig("walk", str(tmp_path / "to"), layout="folders"))
    assert found.classes == ("_toon", "anime")
    assert len(found.pictures) == 4


def test_lists_that_are_not_there_are_named(tmp_path):
    order = UrlOrder([tmp_path / "no.csv"], tmp_path / "to")
    with pytest.raises(AnitagError) as caught:
        collect_urls(order, web(), Progress(as_json=False))
    assert caught.value.code == "no_such_file"


def test_only_so_many_lines_are_taken(tmp_path, site):
    for seed in range(3):
        site.misbehave(f"/{seed}.png", answering(200, picture(seed)))
    assert collect(tmp_path, site, "0.png", "1.png", "2.png", most=2) == {Outcome.OK: 2}


def test_a_list_that_is_no_csv_is_named_with_its_row(tmp_path):
    path = tmp_path / "urls.csv"
    for broken in ("x" * 200_000 + ",red", '"http://a.example/2.png,red', "http://a/2,3.png,red"):
        path.write_text(f"url,class\nhttp://a.example/1.png,red\n{broken}\nhttp://a/9.png,red\n")
        with pytest.raises(AnitagError, match=r"urls\.csv, row 3"):
            list(read_url_list(path))


def test_a_table_without_a_column_of_addresses_is_named(tmp_path):
    (tmp_path / "labels.csv").write_text("file,tags\na.png,smile\n")
    with pytest.raises(AnitagError, match=r"labels\.csv, row 1: none of its columns is called url"):
        list(read_url_list(tmp_path / "labels.csv"))
    (tmp_path / "plain.csv").write_text("https://x.org/a,b.png\nhttps://x.org/c.png\n")
    assert [one.line for one in read_url_list(tmp_path / "plain.csv")] == [1, 2]


def test_a_long_first_line_is_an_address_like_any_other(tmp_path):
    path = tmp_path / "urls.txt"
    path.write_text("http://a.example/" + "x" * 200_000 + "\n")
    assert [len(one.url) for one in read_url_list(path)] == [200_017]


def test_classes_that_would_share_a_folder_are_named_before_anything_is_asked(tmp_path, site):
    site.misbehave("/a.png", answering(200, picture(1)))
    path = tmp_path / "urls.csv"
    rows = [f"{site.url}/a.png,{name}" for name in ("Re:Zero", "Re:Zero", "re_zero")]
    path.write_text("\n".join(["url,class", *rows]) + "\n")
    order = UrlOrder([path], tmp_path / "to", pause=0.0)
    with pytest.raises(AnitagError, match=r"urls\.csv, row 4: .*'Re:Zero' and 're_zero'"):
        collect_urls(order, web(), Progress(as_json=False))
    assert site.log == []
