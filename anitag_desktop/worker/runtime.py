"""The build of ONNX Runtime that was installed for the graphics of this machine, if one was.

It lies in a folder of its own, whatever the library, and only worker processes ever see it: they
look for modules there first. ``runtime.json`` says which it is; without it there is none.
"""

import json
import os
import uuid
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from anitag_desktop.paths import runtimes_folder
from anitag_desktop.recognition.runtime_catalogue import this_place

_STATE = "runtime.json"
_LONGEST = 10_000


@dataclass(frozen=True, slots=True)
class InstalledRuntime:
    """A runtime that is here.

    ``id`` and ``title`` are the catalogue's, ``provider`` is what it is there for, ``packages``
    names what was installed, ``python`` is the version that it is for, ``folder`` its place among
    the runtimes and ``day`` when it came (ISO 8601). ``reason`` says why it is not used, empty if
    it is.
    """

    id: str
    title: str
    provider: str
    packages: str
    python: str
    folder: str
    day: str
    reason: str = ""

    @property
    def site(self) -> Path:
        """Where its modules lie."""
        return runtimes_folder() / self.folder / "site"


def read_runtime() -> InstalledRuntime | None:
    """Return what is installed; one of another Python says so as the reason why it is not used."""
    try:
        with (runtimes_folder() / _STATE).open("rb") as file:
            plain = json.loads(file.read(_LONGEST))
        values = {field.name: plain[field.name] for field in fields(InstalledRuntime)}
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None
    if not all(isinstance(value, str) for value in values.values()):
        return None
    found = InstalledRuntime(**values)
    if Path(found.folder).name != found.folder or not found.site.is_dir():
        return None
    if found.python != this_place().python:
        reason = f"it is for Python {found.python}; install it again"
        found = InstalledRuntime(**{**values, "reason": reason})
    return found


def usable_site() -> Path | None:
    """Return where worker processes look for modules first, None for nowhere else."""
    found = read_runtime()
    return None if found is None or found.reason else found.site


def write_runtime(runtime: InstalledRuntime | None) -> None:
    """Make this the installed one, from one moment to the next; None for no one.

    Raises:
        OSError: it cannot be written.
    """
    path = runtimes_folder() / _STATE
    if runtime is None:
        path.unlink(missing_ok=True)
        return
    part = path.with_name(f"{_STATE}.{uuid.uuid4().hex}.part")
    try:
        with part.open("w", encoding="utf-8") as file:
            json.dump(asdict(runtime), file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
