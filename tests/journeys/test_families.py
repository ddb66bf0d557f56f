"""Every family of taggers through the whole program: its files are added, pictures tagged, shown.

One library has all look-alikes in use, so each picture is read and decoded once for all of them.
What ``show`` tells of each model is compared with scores that follow from the picture by a plain
formula: alone, in batches, and after the program was killed in the middle and started again.
"""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from anitag_desktop.domain.prediction import SCORE_FLOOR
from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.worker.client import WorkerClient, WorkerOptions
from tests.helpers.command_line import Anitag
from tests.helpers.look_alikes import TAGGERS, expected_scores, write_pictures

pytestmark = pytest.mark.integration
TOLERANCE = 1e-3
WAYS = ("alone", "in batches", "killed and started again")


@pytest.fixture(scope="module")
def art(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("art")
    write_pictures(folder)
    return folder


@pytest.fixture(scope="module")
def models(tmp_path_factory) -> dict[str, Path]:
    """The folders of all look-alikes at their real input size, as they are published."""
    root = tmp_path_factory.mktemp("published")
    for name, known in TAGGERS.items():
        known.write(root / name, known.side)
    return {name: root / name for name in TAGGERS}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory, models) -> tuple[Path, dict[str, str]]:
    """A library that uses all of them, and their ids in it."""
    anitag = Anitag(tmp_path_factory.mktemp("prepared") / "library")
    ids = {name: anitag.json("models", "add", models[name])[0]["id"] for name in models}
    anitag.json("models", "use", *ids.values())
    return anitag.root, ids


@pytest.fixture(scope="module")
def libraries(tmp_path_factory, prepared, art) -> dict[str, Anitag]:
    """A library for each way of tagging."""
    found = {way: Anitag(tmp_path_factory.mktemp("library") / "library") for way in WAYS}
    for way, anitag in found.items():
        shutil.copytree(prepared[0], anitag.root)
        _tag(anitag, art, way)
    return found


@pytest.fixture(scope="module")
def shown(libraries, art):
    """What ``show`` tells by way of tagging, picture and model: scores by tag name."""
    found = {}
    for way, anitag in libraries.items():
        for record in anitag.json("show", art):
            for said in record["opinions"]:
                where = way, Path(record["path"]).name, said["model"]
                found.setdefault(where, {})[said["name"]] = said["score"]
    return found


def _tag(anitag: Anitag, art: Path, way: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        if way == "in batches":
            patch.setattr(WorkerClient, "__init__", _batching)
        if way == "killed and started again":
            ends = [_tag_elsewhere(anitag, art, f"index.after_commit:kill@{n}") for n in (2, 3, 4)]
            assert ends[0] == -signal.SIGKILL
        (*_, done) = anitag.json("tag", art)
    assert (done["images"], done["problems"]) == (5, 0)


def _batching(self: WorkerClient, *args: object, **options: object) -> None:
    wanted = WorkerOptions(program="tests.helpers.batching_child")
    _START(self, *args, **{**options, "options": wanted})


_START = WorkerClient.__init__


def _tag_elsewhere(anitag: Anitag, art: Path, fault: str) -> int:
    """Tag in a process that is killed when it passes a place so many times, if it comes so far."""
    command = [sys.executable, "-m", "anitag_desktop", "--library", anitag.root, "tag", art]
    environment = os.environ | {"ANITAG_FAULT": fault}
    return subprocess.run(command, env=environment, capture_output=True, check=False).returncode


@pytest.mark.parametrize("picture", ["rgb.png", "rgb.jpg", "alpha.webp", "grey.png", "cmyk.jpg"])
@pytest.mark.parametrize("name", TAGGERS)
@pytest.mark.parametrize("way", WAYS)
def test_scores(shown, prepared, models, art, way: str, name: str, picture: str) -> None:
    labels = ModelPackage.load(models[name]).labels
    wanted = expected_scores(TAGGERS[name], art / picture)
    found = dict(shown[way, picture, prepared[1][name]])
    for label, score in zip(labels, wanted, strict=True):
        if score >= SCORE_FLOOR + TOLERANCE:
            assert found.pop(label.name) == pytest.approx(score, abs=TOLERANCE)
    assert all(score < SCORE_FLOOR + 2 * TOLERANCE for score in found.values())


@pytest.mark.parametrize(
    ("used", "change"),
    [
        (["wd_v3"], ["threshold.general", "0.6"]),
        (["wd_v3"], ["threshold.tag.solo", "0.95"]),
        (["wd_v3"], ["most.general", "1"]),
        (["animetimm"], ["mcut.general", "on"]),
        (["wd_v3", "animetimm"], ["merging.general", "agreement"]),
    ],
)
def test_what_counts_is_changed_without_a_second_look(
    libraries, prepared, art, used: list[str], change: list[str]
) -> None:
    anitag = libraries["alone"]
    anitag.json("models", "use", *(prepared[1][name] for name in used))
    before = _tags(anitag, art)
    anitag.json("settings", "set", *change)
    assert _tags(anitag, art) != before
    assert anitag.json("tag", art)[-1]["tagged"] == 0
    anitag.json("undo")
    assert _tags(anitag, art) == before


def _tags(anitag: Anitag, art: Path) -> dict[str, object]:
    return {record["path"]: record["tags"] for record in anitag.json("show", art)}
