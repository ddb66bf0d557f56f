"""What stays of a network's bytes once it is loaded."""

import subprocess
import sys
from pathlib import Path

import pytest

from anitag_desktop.recognition import giving_back
from anitag_desktop.recognition.giving_back import keep_memory, memory_given_back
from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.recognition.session import CPU, open_on
from tests.helpers.models import write_package

ROOT = Path(__file__).parents[2]


def test_a_session_does_not_keep_the_bytes_that_it_was_made_of(tmp_path: Path) -> None:
    recognizer = open_on(ModelPackage.load(write_package(tmp_path / "model")), [CPU])
    assert recognizer._session._model_bytes is None


# In a process of its own: here earlier tests left free memory behind that it would be taken from.
_FREED = """
from pathlib import Path
from anitag_desktop.recognition.giving_back import memory_given_back

def resident():
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in status if line.startswith("VmRSS")).split()[1])

with memory_given_back():
    before = resident()
    pieces = [b"x" * (1 << 20) for _ in range(64)]
    last = b"y" * 200_000  # what comes later must not hold back what came before
    full = resident()
    del pieces
    after = resident()
print(full - before, after - before, len(last))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's")
def test_memory_that_is_freed_is_given_back_at_once() -> None:
    command = [sys.executable, "-c", _FREED]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    taken, kept, _ = map(int, done.stdout.split())
    assert taken > 60 * 1024
    assert kept < 8 * 1024


_KEPT = """
import resource, threading
from anitag_desktop.recognition.giving_back import keep_memory

def fill():
    for _ in range(20):
        bytearray(b"x") * (10 << 20)

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    thread = threading.Thread(target=fill)
    thread.start()
    thread.join()
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

keep_memory()
print(faults(), faults())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's")
def test_memory_of_one_picture_is_kept_for_the_next_in_whatever_thread() -> None:
    command = [sys.executable, "-c", _KEPT]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    first, second = map(int, done.stdout.split())
    assert first > 1000
    assert second < 500


def test_elsewhere_it_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(giving_back.sys, "platform", "win32")
    keep_memory()
    with memory_given_back():
        pass
    with pytest.raises(ValueError, match="its own"), memory_given_back():
        raise ValueError("its own")
