"""A training in a process of its own: it ends with this one, however that ends."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(os.name == "nt", reason="kill -9"),
]

TRAINING = """#!/bin/sh
echo "$@" > words
echo '{"event": "start"}'
cat > /dev/null
touch ended
"""

TUTOR = """
from anitag_desktop.services.tutoring import tutor

tutor(["retrain", "job", "--json"], lambda event: print(event["event"], flush=True))
"""


def test_a_training_learns_that_who_started_it_was_killed(tmp_path) -> None:
    python = tmp_path / "python"
    python.write_text(TRAINING)
    python.chmod(0o755)
    where = {
        "ANITAG_TRAINING_PYTHON": str(python),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    starter = subprocess.Popen(
        [sys.executable, "-c", TUTOR],
        env={**os.environ, **where},
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    assert starter.stdout is not None
    with starter.stdout:
        assert starter.stdout.readline() == b"start\n"
        assert not (tmp_path / "ended").exists()
        starter.kill()
        starter.wait()
    assert (tmp_path / "words").read_text().split()[-1] == "--end-with-input"
    deadline = time.monotonic() + 60
    while not (tmp_path / "ended").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
