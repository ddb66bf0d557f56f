"""A folder is left out and taken back, by commands alone: nothing is lost or recognised twice."""

import shutil

import pytest

from anitag_desktop.worker.client import WorkerClient
from anitag_desktop.worker.messages import RecogniseJob
from tests.helpers.art import BLUE, GREEN, paint
from tests.helpers.command_line import Anitag
from tests.helpers.models import write_package

pytestmark = pytest.mark.integration
COUNT = 12


@pytest.fixture
def anitag(tmp_path, monkeypatch):
    (tmp_path / "run").mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    monkeypatch.setenv("ORT_DISABLE_TELEMETRY", "1")
    return Anitag(tmp_path / "library")


@pytest.fixture
def recognised(monkeypatch):
    """The paths that workers were asked to recognise."""
    paths = []
    submit = WorkerClient.submit

    def noting(self, job, **options):
        if isinstance(job, RecogniseJob):
            paths.append(job.path)
        return submit(self, job, **options)

    monkeypatch.setattr(WorkerClient, "submit", noting)
    return paths


def count(anitag, query=""):
    (found,) = anitag.json("search", "--count", query)
    return found["count"]


def tags(anitag, path):
    (record,) = anitag.json("show", path)
    return {tag["name"] for tag in record["tags"]}, record["status"]


def test_a_folder_is_left_out_and_taken_back(anitag, tmp_path, recognised):
    art = tmp_path / "art"
    anitag.json("models", "add", write_package(tmp_path / "one"))
    anitag.json("models", "use", "anitag/test")
    for number in range(COUNT):
        folder = art / ("raw" if number % 2 else "kept") / "sub"
        inside = paint(folder / f"{number}.png", number, GREEN if number % 3 else BLUE)
    (art / "raw" / "broken.png").write_bytes(b"no picture")
    anitag.json("tag", art, code=1)
    assert (count(anitag), len(recognised)) == (COUNT, COUNT + 1)
    anitag.json("correct", inside, "--add", "scarf", "--reject", "1girl")
    before = tags(anitag, inside)

    anitag.json("settings", "set", "excludes", "raw/")
    done = anitag.json("tag")[-1]
    assert (done["images"], done["problems"], count(anitag)) == (COUNT // 2, 0, COUNT // 2)
    for status in ("missing", "away", "unreadable"):
        assert count(anitag, f"status:{status}") == 0
    assert count(anitag, "scarf") == 0
    assert anitag("show", inside).code == 1
    inside = inside.rename(inside.with_name("renamed while nobody looked" + inside.suffix))
    shutil.copy(inside, art / "kept" / f"copy{inside.suffix}")
    anitag.json("tag")
    assert count(anitag, "scarf") == 1
    (art / "kept" / f"copy{inside.suffix}").unlink()
    anitag.json("tag")
    assert count(anitag, "status:missing") == 1

    anitag.json("undo")
    done = anitag.json("tag", code=1)[-1]
    assert (done["images"], done["tagged"], done["problems"]) == (COUNT, 0, 1)
    assert (count(anitag), count(anitag, "status:missing")) == (COUNT, 0)
    assert tags(anitag, inside) == before
    assert [path for path in recognised if path.endswith(b"broken.png")] == [
        str(art / "raw" / "broken.png").encode()
    ] * 2
    assert len(recognised) == COUNT + 2
    (report,) = anitag.json("check")
    assert report["ok"], report
