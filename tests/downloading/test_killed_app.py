"""The whole program killed in the middle of a download: nothing half is used, and it goes on."""

import hashlib
import os
import signal
import subprocess
import sys
import threading
import time

import psutil
import pytest

from anitag_desktop.downloading.client import PROGRAM as CHILD
from tests.helpers.catalogues import MODEL, REPOSITORY, offer
from tests.helpers.command_line import Anitag
from tests.helpers.fake_hub import COMMIT, FakeHub, Request, usual

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the child notices later"),
]

PROGRAM = """
import sys
from pathlib import Path
from anitag_desktop.cli import main
from anitag_desktop.services import installing
installing.bundled_models = lambda: Path(sys.argv[2])
sys.exit(main(["--library", sys.argv[1], "models", "install", sys.argv[3]]))
"""


def test_killed_program_leaves_a_download_that_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr("anitag_desktop.services.installing.bundled_models", lambda: tmp_path)
    reached, over = threading.Event(), threading.Event()
    with FakeHub() as hub:
        offer(hub, tmp_path)
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        weights = hub.files[REPOSITORY]["model.onnx"]

        def stall(request: Request) -> None:
            request.send_response(200)
            request.send_header("Content-Length", str(len(weights)))
            request.send_header("ETag", f'"{hashlib.sha256(weights).hexdigest()}"')
            request.end_headers()
            request.wfile.write(weights[:600])
            request.wfile.flush()
            reached.set()
            over.wait(20)

        hub.misbehave(f"/cdn/{REPOSITORY}/resolve/{COMMIT}/model.onnx", stall, usual)
        command = [sys.executable, "-c", PROGRAM, tmp_path / "library", tmp_path, MODEL]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as app:
            assert reached.wait(60)
            part = next_part(tmp_path)
            children = psutil.Process(app.pid).children(recursive=True)
            assert any(CHILD in child.cmdline() for child in children)
            os.kill(app.pid, signal.SIGKILL)
        psutil.wait_procs(children, timeout=5)
        over.set()
        assert [child for child in children if child.is_running()] == []
        assert part.read_bytes() == weights[:600]
        anitag = Anitag(tmp_path / "library")
        (listed,) = anitag.json("models", "list", "--available")
        assert (listed["installed"], listed["bytes_here"] >= 600) == (False, True)
        assert MODEL not in [one["id"] for one in anitag.json("models")]
        (done,) = anitag.json("models", "install", MODEL)
        assert hub.asked("/cdn")[-1]["Range"] == "bytes=600-"
    assert done["id"] == MODEL
    assert anitag.json("models", "verify", MODEL)[0]["ok"]


def next_part(tmp_path):
    deadline = time.monotonic() + 20
    while True:
        parts = list((tmp_path / "library").rglob("model.onnx.part"))
        if parts and parts[0].stat().st_size == 600:
            return parts[0]
        assert time.monotonic() < deadline
        time.sleep(0.02)
