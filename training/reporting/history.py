"""What a run wrote down of its steps and epochs, read again."""

import json
import math
from pathlib import Path
from typing import Any

from anitag_desktop.domain.error import AnitagError

Line = dict[str, Any]
Points = list[tuple[float, float]]


def read_history(run: Path, name: str) -> list[Line]:
    """Return the lines of ``log`` or ``epochs``; none when the run has not got so far.

    A last line that a kill cut short is left out.

    Raises:
        AnitagError: ``bad_checkpoint`` when another line is no JSON object.
    """
    path = run / f"{name}.jsonl"
    lines = path.read_text("utf-8", "replace").splitlines() if path.exists() else []
    found: list[Line] = []
    for number, text in enumerate(lines, 1):
        try:
            line = json.loads(text)
        except ValueError:
            line = None
        if isinstance(line, dict):
            found.append(line)
        elif number < len(lines):
            raise AnitagError(
                "bad_checkpoint", path=path, reason=f"line {number} is no JSON object"
            )
    return found


def points(lines: list[Line], name: str) -> Points:
    """Return (step, value) of every line that has a finite number under a name."""
    pairs = [(number(line, "step"), number(line, name)) for line in lines]
    return [(x, y) for x, y in pairs if math.isfinite(x) and math.isfinite(y)]


def part_of_loss(lines: list[Line], part: str) -> Points:
    """Return a part of the loss by step where it is only a part; nothing where it is all of it.

    What is measured on validation is this part alone, so only it can be compared.
    """
    parts = {name for line in lines for name in line if name.endswith("_loss")}
    return points(lines, f"{part}_loss") if parts - {f"{part}_loss"} else []


def number(line: Line, name: str) -> float:
    """Return a number of a line, NaN where it has none."""
    value = line.get(name)
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if is_number else math.nan  # type: ignore[arg-type]


def best_epoch(run: Path) -> Line | None:
    """Return the last epoch that measured best; None of a run that validated nothing."""
    chosen = [line for line in read_history(run, "epochs") if line.get("is_best")]
    return chosen[-1] if chosen else None
