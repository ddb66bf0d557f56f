"""Bringing Python packages with pip, one by one, and unpacking them into a folder of their own.

What came is kept in ``wheels`` until everything is unpacked, so what was interrupted goes on with
the package it was at. pip is told the hash of each file, and what it left is hashed once more.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.privacy import QUIET
from anitag_desktop.downloading.part import sha256_of
from anitag_desktop.downloading.pip_child import NO_PIP
from anitag_desktop.recognition.runtime_catalogue import Wheel

_PROGRAM = "anitag_desktop.downloading.pip_child"
_LOOK = 0.2
_RETRIES = 3
_SLACK = 64 * 1024 * 1024
_SPARE = 1.5
"""Unpacked, packages take about this many times their size beside it."""

_HONOURED = (
    *("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_TRUSTED_HOST", "PIP_CERT"),
    *("PIP_CLIENT_CERT", "PIP_PROXY", "PIP_CONFIG_FILE", "PIP_KEYRING_PROVIDER"),
)
"""Where and how to ask is the user's; what is asked for, and where it goes, is not."""

_FAILURES: tuple[tuple[str, str, str], ...] = (
    ("disk_full", "", r"no space left|errno 28|not enough space"),
    ("package_refused", "its sha256 is another one", r"do not match the hashes"),
    (
        "package_refused",
        "it is damaged",
        r"badzipfile|not a valid wheel|bad magic|is invalid|corrupt",
    ),
    ("package_absent", "", r"no matching distribution|could not find a version"),
    (
        "package_unreachable",
        "the connection broke, or nothing came in time",
        r"timed out|timeout|connection|max retries|incompleteread|temporary failure|name resolution"
        r"|ssl|httperror|http error|incomplete",
    ),
)
"""What pip's words mean: an error code, its reason, and the words (any case)."""

OnProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be brought into ``folder``, and how long nothing may be awaited (seconds)."""

    folder: Path
    wheels: Sequence[Wheel]
    patience: float = 30.0

    @property
    def total(self) -> int:
        """How many bytes that are."""
        return sum(wheel.bytes for wheel in self.wheels)

    @property
    def store(self) -> Path:
        """Where the files lie that have come."""
        return self.folder / "wheels"


def bring(wish: Wish, on_progress: OnProgress, is_given_up: Callable[[], bool]) -> None:
    """Bring every file that is not here yet.

    Raises:
        AnitagError: ``disk_full`` before the first byte or later, ``download_stopped``, or what
            pip said; what came whole is kept.
    """
    wish.store.mkdir(parents=True, exist_ok=True, mode=0o700)
    missing = [wheel for wheel in wish.wheels if _find(wish, wheel) is None]
    _check_room(wish, sum(wheel.bytes for wheel in missing))
    for wheel in missing:
        _forget_scratch(wish)
        watch = _Watch(wish, wheel, on_progress, is_given_up)
        run_pip(wish, wheel, _download_arguments(wish, wheel), watch)
        if _find(wish, wheel) is None:
            raise AnitagError("package_refused", package=wheel, reason="its sha256 is another one")
    on_progress(wish.total, wish.total)


def unpack(wish: Wish, target: Path, is_given_up: Callable[[], bool]) -> None:
    """Unpack what was brought into an empty folder, without the network.

    Raises:
        AnitagError: ``disk_full``, ``download_stopped``, or what pip said.
    """
    shutil.rmtree(target, ignore_errors=True)
    _forget_scratch(wish)
    listed = wish.folder / "all.txt"
    listed.write_text("".join(f"{wheel.requirement}\n" for wheel in wish.wheels), encoding="ascii")
    arguments = [
        *("install", "--no-index", "--find-links", str(wish.store), "--target", str(target)),
        *("--no-deps", "--only-binary", ":all:", "--require-hashes", "--no-compile"),
        *("--no-cache-dir", "--quiet", "-r", str(listed)),
    ]
    main = wish.wheels[0]
    run_pip(wish, main, arguments, _Watch(wish, main, lambda _done, _total: None, is_given_up))


class _Watch:
    """Looks after a running pip: tells how far it is, and says when to end it."""

    def __init__(
        self, wish: Wish, wheel: Wheel, on_progress: OnProgress, is_given_up: Callable[[], bool]
    ) -> None:
        self._wish, self._wheel = wish, wheel
        self._on_progress, self._is_given_up = on_progress, is_given_up
        self._here = -1
        self._since = time.monotonic()

    def look(self) -> None:
        """Look once.

        Raises:
            AnitagError: it has to end.
        """
        if self._is_given_up():
            raise AnitagError("download_stopped")
        here = size_of(self._wish.folder)
        if here != self._here:
            self._here, self._since = here, time.monotonic()
            self._on_progress(min(here, self._wish.total), self._wish.total)
        # pip copies each file once more, and unpacking makes them larger.
        if here > 4 * self._wish.total + _SLACK:
            reason = "it is larger than was announced"
            raise AnitagError("package_refused", package=self._wheel, reason=reason)
        if time.monotonic() - self._since > 4 * self._wish.patience:
            reason = "nothing came in time"
            raise AnitagError("package_unreachable", package=self._wheel, reason=reason)


class Watch(Protocol):
    """Looks after a running pip."""

    def look(self) -> None:
        """Look once; what is raised ends it."""


def run_pip(wish: Wish, package: object, arguments: list[str], watch: Watch) -> None:
    """Run pip to its end; ``package`` says in words what it is about.

    Raises:
        AnitagError: what it said, or why it was ended.
    """
    log = wish.folder / "pip.log"
    with log.open("wb") as file:
        process = _start(wish, arguments, file)
        try:
            while process.poll() is None:
                watch.look()
                time.sleep(_LOOK)
        finally:
            process.kill()
            process.wait()
    if process.returncode == NO_PIP:
        raise AnitagError("no_pip")
    if process.returncode:
        raise _refusal(wish, package, log.read_text(encoding="utf-8", errors="replace"))


def _start(wish: Wish, arguments: list[str], log: IO[bytes]) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-P", "-m", _PROGRAM, str(wish.folder), *arguments]
    return subprocess.Popen(
        command,
        env=_environment(wish, os.environ),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        creationflags=_without_window(),
    )


def _without_window() -> int:
    if sys.platform == "win32":
        return subprocess.CREATE_NO_WINDOW
    return 0


def _environment(wish: Wish, ours: Mapping[str, str]) -> dict[str, str]:
    kept = {k: v for k, v in ours.items() if not k.startswith("PIP_") or k in _HONOURED}
    root = str(Path(__file__).resolve().parents[2])
    scratch = str(_scratch(wish))
    return {
        **kept,
        **QUIET,
        **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), scratch),
        "PYTHONPATH": os.pathsep.join([root, *filter(None, [ours.get("PYTHONPATH", "")])]),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INPUT": "1",
        "PIP_USER": "0",
        "PIP_RETRIES": str(_RETRIES),
        "PIP_RESUME_RETRIES": str(_RETRIES + 2),  # newer ones know this; others pass over it
        "PIP_DEFAULT_TIMEOUT": str(max(1, round(wish.patience))),
    }


def _download_arguments(wish: Wish, wheel: Wheel) -> list[str]:
    listed = wish.folder / "one.txt"
    listed.write_text(f"{wheel.requirement}\n", encoding="ascii")
    return [
        *("download", "--dest", str(wish.store), "--no-deps", "--only-binary", ":all:"),
        *("--require-hashes", "--no-cache-dir", "--progress-bar", "off", "-r", str(listed)),
    ]


def _refusal(wish: Wish, wheel: object, said: str) -> AnitagError:
    """Return pip's last words as an error for people."""
    for code, reason, pattern in _FAILURES:
        if re.search(pattern, said, re.IGNORECASE):
            return AnitagError(code, package=wheel, reason=reason, path=wish.folder)
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR")] or lines or ["it said nothing"]
    return AnitagError("package_failed", package=wheel, reason=errors[-1][:200])


def _find(wish: Wish, wheel: Wheel) -> Path | None:
    """Return the file of a wheel if it is here, whole and right; what is not is deleted."""
    name = re.sub(r"[-_.]+", "_", wheel.name).lower()
    for path in wish.store.glob("*.whl"):
        if path.name.lower().startswith(f"{name}-"):
            if path.stat().st_size == wheel.bytes and sha256_of(path) == wheel.sha256:
                return path
            path.unlink()
    return None


def _check_room(wish: Wish, missing: int) -> None:
    needed = missing + _SPARE * wish.total
    if needed > shutil.disk_usage(wish.folder).free:
        raise AnitagError("disk_full", path=wish.folder)


def _scratch(wish: Wish) -> Path:
    return wish.folder / "scratch"


def _forget_scratch(wish: Wish) -> None:
    shutil.rmtree(_scratch(wish), ignore_errors=True)
    _scratch(wish).mkdir(parents=True, mode=0o700)


def size_of(folder: Path) -> int:
    """Return the bytes beneath a folder in which another process is at work."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(place, name)).st_size  # noqa: PTH118 (no objects)
            except OSError:
                continue
    return total
