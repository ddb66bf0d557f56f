"""Equipping: the environment that trains, which has torch and is made when it is asked for.

It is filled beside its place, tried, and only then moved there: whatever is killed at any time
leaves none, or a whole one.
"""

import os
import re
import shutil
import subprocess
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from anitag_desktop.domain.error import AnitagError, write_failure
from anitag_desktop.domain.privacy import QUIET
from anitag_desktop.downloading.environments import Outlook, make_environment
from anitag_desktop.paths import (
    project_file,
    python_of,
    training_environment,
    training_search_path,
)
from anitag_desktop.recognition.runtime_catalogue import this_place
from anitag_desktop.services.tutoring import NEEDED, missing_for_training

OnProgress = Callable[[int, int], None]

MEASURED = {("linux", "x86_64"): Outlook(0, 5_400_000_000)}
"""By system and machine: the files of 113 packages in November 2026, torch for CUDA among them.

Elsewhere the builds of torch are others, and nobody measured them.
"""

_UNUSED = ("pyside6",)
"""Begins the names of what the app needs and training does not."""

_EXTRA = re.compile(r"\s*(;|and)\s*\(?extra == ['\"]train['\"]\)?")
_LONGEST = 900.0
_PROGRAMS = ("anitag_desktop", "training")


@dataclass(frozen=True, slots=True)
class TrainingEnvironment:
    """Where it lies or would, what is ``missing`` of it, and what making it takes.

    ``outlook`` is None where nobody measured it; ``free`` is what the disk has, in bytes. One that
    ``is_named`` by the user is the user's to make.
    """

    folder: Path
    missing: tuple[str, ...]
    outlook: Outlook | None
    free: int
    is_named: bool

    @property
    def is_ready(self) -> bool:
        """Whether it can train."""
        return not self.missing


class Equipment:
    """Looks after the environment that trains; call it from any thread."""

    def __init__(self, requirements: Callable[[], Sequence[str]] | None = None) -> None:
        self._requirements = requirements or requirements_of_training

    def look(self) -> TrainingEnvironment:
        """Return what there is; its Python is asked, nothing is loaded."""
        place = training_environment()
        here = this_place()
        around = next(one for one in place.absolute().parents if one.is_dir())
        return TrainingEnvironment(
            place,
            missing_for_training(),
            MEASURED.get((here.system, here.machine)),
            shutil.disk_usage(around).free,
            bool(os.environ.get("ANITAG_TRAINING_PYTHON")),
        )

    def set_up(
        self,
        on_progress: OnProgress = lambda _done, _total: None,
        is_given_up: Callable[[], bool] = lambda: False,
    ) -> TrainingEnvironment:
        """Make it, unless it is there whole.

        Raises:
            AnitagError: ``environment_busy``, ``environment_named``, ``environment_broken``, or as
                ``make_environment``; what there was before is as it was.
        """
        found = self.look()
        if found.is_ready:
            return found
        if found.is_named:
            raise AnitagError("environment_named", missing=", ".join(found.missing))
        try:
            with _alone(found.folder) as part:
                outlook = found.outlook or Outlook(0, 0)
                wanted = self._requirements()
                made = make_environment(part, wanted, outlook, on_progress, is_given_up)
                _place_program(python_of(made))
                _try(python_of(made), is_given_up)
                _replace(made, found.folder)
                shutil.rmtree(part, ignore_errors=True)
        except OSError as error:
            raise write_failure(found.folder, error) from error
        return self.look()


def requirements_of_training() -> list[str]:
    """Return what training needs, as the project says: a checkout's file, or the installed one."""
    try:
        project = tomllib.loads(project_file().read_text("utf-8"))["project"]
        every = [*project["dependencies"], *project["optional-dependencies"]["train"]]
    except FileNotFoundError:
        known = metadata.requires("anitag") or []
        every = [_EXTRA.sub("", one) for one in known if _EXTRA.search(one) or "extra" not in one]
    return [one for one in every if not one.lower().startswith(_UNUSED)]


def _place_program(python: Path) -> None:
    """Give an environment the program where it cannot be found beside: of an installed one."""
    if training_search_path() is not None:
        return
    where = [str(python), "-I", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = Path(subprocess.run(where, check=True, capture_output=True, text=True).stdout.strip())
    own = Path(__file__).resolve().parents[2]
    for name in _PROGRAMS:
        left_out = shutil.ignore_patterns("__pycache__")
        shutil.copytree(own / name, site / name, ignore=left_out, dirs_exist_ok=True)


def _try(python: Path, is_given_up: Callable[[], bool]) -> None:
    """Load everything once.

    Raises:
        AnitagError: ``environment_broken`` with its last words, or ``download_stopped``.
    """
    command = [str(python), "-I", "-c", "".join(f"import {name}\n" for name in NEEDED)]
    child = subprocess.Popen(
        command,
        env={**os.environ, **QUIET},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    )
    deadline = time.monotonic() + _LONGEST
    try:
        while True:
            try:
                _, said = child.communicate(timeout=0.2)
                break
            except subprocess.TimeoutExpired:
                if is_given_up():
                    raise AnitagError("download_stopped") from None
                if time.monotonic() > deadline:
                    raise AnitagError("environment_broken", reason="it takes too long") from None
    finally:
        child.kill()
        child.communicate()
    if child.returncode:
        last = (said.strip().splitlines() or ["it said nothing"])[-1]
        raise AnitagError("environment_broken", reason=last.rstrip(".")[:300])


def _replace(made: Path, place: Path) -> None:
    """Let an environment appear in its place; one that was there and lacked something goes."""
    doomed = place.with_name(f"{place.name}.old")
    shutil.rmtree(doomed, ignore_errors=True)
    if place.exists():
        place.replace(doomed)
    made.replace(place)
    shutil.rmtree(doomed, ignore_errors=True)


@contextmanager
def _alone(place: Path) -> Iterator[Path]:
    """Be the only one, of all processes, who makes it; lend the folder beside its place.

    Raises:
        AnitagError: ``environment_busy``.
    """
    from filelock import FileLock, Timeout

    part = place.with_name(f"{place.name}.part")
    part.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = FileLock(place.with_name(f"{place.name}.lock"), timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout as error:
        raise AnitagError("environment_busy") from error
    try:
        yield part
    finally:
        lock.release()
