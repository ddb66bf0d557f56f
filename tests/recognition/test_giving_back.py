"""What stays of a network's bytes once it is loaded."""

import sys
from pathlib import Path

import pytest

from anitag_desktop.recognition import giving_back
from anitag_desktop.recognition.giving_back import memory_given_back
from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.recognition.session import CPU, open_on
from tests.helpers.models import write_package


def test_a_session_does_not_keep_the_bytes_that_it_was_made_of(tmp_path: Path) -> None:
    recognizer = open_on(ModelPackage.load(write_package(tmp_path / "model")), [CPU])
    assert recognizer._session._model_bytes is None


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's")
def test_memory_that_is_freed_is_given_back_at_once() -> None:
    def resident() -> int:
        status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return int(next(line for line in status if line.startswith("VmRSS")).split()[1])

    with memory_given_back():
        before = resident()
        pieces = [b"x" * (1 << 20) for _ in range(64)]
        last = b"y" * 200_000  # what comes later must not hold back what came before
        full = resident()
        del pieces
        after = resident()
    assert full - before > 60 * 1024
    assert after - before < 8 * 1024
    assert last


def test_elsewhere_it_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(giving_back.sys, "platform", "win32")
    with memory_given_back():
        pass
    with pytest.raises(ValueError, match="its own"), memory_given_back():
        raise ValueError("its own")
