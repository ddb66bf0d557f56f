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
    pictures = write_drawings(folder, 40)
    acknowledged = {}
    for kill in range(KILLS):
        tagging = start_tagging(library, folder)
        picture = rng.choice(pictures)
        correcting = subprocess.Popen(
            command(library, "correct", picture, "--add", f"mark_{kill}"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        kill_after(tagging, rng.uniform(0.1, 2.5))
        if correcting.wait(timeout=60) == 0:
            acknowledged[f"mark_{kill}"] = picture
    checked = run(library, "check")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    tagged = run(library, "tag", folder, "--json")
    summary = json.loads(tagged.stdout.splitlines()[-1])
    assert (summary["images"], summary["problems"]) == (40, 0), tagged.stderr
    assert len(acknowledged) > KILLS // 4
    for mark, picture in acknowledged.items():
        shown = json.loads(run(library, "show", picture, "--json").stdout)
        assert mark in {tag["name"] for tag in shown["tags"]}
    again = json.loads(run(library, "tag", folder, "--json").stdout.splitlines()[-1])
    assert again["tagged"] == 0
