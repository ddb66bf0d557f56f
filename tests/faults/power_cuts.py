"""What a power cut leaves of files: images made from a record of every write and every flush.

``strace`` records what a real process writes. A cut at some moment keeps what was flushed before
it; each later write is kept, lost or torn at a sector, independently of the others.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from random import Random

_CALL = re.compile(
    r"^\d+ +(?:<\.\.\. )?(pwrite64|write|ftruncate|fsync|fdatasync)(\(| resumed>)(.*)$"
)
_FILE = re.compile(r"^\d+<((?:[^>\\]|\\.)*)>")
_DATA = re.compile(r'^, "((?:\\x[0-9a-f]{2})*)", \d+(?:, (\d+))?')
_LENGTH = re.compile(r"^, (\d+)")
_SECTOR = 512

STRACE = (
    "strace",
    "-f",
    "-y",
    "-xx",
    "-s",
    "100000000",
    "-e",
    "trace=pwrite64,write,ftruncate,fsync,fdatasync",
    "-e",
    "signal=none",
)
"""The command that records; ``-o FILE COMMAND...`` follows."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something done to a file: ``write`` (``at`` None: appended), ``cut`` to a size, ``flush``."""

    path: Path
    kind: str
    at: int | None = None
    data: bytes = b""


def read_events(trace: Path, under: Path) -> list[Event]:
    """Read the record of what happened to files under a folder, in order."""
    waiting: dict[str, Path] = {}
    events = []
    for line in trace.read_text("latin-1").splitlines():
        match = _CALL.match(line)
        if match is None:
            continue
        call, how, rest = match.groups()
        pid = line.split()[0]
        if how != "(":  # only a flush counts from its end on; other calls were taken at their start
            if call in ("fsync", "fdatasync") and pid in waiting:
                events.append(Event(waiting.pop(pid), "flush"))
            continue
        found = _FILE.match(rest)
        path = Path(_text(found[1])) if found else None
        if path is None or not path.is_relative_to(under):
            continue
        if call in ("fsync", "fdatasync") and "<unfinished" in rest:
            waiting[pid] = path
            continue
        events.append(_event(call, path, rest[found.end() :]))
    return events


def image(base: dict[Path, bytes], events: list[Event], rng: Random) -> dict[Path, bytes]:
    """Return what the files hold after a cut at the end of ``events``."""
    flushed: dict[Path, int] = defaultdict(int)
    for number, event in enumerate(events, start=1):
        if event.kind == "flush":
            flushed[event.path] = number
    files = {path: bytearray(data) for path, data in base.items()}
    for number, event in enumerate(events):
        is_safe = number < flushed[event.path]
        if event.kind != "flush" and (is_safe or rng.random() < 0.5):
            _apply(files.setdefault(event.path, bytearray()), event, is_safe, rng)
    return {path: bytes(data) for path, data in files.items()}


def _apply(file: bytearray, event: Event, is_safe: bool, rng: Random) -> None:
    if event.kind == "cut":
        del file[event.at :]
        return
    data = event.data
    if not is_safe and rng.random() < 0.3:
        data = data[: rng.randrange(len(data) // _SECTOR + 1) * _SECTOR]
    at = len(file) if event.at is None else event.at
    file.extend(b"\0" * (at - len(file)))
    file[at : at + len(data)] = data


def _event(call: str, path: Path, rest: str) -> Event:
    if call in ("fsync", "fdatasync"):
        return Event(path, "flush")
    if call == "ftruncate":
        return Event(path, "cut", int(_LENGTH.match(rest)[1]))
    match = _DATA.match(rest)
    at = int(match[2]) if match[2] else None
    return Event(path, "write", at, bytes.fromhex(match[1].replace("\\x", "")))


def _text(name: str) -> str:
    return re.sub(r"\\x([0-9a-f]{2})", lambda m: chr(int(m[1], 16)), name)
