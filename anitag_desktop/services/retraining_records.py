"""The records of retrainings: a folder for each, with its job, its result, and what was decided."""

import json
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anitag_desktop.domain.retraining import RetrainingState, TrainingMode
from anitag_desktop.services.job_writing import JOB
from anitag_desktop.storage.failures import failures_of
from anitag_desktop.storage.whole_files import write_private

_REPORT, _DECISION, _CURVES = "report.json", "decision.json", "curves.jsonl"
_LARGE = ("dataset", "work", "result", "base")
_MOST_CURVES = 20_000


@dataclass(frozen=True, slots=True)
class Retraining:
    """A retraining as it is shown; ``report`` is empty until it was judged, ``at`` in seconds."""

    name: str
    folder: Path
    mode: str
    title: str
    state: RetrainingState
    at: float
    report: Mapping[str, Any]

    @property
    def result(self) -> Path:
        """Where its model lies until it was decided on."""
        return self.folder / "result"

    @property
    def is_better(self) -> bool:
        """Whether the gate would let its model through."""
        return bool(self.report) and not self.report["reasons"]


class Records:
    """The folders of a library's retrainings, in ``root``."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def every(self, accepted: Mapping[str, float]) -> list[Retraining]:
        """Return all, the oldest first; ``accepted`` are those that count, by name."""
        folders = sorted(path for path in self._root.glob("*") if (path / JOB).is_file())
        return [self._read(folder, accepted) for folder in folders]

    def new_folder(self) -> Path:
        """Return the folder for another one, which is not there yet."""
        known = [int(path.name) for path in self._root.glob("*") if path.name.isdecimal()]
        return self._root / f"{max(known, default=0) + 1:04d}"

    def number(self, folder: Path) -> int:
        """Return the number of the retraining in a folder; elsewhere, that of the next one."""
        return int((folder if folder.parent == self._root else self.new_folder()).name)

    def write_report(self, folder: Path, report: Mapping[str, Any]) -> None:
        """Write what the gate found."""
        write_private(folder / _REPORT, json.dumps(report, indent=1))

    def decide(self, folder: Path, state: RetrainingState) -> None:
        """Write down what was decided, and delete what is large and of no use any more."""
        write_private(folder / _DECISION, json.dumps({"state": state, "at": time.time()}))
        _slim(folder)

    def tidy(self, accepted: Mapping[str, float]) -> None:
        """Finish what was killed: a decision that was not noted, a folder that was half written.

        Raises:
            AnitagError: ``disk_full`` or ``cannot_write``.
        """
        for folder in sorted(path for path in self._root.glob("*") if path.is_dir()):
            if not (folder / JOB).is_file():
                shutil.rmtree(folder, ignore_errors=True)
            elif folder.name in accepted and not (folder / _DECISION).is_file():
                self.decide(folder, RetrainingState.ACCEPTED)
            elif (folder / _DECISION).is_file():
                _slim(folder)

    def drop(self, folder: Path) -> None:
        """Delete a retraining that was not decided on, as if it had never been."""
        (folder / JOB).unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)

    def add_point(self, folder: Path, point: Mapping[str, Any]) -> None:
        """Note a point of the learning curves.

        Raises:
            AnitagError: ``disk_full`` or ``cannot_write``.
        """
        path = folder / _CURVES
        with failures_of(path), path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(point) + "\n")

    def curves(self, folder: Path) -> list[Mapping[str, Any]]:
        """Return the points of the learning curves, the first ones first."""
        try:
            lines = (folder / _CURVES).read_text("utf-8", errors="replace").splitlines()
        except OSError:
            return []
        return [point for line in lines[-_MOST_CURVES:] if (point := _plain(line))]

    def way_of(self, result: Path) -> TrainingMode:
        """Return how a result was trained, by the job in its folder or around it; else ``full``."""
        for folder in (result, result.parent):
            mode = _plain(_text(folder / JOB)).get("mode")
            if mode in set(TrainingMode):
                return TrainingMode(mode)
        return TrainingMode.FULL

    def _read(self, folder: Path, accepted: Mapping[str, float]) -> Retraining:
        order = _plain((folder / JOB).read_text("utf-8", errors="replace"))
        report = _plain(_text(folder / _REPORT))
        decision = _plain(_text(folder / _DECISION))
        state = RetrainingState.JUDGED if report else RetrainingState.WAITING
        if folder.name in accepted:
            state = RetrainingState.ACCEPTED
        elif (said := decision.get("state")) in set(RetrainingState):
            state = RetrainingState(said)
            if state is RetrainingState.ACCEPTED:  # and it counts no more
                state = RetrainingState.TAKEN_BACK
        at = float(decision.get("at") or (folder / JOB).stat().st_mtime)
        mode, title = str(order.get("mode", "")), str(order.get("title", ""))
        return Retraining(folder.name, folder, mode, title, state, at, report)


def _slim(folder: Path) -> None:
    """Delete what is large and of no use once it was decided."""
    for name in _LARGE:
        shutil.rmtree(folder / name, ignore_errors=True)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", errors="replace")
    except OSError:
        return ""


def _plain(text: str) -> dict[str, Any]:
    """Return the object in a JSON text, an empty one where there is none."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
