"""Retrainings of the fake library."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.retraining import RetrainingState, TrainingMode, TrainingPlan
from anitag_desktop.downloading.environments import Outlook
from anitag_desktop.services.equipping import TrainingEnvironment
from anitag_desktop.services.retraining_records import Retraining
from anitag_desktop.services.switching import Switched

if TYPE_CHECKING:
    from tests.gui.fakes import FakeLibrary

PLAN = TrainingPlan(
    TrainingMode.FULL, "anitag/small", 412, 38, 131, 824, 57, 232, 240_000_000, is_ready=True
)


ENVIRONMENT = TrainingEnvironment(
    Path("/home/ayu/.local/share/anitag-training"),
    ("torch", "torchvision", "timm", "safetensors", "onnx", "onnxscript"),
    Outlook(0, 5_400_000_000),
    82_000_000_000,
    is_named=False,
)


def figures(
    name: str, kind: str, gain: tuple[float, float, float], yes: int = 30
) -> dict[str, Any]:
    """Return how both models do on a tag."""
    old = 0.61
    new = [round(old + part, 3) for part in gain]
    told = {"old": [old, old - 0.05, old + 0.05], "new": new, "difference": list(gain)}
    return {"name": name, "category": kind, "yes": yes, "no": yes + 12, **told}


def report(*, is_better: bool = True) -> dict[str, Any]:
    """Return what a comparison found."""
    return {
        "old": "anitag/small",
        "new": "personal/small-retrained-1",
        "better": is_better,
        "reasons": [] if is_better else ["not_better", "forgotten"],
        "overall": figures("", "", (0.12, 0.05, 0.19) if is_better else (-0.04, -0.1, 0.03), 131),
        "categories": [
            figures("character", "character", (0.2, 0.08, 0.31)),
            figures("general", "general", (0.07, -0.01, 0.14)),
        ],
        "tags": [
            figures("long_sleeves", "general", (-0.12, -0.2, -0.03)),
            figures("serafuku", "general", (0.02, -0.06, 0.1)),
            figures("<b>hat</b>", "general", (0.17, 0.06, 0.27)),
        ],
        "worse": ["long_sleeves"],
        "drawbacks": [] if is_better else ["calibration", "latency"],
        "kept": {"pictures": 200, "share": 0.947, "gone": 31, "come": 22},
        "calibration": {"old": 0.121, "new": 0.043 if is_better else 0.214},
        "latency": {"old": 10.2, "new": 11.0 if is_better else 15.3},
        "pictures": 331,
        "held_out": 131,
        "confusions": [{"right": "saber", "said": "<i>rin</i>", "old": 4, "new": 1}],
        "changes": [
            {"tag": "<b>hat</b>", "category": "general", "appeared": 41, "disappeared": 3},
            {"tag": "serafuku", "category": "general", "appeared": 7, "disappeared": 9},
        ],
    }


class FakeRetraining:
    """Satisfies what the page asks of a ``Retrainer``."""

    def __init__(self, library: FakeLibrary) -> None:
        library.training = self
        self.now: TrainingPlan | AnitagError = PLAN
        self.known: list[Retraining] = []
        self.points: list[dict[str, Any]] = []
        self.is_better = True
        self.waits = False
        self.switch: Switched | None = None
        self.done: list[str] = []

    def plan(self, mode: TrainingMode = TrainingMode.FULL) -> TrainingPlan:
        if isinstance(self.now, AnitagError):
            raise self.now
        return replace(self.now, mode=mode)

    def measure(self, mode: TrainingMode, is_given_up: Callable[[], bool]) -> TrainingPlan:
        self._wait(is_given_up, "retraining_stopped")
        return replace(PLAN, mode=mode, seconds=754.0, memory=1_900_000_000)

    def export(
        self,
        out: Path,
        mode: TrainingMode,
        on_event: Callable[[dict[str, Any]], object],
        is_given_up: Callable[[], bool],
    ) -> int:
        on_event({"event": "copied", "done": 181, "of": 905})
        self._wait(is_given_up, "export_stopped")
        self.done.append(f"export {mode}")
        out.mkdir()
        return 905

    def take_in(
        self,
        folder: Path,
        on_event: Callable[[dict[str, Any]], object],
        is_given_up: Callable[[], bool],
    ) -> Retraining:
        if not (folder / "result").is_dir():
            raise AnitagError("not_a_model", path=folder, reason="it has no manifest")
        on_event({"event": "compared", "done": 3, "of": 9})
        self._wait(is_given_up, "import_stopped")
        self.add(RetrainingState.JUDGED, report(is_better=self.is_better))
        return self.known[-1]

    def history(self) -> list[Retraining]:
        return list(self.known)

    def environment(self) -> TrainingEnvironment:
        return ENVIRONMENT

    def equip(
        self, on_progress: Callable[[int, int], object], is_given_up: Callable[[], bool]
    ) -> TrainingEnvironment:
        self.done.append("equip")
        on_progress(5_000_000_000, ENVIRONMENT.outlook.meanwhile)
        self.now = PLAN
        return replace(ENVIRONMENT, missing=())

    def switched(self) -> Switched | None:
        return self.switch

    def curves(self, name: str) -> list[dict[str, Any]]:
        return self.points

    def train(
        self,
        mode: TrainingMode,
        on_event: Callable[[dict[str, Any]], object],
        is_given_up: Callable[[], bool],
    ) -> Retraining:
        on_event({"event": "stage", "name": "train"})
        for step in range(1, 41):
            told = {"event": "step", "step": step, "of": 232, "seconds_left": 90}
            self.points.append({**told, "loss": 0.2 + 1 / step})
            on_event(self.points[-1])
        if self.waits:
            self.add(RetrainingState.WAITING)
        self._wait(is_given_up, "retraining_stopped")
        on_event({"event": "compared", "done": 3, "of": 9})
        self.known = [one for one in self.known if one.state is not RetrainingState.WAITING]
        self.add(RetrainingState.JUDGED, report(is_better=self.is_better))
        return self.known[-1]

    def add(self, state: RetrainingState, found: dict[str, Any] | None = None) -> None:
        number = len(self.known) + 1
        title = f"anitag small (retrained {number})"
        at = 1_790_000_000.0 + number
        mode = TrainingMode.FULL
        one = Retraining(f"{number:04d}", Path("jobs"), mode, title, state, at, found or {})
        self.known.append(one)

    def accept(self, *, anyway: bool = False) -> SimpleNamespace:
        self._decide(RetrainingState.ACCEPTED, "accept anyway" if anyway else "accept")
        return SimpleNamespace(id="personal/small-retrained-1", title=self.known[-1].title)

    def refuse(self) -> Retraining:
        self._decide(RetrainingState.REFUSED, "refuse")
        return self.known[-1]

    def roll_back(self) -> list[SimpleNamespace]:
        self._decide(RetrainingState.TAKEN_BACK, "back")
        return [SimpleNamespace(id="anitag/small", title="anitag small")]

    def drop(self) -> bool:
        self.done.append("drop")
        self.known.pop()
        return True

    def _wait(self, is_given_up: Callable[[], bool], code: str) -> None:
        """Stand still until it is given up, where that is wanted."""
        while self.waits:
            if is_given_up():
                raise AnitagError(code)
            time.sleep(0.01)

    def _decide(self, state: RetrainingState, word: str) -> None:
        self.done.append(word)
        self.known[-1] = replace(self.known[-1], state=state)
