"""Guards around every test: a private home, no unexpected logs, no leaked threads or children."""

import logging
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Before anything imports Qt or onnxruntime.
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
os.environ["HF_HUB_OFFLINE"] = "1"

# No test asserts a time: a busy machine may be as slow as it is.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

_GRACE_SECONDS = 3.0
# Threads of libraries that live as long as the process does.
_LASTING_THREADS = ("QThread", "Dummy-", "pytest_timeout", "ThreadPoolExecutor-torch", "pydevd")


@pytest.fixture(autouse=True)
def private_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Send everything that a program would write into the user's folders elsewhere."""
    home = tmp_path_factory.mktemp("home", numbered=True)
    monkeypatch.setenv("HOME", str(home))
    for name in ("DATA", "CONFIG", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(home))
    monkeypatch.delenv("ANITAG_FAULT", raising=False)
    return home


@pytest.fixture(autouse=True)
def no_unexpected_log(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> Iterator[None]:
    """Fail a test that logs a warning or worse, unless it is marked ``expects_log``."""
    yield
    if request.node.get_closest_marker("expects_log"):
        return
    records = [*caplog.get_records("setup"), *caplog.get_records("call")]
    loud = [r for r in records if r.levelno >= logging.WARNING and r.name != "asyncio"]
    if loud:
        pytest.fail("unexpected log: " + "; ".join(f"{r.name}: {r.getMessage()}" for r in loud))


@pytest.fixture(autouse=True)
def no_leaked_thread() -> Iterator[None]:
    """Fail a test that leaves a thread behind."""
    before = set(threading.enumerate())
    yield
    _expect_none("threads", lambda: [t.name for t in threading.enumerate() if _leaked(t, before)])


@pytest.fixture(autouse=True)
def no_leaked_child() -> Iterator[None]:
    """Fail a test that leaves a child process behind."""
    before = _children()
    yield
    _expect_none("child processes", lambda: sorted(_children() - before))


def _leaked(thread: threading.Thread, before: set[threading.Thread]) -> bool:
    return thread not in before and not thread.name.startswith(_LASTING_THREADS)


def _expect_none(what: str, find) -> None:
    deadline = time.monotonic() + _GRACE_SECONDS
    while (left := find()) and time.monotonic() < deadline:
        time.sleep(0.02)
    if left:
        pytest.fail(f"leaked {what}: {left}")


def _children() -> set[tuple[int, str]]:
    """Live child processes of this one; multiprocessing's own bookkeeper is allowed."""
    try:
        import psutil
    except ImportError:  # the training environment may lack it
        return set()
    found = set()
    for child in psutil.Process().children(recursive=True):
        try:
            command = " ".join(child.cmdline())
            if child.status() != psutil.STATUS_ZOMBIE and "resource_tracker" not in command:
                found.add((child.pid, command))
        except psutil.NoSuchProcess:
            continue
    return found
