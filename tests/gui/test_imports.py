"""What starting the window may load."""

import subprocess
import sys

import pytest

HEAVY = ("PIL", "numpy", "numkong", "sqlalchemy", "onnxruntime", "alembic", "watchdog", "torch")

PROGRAM = f"""
import sys
import anitag_desktop.gui.application
loaded = [name for name in {HEAVY!r} if name in sys.modules]
sys.exit(", ".join(loaded) or 0)
"""


@pytest.mark.integration
def test_the_window_loads_nothing_heavy():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
