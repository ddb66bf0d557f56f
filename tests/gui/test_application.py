"""The program around the window, as a process of its own."""

import subprocess
import sys
import time

import pytest

pytestmark = [pytest.mark.gui, pytest.mark.integration]

FAILING = """
import sys
from pathlib import Path
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.gui.application import run_opening
def fail():
    raise AnitagError("not_a_library", path="here", reason="it is a picture")
try:
    run_opening(fail, Path(sys.argv[1]))
except AnitagError as error:
    print(error.code)
"""

HANGING = """
import sys, threading, time
from pathlib import Path
from PySide6.QtCore import QTimer
from anitag_desktop.gui.application import run
sys.path.insert(0, ".")
from tests.gui.fakes import FakeLibrary, FakePicture
library = FakeLibrary(Path(sys.argv[1]), [FakePicture("/a.png")])
library.showing._service.counts = lambda: time.sleep(60)
def begin(window):
    QTimer.singleShot(500, lambda: (print(time.time(), flush=True), window.close()))
code = run(library, on_window=begin)
print(time.time(), flush=True)
sys.exit(code)
"""


def start(program: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_library_that_cannot_be_opened_ends_the_program_with_its_reason(tmp_path):
    assert start(FAILING, str(tmp_path)).split() == ["not_a_library"]


def test_it_ends_soon_even_while_a_service_hangs(tmp_path):
    began = time.monotonic()
    closing, closed = (float(line) for line in start(HANGING, str(tmp_path)).split())
    assert closed - closing < 30
    assert time.monotonic() - began < 60
