"""kill -9 at random moments: nothing acknowledged is lost, and work goes on."""

import json
import random
import signal
import subprocess
import sys
import time

import pytest

from tests.helpers.images import write_drawings

pytestmark = pytest.mark.integration
KILLS = 20


def command(library, *words):
    return [sys.executable, "-m", "anitag_desktop", "--library", str(library), *map(str, words)]


def run(library, *words):
    return subprocess.run(
        command(library, *words), capture_output=True, text=True, check=False, timeout=120
    )


def start_tagging(library, folder):
    return subprocess.Popen(
        command(library, "tag", folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def kill_after(process, seconds):
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.wait()


def test_nothing_acknowledged_is_lost(tmp_path):
    rng = random.Random(7)
    library, folder = tmp_path / "library", tmp_path / "art"
    folder.mkdir()
    pictures = write_drawings(folder, 20)
    assert run(library, "tag", folder).returncode == 0
    acknowledged = {}
    for kill in range(KILLS):
        more = folder / str(kill)
        more.mkdir()
        write_drawings(more, 3, seed=100 + 3 * kill)
        tagging = start_tagging(library, folder)
        picture = rng.choice(pictures)
        correcting = subprocess.Popen(
            command(library, "correct", picture, "--add", f"mark_{kill}"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        kill_after(tagging, rng.uniform(0.5, 4.0))
        if correcting.wait(timeout=60) == 0:
            acknowledged[f"mark_{kill}"] = picture
    assert len(acknowledged) >= KILLS // 4

    checked = run(library, "check")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    tagged = run(library, "tag", folder, "--json")
    summary = json.loads(tagged.stdout.splitlines()[-1])
    assert (summary["images"], summary["problems"]) == (20 + 3 * KILLS, 0), tagged.stderr
    shown = {
        picture["path"]: {tag["name"] for tag in picture["tags"]}
        for picture in map(json.loads, run(library, "show", folder, "--json").stdout.splitlines())
    }
    for mark, picture in acknowledged.items():
        assert mark in shown[str(picture)]
    again = json.loads(run(library, "tag", folder, "--json").stdout.splitlines()[-1])
    assert again["tagged"] == 0
