"""What a run writes down of its steps and epochs: JSON lines, CSV, TensorBoard if wanted."""

import csv
import json
from collections.abc import Mapping
from pathlib import Path

STEPS, EPOCHS = "log", "epochs"

Values = Mapping[str, float | int | str]


class RunLog:
    """Appends to log.jsonl, log.csv, epochs.jsonl and epochs.csv in a run's folder."""

    def __init__(self, run: Path, *, tensorboard: bool = False) -> None:
        self._run = run
        self._board = _board(run) if tensorboard else None

    def step(self, values: Values) -> None:
        """Write what a step said."""
        self._append(STEPS, values)

    def epoch(self, values: Values) -> None:
        """Write what an epoch said."""
        self._append(EPOCHS, values)

    def close(self) -> None:
        """Close the event files."""
        if self._board is not None:
            self._board.close()

    def _append(self, name: str, values: Values) -> None:
        with (self._run / f"{name}.jsonl").open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(values) + "\n")
        self._append_row(self._run / f"{name}.csv", values)
        if self._board is not None:
            for key, value in values.items():
                if isinstance(value, (int, float)) and key != "step":
                    self._board.add_scalar(f"{name}/{key}", value, int(values["step"]))

    def _append_row(self, path: Path, values: Values) -> None:
        is_new = not path.exists()
        with path.open("a", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(values))
            if is_new:
                writer.writeheader()
            writer.writerow(values)


def _board(run: Path):  # type: ignore[no-untyped-def]  # noqa: ANN202
    from torch.utils.tensorboard import SummaryWriter

    return SummaryWriter(str(run / "tensorboard"))
