"""A hub that misbehaves in every way we could think of: nothing wrong ever gets its place."""

import gzip
import hashlib
import os
import random
import threading
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.downloading.client import download
from anitag_desktop.downloading.messages import Endpoint, Manners, Order, WantedFile
from tests.helpers.drives import mounted
from tests.helpers.fake_hub import COMMIT, FakeHub, Request, answering, usual

pytestmark = pytest.mark.integration

REPOSITORY = "somebody/model"
WEIGHTS = random.Random(7).randbytes(300_000)
LABELS = b"tag_id,name,category\n" * 20
CDN = f"/cdn/{REPOSITORY}/resolve/{COMMIT}/model.onnx"
RESOLVE = f"/{REPOSITORY}/resolve/{COMMIT}/"
API = f"/api/models/{REPOSITORY}/revision/main"
QUICK = Manners(patience=2.0, pause=0.01, attempts=3)


@pytest.fixture
def hub():
    with FakeHub() as running:
        running.files[REPOSITORY] = {"model.onnx": WEIGHTS, "selected_tags.csv": LABELS}
        yield running


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def order(hub: FakeHub, folder: Path, *, pinned: bool = True) -> Order:
    folder.mkdir(exist_ok=True)
    known = {"model.onnx": WEIGHTS, "selected_tags.csv": LABELS}
    files = tuple(
        WantedFile(name, name, len(content) * pinned, sha256(content) * pinned, False)
        for name, content in known.items()
    )
    commit = COMMIT if pinned else ""
    endpoints = (Endpoint(hub.url, gets_token=True),)
    return Order(REPOSITORY, commit, endpoints, files, os.fsencode(folder), QUICK)


def run(wanted: Order, on_progress=lambda _done, _total: None, **environment: str):
    return download(wanted, environment, on_progress, lambda: False)


def refused(wanted: Order, **environment: str) -> AnitagError:
    with pytest.raises(AnitagError) as caught:
        run(wanted, **environment)
    return caught.value


def whole(folder: Path) -> dict[str, bytes]:
    """Return what would be used: the files in their places."""
    return {
        path.name: path.read_bytes()
        for path in folder.iterdir()
        if path.suffix not in (".part", ".tag")
    }


EVERYTHING = {"model.onnx": WEIGHTS, "selected_tags.csv": LABELS}


@pytest.mark.parametrize("pinned", [True, False])
def test_brings_files_and_says_how_far_it_is(hub, tmp_path, pinned):
    told = []
    wanted = order(hub, tmp_path / "m", pinned=pinned)
    received = run(wanted, lambda done, total: told.append((done, total)))
    assert whole(tmp_path / "m") == EVERYTHING
    assert sorted(path.name for path in (tmp_path / "m").iterdir()) == sorted(EVERYTHING)
    assert received.revision == COMMIT
    assert {(f.path, f.sha256) for f in received.files} == {
        (name, sha256(content)) for name, content in EVERYTHING.items()
    }
    assert told[-1] == (len(WEIGHTS) + len(LABELS),) * 2
    assert bool(hub.asked("/api/")) is not pinned
    assert all((tmp_path / "m" / name).stat().st_mode & 0o077 == 0 for name in EVERYTHING)


def test_what_is_here_is_not_brought_again(hub, tmp_path):
    run(order(hub, tmp_path / "m"))
    hub.log.clear()
    run(order(hub, tmp_path / "m"))
    assert hub.log == []
    (tmp_path / "m" / "model.onnx").write_bytes(b"x" * len(WEIGHTS))
    run(order(hub, tmp_path / "m"))
    assert whole(tmp_path / "m") == EVERYTHING


def test_no_cookie_no_identity_and_the_token_for_the_endpoint_alone(hub, tmp_path):
    def bake(request: Request) -> None:
        request.answer(302, Location=CDN, Set_Cookie="who=you; Path=/")

    hub.misbehave(RESOLVE + "model.onnx", bake)
    run(order(hub, tmp_path / "m"), HF_TOKEN="hf_secret")
    assert {h["Authorization"] for _, h in hub.log} == {"Bearer hf_secret"}
    assert {name for _, h in hub.log for name in h} == {
        *("Host", "Accept-Encoding", "Authorization", "User-Agent")
    }
    hub.log.clear()
    plain = replace(order(hub, tmp_path / "n"), endpoints=(Endpoint(hub.url, gets_token=False),))
    run(plain, HF_TOKEN="hf_secret")
    assert not any("Authorization" in headers for _, headers in hub.log)


