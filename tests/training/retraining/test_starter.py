"""A training ends with who started it, even while it says nothing."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="there it is not asked for")

SILENT = """
import time
from training.retraining.starter import end_with

end_with(0)
print("at work", flush=True)
time.sleep(600)
"""


def test_it_ends_at_once_when_its_input_does_and_not_before() -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", SILENT],
        cwd=Path(__file__).parents[3],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stdout.readline() == b"at work\n"
        child.stdin.write(b"go on\n")
        child.stdin.flush()
        time.sleep(0.5)
        assert child.poll() is None
        child.stdin.close()
        assert child.wait(timeout=60) == 1
    finally:
        child.kill()
        child.wait()
        child.stdout.close()
