"""A real training is stopped within two seconds, is killed, and goes on from where it was."""

import sys
import time

import psutil
import pytest

pytest.importorskip("torch")
pytest.importorskip("timm")

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.services import tutoring
from anitag_desktop.services.tutoring import tutor
from tests.helpers.toy_jobs import write_toy_job

pytestmark = [pytest.mark.training, pytest.mark.integration]

STEPS, KILLED_AT, STOPPED_AT = 24, 7, 12
MOST = 2.0
BUSY = 3.0
"""So many seconds more may pass on a machine that does other things, too."""


def corrected():
    """Every third disc is red, which is called ``box`` from now on; none is there to tune by."""
    for seed in range(500, 524):
        tags = ["box"] if seed % 3 == 0 else []
        yield {"seed": seed, "tags": tags, "absent": [] if tags else ["box"]}


@pytest.fixture
def job(base, tmp_path, monkeypatch):
    monkeypatch.setenv("ANITAG_TRAINING_PYTHON", sys.executable)
    return write_toy_job(tmp_path / "job", base, corrected(), {"box": "general"}, steps=STEPS)


def test_it_is_killed_and_stopped_and_goes_on_each_time(job):
    steps: list[int] = []
    asked: list[float] = []

    def note(event):
        if event["event"] == "step":
            steps.append(event["step"])

    def kill(event):
        note(event)
        if steps and steps[-1] >= KILLED_AT:
            for child in set(psutil.Process().children(recursive=True)) - others:
                child.kill()

    def is_given_up():
        if steps and steps[-1] >= STOPPED_AT:
            asked.append(time.monotonic())
        return bool(asked)

    # What earlier tests left lives on: multiprocessing's tracker of resources serves later ones.
    others = set(psutil.Process().children(recursive=True))
    words = ["retrain", str(job), "--json"]
    with pytest.raises(AnitagError) as failed:
        tutor(words, kill)
    assert failed.value.code == "training_failed"
    killed = steps[-1]
    assert not (job / "result").exists()

    steps.clear()
    assert not tutor(words, note, is_given_up)
    assert tutoring._PATIENCE + 2 * tutoring._LOOK <= MOST
    assert time.monotonic() - asked[0] <= MOST + BUSY
    assert 1 < steps[0] <= killed + 1, "it went on from a checkpoint"
    assert not (job / "result").exists()
    stopped = steps[-1]

    steps.clear()
    assert tutor(words, note)
    assert steps[0] > 1, "it went on again"
    assert steps[-1] == STEPS > stopped
    assert "box" in {label.name for label in ModelPackage.load(job / "result").labels}