def flipped(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


HTML = b"<!doctype html><title>Log in to the network</title>"

WRONG = {
    "right size, wrong bytes": (lambda r: r.send_content(flipped(WEIGHTS)), "not_the_file"),
    "another size": (answering(200, WEIGHTS + b"x"), "not_the_file"),
    "longer than it says": (
        answering(200, WEIGHTS + b"x" * 100_000, length=-1),
        "not_the_file",
    ),
    "a web page": (answering(200, HTML, Content_Type="text/html; charset=utf-8"), "not_the_file"),
    "a page of the right size": (
        answering(200, HTML.ljust(len(WEIGHTS))),
        "not_the_file",
    ),
    "compressed": (
        answering(200, gzip.compress(b"\0" * 10**6), Content_Encoding="gzip"),
        "not_the_file",
    ),
    "an empty file": (answering(200), "not_the_file"),
    "a part that nobody asked for": (
        answering(206, WEIGHTS[10:], Content_Range=f"bytes 10-299999/{len(WEIGHTS)}"),
        "hub_unreachable",
    ),
    "gone": (answering(404, X_Error_Code="EntryNotFound"), "download_absent"),
    "gated, not logged in": (answering(401, X_Error_Code="GatedRepo"), "model_gated"),
    "gated, not accepted": (answering(403, X_Error_Code="GatedRepo"), "model_gated"),
    "hidden": (answering(401, X_Error_Code="RepoNotFound"), "model_hidden"),
    "refused": (answering(403), "model_hidden"),
    "a strange status": (answering(418), "hub_failed"),
    "always busy": (answering(429, Retry_After=0), "hub_unreachable"),
    "always broken": (answering(502, HTML), "hub_unreachable"),
    "hangs up": (lambda r: r.connection.close(), "hub_unreachable"),
    "no HTTP": (lambda r: r.wfile.write(b"\0\1\2nonsense\r\n\r\n"), "hub_unreachable"),
    "redirect in circles": (answering(302, Location=RESOLVE + "model.onnx"), "hub_not_allowed"),
    "redirect to a file": (answering(302, Location="file:///etc/passwd"), "hub_not_allowed"),
    "redirect elsewhere": (answering(302, Location="https://example.org/x"), "hub_not_allowed"),
    "redirect to http": (answering(302, Location="http://huggingface.co/x"), "hub_not_allowed"),
    "redirect to the house": (answering(302, Location="http://192.168.0.1/x"), "hub_not_allowed"),
    "redirect with a name": (
        answering(302, Location="https://u:p@huggingface.co/x"),
        "hub_not_allowed",
    ),
    "redirect to nonsense": (answering(302, Location="https://[::1"), "hub_not_allowed"),
}


@pytest.mark.parametrize("name", WRONG)
def test_nothing_wrong_gets_its_place(hub, tmp_path, name):
    behaviour, code = WRONG[name]
    folder = tmp_path / "m"
    wanted = order(hub, folder)
    if list(WRONG).index(name) % 2:  # every other one meets a download that was begun
        (folder / "model.onnx.part").write_bytes(WEIGHTS[:1000])
    hub.misbehave(RESOLVE + "model.onnx", behaviour)
    error = refused(wanted)
    assert error.code == code, error
    assert whole(folder) == {}
    assert {p.name for p in tmp_path.iterdir()} == {"m"}
    assert "secret" not in str(error)
    hub.behaviours.clear()
    run(wanted)  # and what is left of it does no harm
    assert whole(folder) == EVERYTHING


@pytest.mark.parametrize(
    "passing",
    [
        answering(429, Retry_After=1),
        answering(503),
        lambda r: r.connection.close(),
        lambda r: r.answer(200, WEIGHTS[:100_000], length=len(WEIGHTS)),
    ],
    ids=["busy", "unavailable", "hung up", "cut off"],
)
def test_what_passes_is_tried_again(hub, tmp_path, passing):
    hub.misbehave(CDN, passing, passing, usual)
    run(order(hub, tmp_path / "m"))
    assert whole(tmp_path / "m") == EVERYTHING


def test_goes_on_where_it_was_cut_off(hub, tmp_path):
    def cut(request: Request) -> None:
        request.answer(200, WEIGHTS[:200_000], length=len(WEIGHTS), ETag='"one"')

    hub.misbehave(CDN, cut, lambda r: r.headers.replace_header("If-Range", f'"{sha256(WEIGHTS)}"'))
    hub.behaviours[CDN][1] = _resumed
    run(order(hub, tmp_path / "m"))
    ranges = [(h.get("Range"), h.get("If-Range")) for h in hub.asked("/cdn")]
    assert ranges == [(None, None), ("bytes=200000-", '"one"')]
    assert whole(tmp_path / "m") == EVERYTHING


def _resumed(request: Request) -> None:
    place = f"bytes 200000-{len(WEIGHTS) - 1}/{len(WEIGHTS)}"
    request.answer(206, WEIGHTS[200_000:], Content_Range=place)


def test_file_that_changes_between_two_parts_is_brought_anew(hub, tmp_path):
    def old(request: Request) -> None:
        request.answer(200, b"\0" * 200_000, length=len(WEIGHTS), ETag='"old"')

    hub.misbehave(CDN, old, usual)
    run(order(hub, tmp_path / "m"))
    assert whole(tmp_path / "m") == EVERYTHING


def test_hub_that_pastes_two_versions_together_is_not_believed(hub, tmp_path):
    folder = tmp_path / "m"
    wanted = order(hub, folder)
    (folder / "model.onnx.part").write_bytes(b"\0" * 200_000)
    hub.misbehave(CDN, _resumed, usual)
    run(wanted)
    assert whole(folder) == EVERYTHING


@pytest.mark.parametrize("range_", ["bytes 0-299999/300000", "bytes 5-6/7", "bytes 1-2", "", "x"])
def test_lie_about_the_part_begins_anew(hub, tmp_path, range_):
    folder = tmp_path / "m"
    wanted = order(hub, folder)
    (folder / "model.onnx.part").write_bytes(WEIGHTS[:200_000])
    hub.misbehave(CDN, answering(206, WEIGHTS[200_000:], Content_Range=range_), usual)
    run(wanted)
    assert whole(folder) == EVERYTHING


def test_part_that_is_longer_than_the_file_is_thrown_away(hub, tmp_path):
    folder = tmp_path / "m"
    wanted = order(hub, folder)
    (folder / "model.onnx.part").write_bytes(WEIGHTS * 2)
    run(wanted)
    assert whole(folder) == EVERYTHING


def test_slow_and_silent_hubs_are_given_up(hub, tmp_path):
    gone = threading.Event()

    def drip(request: Request) -> None:
        request.send_response(200)
        request.send_header("Content-Length", str(len(WEIGHTS)))
        request.end_headers()
        while not gone.wait(0.05):
            request.wfile.write(b"x")

    wanted = order(hub, tmp_path / "m")
    wanted = replace(wanted, manners=Manners(patience=0.5, pause=0.01, attempts=1))
    for behaviour, words in ((drip, "hardly anything"), (lambda _r: gone.wait(), "in time")):
        hub.misbehave(CDN, behaviour)
        error = refused(wanted)
        assert error.code == "hub_unreachable"
        assert words in str(error)
    gone.set()
    assert whole(tmp_path / "m") == {}


def test_nobody_there(tmp_path):
    with FakeHub() as hub:
        wanted = order(hub, tmp_path / "m")
    assert refused(wanted).code == "hub_unreachable"


LISTS = {
    "no JSON": b"{",
    "no object": b"[]",
    "another revision": b'{"sha": "main", "siblings": []}',
    "deep": b"[" * 100_000,
    "endless": b" " * (9 << 20),
    "no files": b'{"sha": "%s"}' % COMMIT.encode(),
    "wrong kinds": b'{"sha": "%s", "siblings": [1, {"rfilename": 2}]}' % COMMIT.encode(),
    "no hash": b'{"sha": "%s", "siblings": [{"rfilename": "model.onnx", "size": 5}]}'
    % COMMIT.encode(),
    "huge": b'{"sha": "%s", "siblings": [{"rfilename": "model.onnx", "size": 99999999999}]}'
    % COMMIT.encode(),
}


@pytest.mark.parametrize("body", LISTS.values(), ids=LISTS)
def test_lists_that_make_no_sense(hub, tmp_path, body):
    hub.misbehave(API, answering(200, body, Content_Type="application/json"))
    error = refused(order(hub, tmp_path / "m", pinned=False))
    assert error.code in ("hub_failed", "hub_unreachable", "download_absent")
    assert list((tmp_path / "m").iterdir()) == []


def test_known_commit_with_a_file_that_is_not_known(hub, tmp_path):
    wanted = order(hub, tmp_path / "m")
    weights, labels = wanted.files
    wanted = replace(wanted, files=(weights, replace(labels, bytes=0, sha256="")))
    hub.commit = "f" * 40  # the hub has moved on, and gives another commit than it was asked for
    error = refused(wanted)
    assert (error.code, "makes no sense" in str(error)) == ("hub_failed", True)
    assert hub.asked(f"/revision/{COMMIT}")
    hub.commit = COMMIT
    assert run(wanted).revision == COMMIT
    assert whole(tmp_path / "m") == EVERYTHING


def test_wrong_bytes_against_what_the_hub_states(hub, tmp_path):
    for name, content in EVERYTHING.items():
        hub.misbehave(RESOLVE + name, lambda r, c=content: r.send_content(flipped(c)))
        error = refused(order(hub, tmp_path / name, pinned=False))
        assert error.code == "not_the_file"
        assert name not in whole(tmp_path / name)
        hub.behaviours.clear()


def test_another_endpoint_takes_over(hub, tmp_path):
    with FakeHub() as broken:
        broken.files[REPOSITORY] = {"model.onnx": flipped(WEIGHTS), "selected_tags.csv": LABELS}
        wanted = order(hub, tmp_path / "m")
        both = (Endpoint(broken.url, gets_token=False), *wanted.endpoints)
        run(replace(wanted, endpoints=both))
    assert whole(tmp_path / "m") == EVERYTHING


@pytest.mark.parametrize(
    "url", ["http://huggingface.co", "ftp://huggingface.co", "https://", "x", "http://10.0.0.1"]
)
def test_endpoints_that_are_not_asked(hub, tmp_path, url):
    wanted = replace(order(hub, tmp_path / "m"), endpoints=(Endpoint(url, gets_token=True),))
    assert refused(wanted).code == "hub_not_allowed"


@pytest.mark.parametrize("name", ["../up", "/etc/x", "a/../../b", "x.pth", "C:\\x"])
def test_names_that_leave_the_folder(hub, tmp_path, name):
    file = WantedFile(name, "model.onnx", len(WEIGHTS), sha256(WEIGHTS), False)
    assert refused(replace(order(hub, tmp_path / "m"), files=(file,))).code == "hub_failed"
    assert list((tmp_path / "m").iterdir()) == []


def test_what_may_lack_may_lack(hub, tmp_path):
    wanted = order(hub, tmp_path / "m", pinned=False)
    extra = WantedFile("model_type.json", "model_type.json", 0, "", True)
    run(replace(wanted, files=(*wanted.files, extra)))
    assert whole(tmp_path / "m") == EVERYTHING


def _halfway(hub: FakeHub, reached: threading.Event) -> None:
    """Let the hub stop in the middle of the weights, once."""

    def stall(request: Request) -> None:
        request.send_response(200)
        for name, value in (("Content-Length", len(WEIGHTS)), ("ETag", f'"{sha256(WEIGHTS)}"')):
            request.send_header(name, str(value))
        request.end_headers()
        request.wfile.write(WEIGHTS[:150_000])
        request.wfile.flush()
        reached.set()
        time.sleep(1)

    hub.misbehave(CDN, stall, usual)


def _wait_for_part(folder: Path) -> None:
    part = folder / "model.onnx.part"
    deadline = time.monotonic() + 20
    while not (part.exists() and part.stat().st_size == 150_000):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_killed_in_the_middle_it_goes_on_there(hub, tmp_path):
    folder, reached, failures = tmp_path / "m", threading.Event(), []
    _halfway(hub, reached)
    wanted = replace(order(hub, folder), manners=Manners(patience=20, pause=0.01, attempts=3))

    def work() -> None:
        try:
            run(wanted)
        except AnitagError as error:
            failures.append(error.code)

    thread = threading.Thread(target=work)
    thread.start()
    assert reached.wait(20)
    _wait_for_part(folder)
    (child,) = [c for c in psutil.Process().children() if "downloading.child" in str(c.cmdline())]
    child.kill()
    thread.join()
    assert failures == ["download_died"]
    assert whole(folder) == {}
    run(wanted)
    assert whole(folder) == EVERYTHING
    assert hub.asked("/cdn")[-1]["Range"] == "bytes=150000-"


def test_stopped_in_the_middle_it_goes_on_there(hub, tmp_path):
    folder, reached = tmp_path / "m", threading.Event()
    _halfway(hub, reached)
    wanted = order(hub, folder)
    with pytest.raises(AnitagError) as caught:
        download(wanted, {}, lambda _d, _t: None, lambda: (folder / "model.onnx.part").exists())
    assert caught.value.code == "download_stopped"
    run(wanted)
    assert whole(folder) == EVERYTHING


def test_full_disks_are_told_before_and_in_the_middle(hub, tmp_path):
    place = tmp_path / "disk"
    place.mkdir()
    with mounted(place):
        wanted = order(hub, place / "m")
        assert refused(wanted).code == "disk_full"  # too little is free for it and its spare
        assert hub.log == []
        huge = random.Random(1).randbytes(1_200_000)
        hub.files[REPOSITORY]["model.onnx"] = huge
        assert refused(order(hub, place / "n", pinned=False)).code == "disk_full"
        assert whole(place / "n") == {}
