"""Making an environment of its own for packages with all that they need: a venv, filled by pip.

Unlike in ``packages``, nobody knows the files before: pip chooses what fits this machine from the
index that it is set up for. It brings wheels only, so no code of theirs runs meanwhile.
"""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.downloading.packages import OnProgress, Wish, run_pip, size_of
from anitag_desktop.paths import python_of

_ABOUT = "torch with what it needs"
_PATIENCE = 120.0
_VENV_TIME = 300.0
_WHERE = "import sysconfig; print(sysconfig.get_path('purelib'))"


@dataclass(frozen=True, slots=True)
class Outlook:
    """What it takes: bytes to download, and on the disk afterwards; 0 where nobody measured it."""

    download: int
    installed: int

    @property
    def meanwhile(self) -> int:
        """Bytes of the disk while it is made: what came is kept twice until it is unpacked.

        Where the download was not measured, it is taken for half of what is unpacked.
        """
        return 2 * (self.download or self.installed // 2) + self.installed


def make_environment(
    folder: Path,
    requirements: Sequence[str],
    outlook: Outlook,
    on_progress: OnProgress,
    is_given_up: Callable[[], bool],
) -> Path:
    """Make an environment beneath ``folder``, and return it; what pip brought is kept there.

    Raises:
        AnitagError: ``disk_full``, ``download_stopped``, ``no_pip``, or what pip said. What came is
            kept for the next time.
        OSError: it could not be written.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    environment = folder / "environment"
    for old in (environment, folder / "scratch"):
        shutil.rmtree(old, ignore_errors=True)
    if shutil.disk_usage(folder).free < outlook.meanwhile:
        raise AnitagError("disk_full", path=folder)
    (folder / "scratch").mkdir(mode=0o700)
    site = _bare(environment)
    listed = folder / "wanted.txt"
    listed.write_text("".join(f"{one}\n" for one in requirements), encoding="utf-8")
    arguments = [
        *("install", "--target", str(site), "--only-binary", ":all:", "--no-compile", "--quiet"),
        *("--cache-dir", str(folder / "cache"), "--progress-bar", "off", "-r", str(listed)),
    ]
    run_pip(Wish(folder, ()), _ABOUT, arguments, _Growth(folder, outlook, on_progress, is_given_up))
    return environment


def _bare(environment: Path) -> Path:
    """Make an environment without anything in it; return where its packages go."""
    command = [sys.executable, "-m", "venv", "--without-pip", str(environment)]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=_VENV_TIME)
        asked = [str(python_of(environment)), "-I", "-c", _WHERE]
        said = subprocess.run(asked, check=True, capture_output=True, text=True, timeout=_VENV_TIME)
    except (OSError, subprocess.SubprocessError) as error:
        raise AnitagError("package_failed", package=_ABOUT, reason=str(error)[:200]) from error
    return Path(said.stdout.strip())


class _Growth:
    """Tells how far pip is by what lies on the disk, and when it has to end."""

    def __init__(
        self,
        folder: Path,
        outlook: Outlook,
        on_progress: OnProgress,
        is_given_up: Callable[[], bool],
    ) -> None:
        self._folder, self._total = folder, outlook.meanwhile
        self._on_progress, self._is_given_up = on_progress, is_given_up
        self._here, self._since = -1, time.monotonic()

    def look(self) -> None:
        """Look once.

        Raises:
            AnitagError: ``download_stopped``, or ``package_unreachable``: nothing came for long.
        """
        if self._is_given_up():
            raise AnitagError("download_stopped")
        here = size_of(self._folder)
        if here != self._here:
            self._here, self._since = here, time.monotonic()
            self._on_progress(min(here, self._total) if self._total else here, self._total)
        if time.monotonic() - self._since > 4 * _PATIENCE:
            reason = "nothing came in time"
            raise AnitagError("package_unreachable", package=_ABOUT, reason=reason)
