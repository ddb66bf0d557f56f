"""What a run writes down of its steps and epochs: JSON lines and CSV, and boards if wanted."""

import csv
import io
import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path

from training.boards import Board, Values

STEPS, EPOCHS = "log", "epochs"
STEP, TIME = "step", "time"


class RunLog:
    """Appends to log.jsonl, log.csv, epochs.jsonl and epochs.csv in a run's folder."""

    def __init__(self, run: Path, boards: Sequence[Board] = ()) -> None:
        self._run = run
        self._boards = boards

    def step(self, values: Values) -> None:
        """Write what a step said."""
        self._append(STEPS, values)

    def epoch(self, values: Values) -> None:
        """Write what an epoch said."""
        self._append(EPOCHS, values)

    def cut(self, step: int) -> float:
        """Leave out what was written after a step, which a resumed run does again.

        Returns:
            The seconds that the last epoch left names; 0 when there is none.
        """
        for name in (STEPS, EPOCHS):
            _keep(self._run / f"{name}.jsonl", lambda line: _step_of_line(line) <= step)
            path = self._run / f"{name}.csv"
            if path.exists():
                _keep_rows(path, step)
        for board in self._boards:
            board.cut(step)
        return _last_time(self._run / f"{EPOCHS}.csv")

    def close(self) -> None:
        """Close the boards."""
        for board in self._boards:
            board.close()

    def _append(self, name: str, values: Values) -> None:
        with (self._run / f"{name}.jsonl").open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(values) + "\n")
        self._append_row(self._run / f"{name}.csv", values)
        for board in self._boards:
            board.add(name, values)

    def _append_row(self, path: Path, values: Values) -> None:
        is_new = not path.exists()
        with path.open("a", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(values))
            if is_new:
                writer.writeheader()
            writer.writerow(values)


def _keep(path: Path, is_kept: Callable[[str], bool]) -> None:
    if not path.exists():
        return
    lines = path.read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if line.endswith("\n") and is_kept(line)]
    if kept != lines:
        _replace(path, "".join(kept))


def _step_of_line(line: str) -> float:
    try:
        return float(json.loads(line)[STEP])
    except (ValueError, KeyError, TypeError):
        return math.inf


def _keep_rows(path: Path, step: int) -> None:
    """Keep the whole rows of a table up to a step; one that a kill tore is not whole."""
    header, *rows = _rows(path) or [[]]
    whole = [dict(zip(header, row, strict=True)) for row in rows if len(row) == len(header)]
    kept = [row for row in whole if _number(row.get(STEP, "")) <= step]
    if not kept:
        path.unlink()
    elif len(kept) < len(rows):
        held = io.StringIO(newline="")
        csv.writer(held).writerows([header, *(row.values() for row in kept)])
        _replace(path, held.getvalue())


def _last_time(path: Path) -> float:
    rows = _rows(path) if path.exists() else []
    return _number(rows[-1][rows[0].index(TIME)]) if len(rows) > 1 and TIME in rows[0] else 0.0


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return [row for row in csv.reader(stream) if row]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.inf


def _replace(path: Path, text: str) -> None:
    staging = path.with_name(f".tmp-{path.name}")
    with staging.open("w", encoding="utf-8", newline="") as stream:
        stream.write(text)
    staging.replace(path)
