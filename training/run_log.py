"""What a run writes down of its steps and epochs: JSON lines and CSV, and boards if wanted."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path

from training.boards import Board, Values

STEPS, EPOCHS = "log", "epochs"


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
