"""A worker process with an accelerator made of the CPU, which fails as ``ANITAG_FAKE_DEVICE`` says.

The variable is the JSON of ``Faults``. ``log`` is a file that gets a line for each session on the
device, and for each of its runs how many pictures it had.
"""

import ctypes
import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from anitag_desktop.recognition import accelerator, providers, reading, session
from anitag_desktop.worker import child
from tests.helpers import poisoned_child

VARIABLE = "ANITAG_FAKE_DEVICE"
STARTS, RUNS = "start", "run"


@dataclass(frozen=True)
class Faults:
    """How the device fails.

    ``room`` is for how many pictures it has memory. From its run ``good_runs`` on it does ``then``
    (``crash``, ``hang``, or an error's words), in the first ``bad_starts`` processes only;
    ``at_start`` is the same for making a session.
    """

    log: str
    room: int = 1000
    good_runs: int = 1_000_000
    then: str = ""
    bad_starts: int = 1_000_000
    at_start: str = ""
    shift: float = 0.0


class Device:
    """The device of one process."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._runs = 0

    def start(self) -> None:
        self._note(STARTS)
        if self._faults.at_start and self._is_bad():
            _do(self._faults.at_start)

    def run(self, run: Callable[[], list[Any]], pictures: int) -> list[Any]:
        self._note(f"{RUNS} {pictures}")
        self._runs += 1
        if pictures > self._faults.room:
            raise RuntimeError("BFCArena::AllocateRawInternal Failed to allocate memory")
        if self._runs > self._faults.good_runs and self._is_bad():
            _do(self._faults.then)
        found = run()
        return [found[0] + self._faults.shift, *found[1:]]

    def _is_bad(self) -> bool:
        starts = Path(self._faults.log).read_text().count(STARTS)
        return starts <= self._faults.bad_starts

    def _note(self, line: str) -> None:
        with Path(self._faults.log).open("a") as file:
            file.write(f"{line}\n")


class DeviceSession:
    """A session of the CPU that says it is one of CUDA."""

    def __init__(self, real: Any, device: Device) -> None:
        self._real, self._device = real, device
        device.start()

    def get_outputs(self) -> Any:
        return self._real.get_outputs()

    def get_providers(self) -> list[str]:
        return [accelerator.CUDA, accelerator.CPU]

    def run(self, names: list[str], feed: dict[str, Any]) -> list[Any]:
        count = len(next(iter(feed.values())))
        return self._device.run(lambda: self._real.run(names, feed), count)


class SlowSession(DeviceSession):
    """A session of the CPU that is slow enough for the device to be faster."""

    def __init__(self, real: Any) -> None:
        self._real = real

    def get_providers(self) -> list[str]:
        return [accelerator.CPU]

    def run(self, names: list[str], feed: dict[str, Any]) -> list[Any]:
        time.sleep(0.02)
        found: list[Any] = self._real.run(names, feed)
        return found


def encoded(faults: Faults) -> str:
    """Return the value of the variable."""
    return json.dumps(asdict(faults))


def main() -> None:
    """Be a worker process with a device."""
    device = Device(Faults(**json.loads(os.environ[VARIABLE])))
    real = accelerator.open_session

    def open_session(model: Any, options: Any, names: list[str], _more: Any) -> Any:
        made = real(model, options, [accelerator.CPU], {})
        return SlowSession(made) if names[0] == accelerator.CPU else DeviceSession(made, device)

    session.open_session = open_session
    providers.installed = lambda: (accelerator.CUDA,)
    reading.read_file = poisoned_child.read_file
    child.main()


def _do(what: str) -> None:
    if what == "crash":
        ctypes.string_at(0)
    if what == "hang":
        time.sleep(3600)
    raise RuntimeError(what)


if __name__ == "__main__":
    main()
