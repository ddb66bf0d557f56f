"""The catalogue on the command line."""

from pathlib import Path

import pytest

from anitag_desktop.app import open_library
from anitag_desktop.cli.handoff import HandoffServer
from anitag_desktop.cli.program import run_words
from anitag_desktop.paths import LibraryPaths
from tests.helpers.catalogues import MODEL, offer
from tests.helpers.fake_hub import COMMIT, FakeHub, answering
from tests.helpers.look_alikes import write_detector

pytestmark = pytest.mark.integration


@pytest.fixture
def hub(monkeypatch, tmp_path):
    with FakeHub() as running:
        monkeypatch.setenv("HF_ENDPOINT", running.url)
        folder: Path = offer(running, tmp_path, terms="Be kind.").parent
        monkeypatch.setattr("anitag_desktop.services.installing.bundled_models", lambda: folder)
        yield running


def test_list_install_verify_use_and_remove(anitag, hub):
    (listed,) = anitag.json("models", "list", "--available")
    assert (listed["id"], listed["licence"], listed["megabytes"]) == (MODEL, "Apache-2.0", 0.1)
    assert (listed["installed"], listed["run_on_real_weights"], listed["accepted"]) == (False,) * 3
    assert listed["facts_of"] == "2026-11-21"
    assert listed["metrics"] == [{"name": "macro F1", "value": 0.5, "set": "made up"}]
    assert "macro F1 0.5 (made up)" in anitag("models", "list", "--available").out
    refused = anitag("models", "install", MODEL, "--json")
    assert (refused.code, refused.out) == (1, "")
    assert "Be kind." in refused.err
    assert hub.log == []
    (done,) = anitag.json("models", "install", MODEL, "--accept-licence")
    assert (done["id"], done["revision"], done["pinned_before"]) == (MODEL, COMMIT, True)
    (listed,) = anitag.json("models", "list", "--available")
    assert (listed["installed"], listed["run_on_real_weights"], listed["accepted"]) == (True,) * 3
    assert anitag.json("models", "verify", MODEL)[0]["ok"]
    anitag.json("models", "use", MODEL)
    assert "is in use" in anitag("models", "remove", MODEL).err
    anitag.json("models", "use", "anitag/anitag-small")
    anitag.json("models", "remove", MODEL)
    assert MODEL not in [one["id"] for one in anitag.json("models")]


def test_what_was_begun_goes_on_or_is_removed(anitag, hub, tmp_path):
    hub.misbehave(f"/Somebody/WD-Test/resolve/{COMMIT}/selected_tags.csv", answering(404))
    failed = anitag("models", "install", "wd-test", "--accept-licence")
    assert (failed.code, "has no selected_tags.csv" in failed.err) == (1, True)
    (listed,) = anitag.json("models", "list", "--available")
    assert listed["bytes_here"] == (tmp_path / "published" / "model.onnx").stat().st_size
    hub.behaviours.clear()
    hub.log.clear()
    said = anitag("models", "install", "wd-test")
    assert (said.code, "installed" in said.out) == (0, True)
    assert hub.asked("model.onnx") == []


def test_a_detector_is_used_and_stopped(anitag, tmp_path):
    write_detector(tmp_path / "faces", [(32, 32, 9, 9, 0.9)], side=64)
    assert (
        "use it with: anitag models use local/faces"
        in anitag("models", "add", tmp_path / "faces").out
    )
    assert "anitag/anitag-small and local/faces are in use" in anitag("models", "use", "faces").out
    assert "no longer in use" in anitag("models", "stop", "faces").out
    assert [one["active"] for one in anitag.json("models")] == [True, False]
    again = anitag("models", "stop", "faces")
    assert (again.code, "no detector and no embedder in use" in again.err) == (2, True)
    anitag("models", "use", "faces")
    assert anitag.json("models", "stop", "faces") == [{"id": "faces"}]


def test_window_that_does_it_goes_by_the_environment_of_who_asked(
    anitag, hub, tmp_path, monkeypatch
):
    paths = LibraryPaths(anitag.root)
    with open_library(anitag.root, writable=True) as library:
        server = HandoffServer(paths, lambda words, out, err: run_words(library, words, out, err))
        try:
            monkeypatch.setenv("HF_TOKEN", "hf_secret")
            anitag.json("models", "install", MODEL, "--accept-licence")
        finally:
            server.close()
    assert {headers["Authorization"] for _, headers in hub.log} == {"Bearer hf_secret"}
