"""The record of one finished training: a JSON that the tables are made from."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from anitag_desktop.domain.error import AnitagError


@dataclass(frozen=True, slots=True)
class Result:
    """What one cell measured with one seed.

    ``outcome`` has a digit for each test picture and ``best`` the highest that it could be (see
    ``outcome``); ``data`` is the hash of each set; ``wall`` and ``cpu`` are seconds of the training
    alone, added up over ``parts`` calls; ``step_ms`` is the processor time of one training step
    (forward and backward, without loading) per picture. ``evaluated`` has the outcome and the best
    of each measure on another set.
    """

    study: str
    cell: str
    seed: int
    measures: dict[str, float]
    outcome: str
    best: str
    command: str
    code: str
    machine: str
    data: dict[str, str]
    parameters: int
    step_ms: float
    steps: int
    wall: float
    cpu: float
    parts: int
    begins_with: str
    versions: dict[str, str]
    evaluated: dict[str, list[str]] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str, int]:
        """Study, cell and seed."""
        return self.study, self.cell, self.seed


def result_path(out: Path, study: str, cell: str, seed: int) -> Path:
    """Return where the record of a cell lies, finished or not."""
    return out / "results" / study / cell / f"seed-{seed}.json"


def write_result(path: Path, result: Result) -> None:
    """Write a record; a reader sees all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    staging = path.with_suffix(".tmp")
    staging.write_text(as_line(result) + "\n", "utf-8")
    staging.replace(path)


def as_line(result: Result) -> str:
    """Return a record as JSON; of a study that measures on no other sets without a word of them."""
    values = asdict(result)
    if not result.evaluated:
        del values["evaluated"]
    return json.dumps(values, ensure_ascii=False)


def read_result(text: str, path: Path) -> Result:
    """Read a record.

    Raises:
        AnitagError: ``bad_checkpoint`` when the text is no such record.
    """
    try:
        values: dict[str, Any] = json.loads(text)
        values.setdefault("evaluated", {})
        return Result(**{known.name: values[known.name] for known in fields(Result)})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise AnitagError("bad_checkpoint", path=path, reason=repr(error)) from error


def found_results(out: Path) -> list[Result]:
    """Return every record beneath the folder of the experiments."""
    paths = sorted((out / "results").rglob("seed-*.json"))
    return [read_result(path.read_text("utf-8"), path) for path in paths]


def read_gathered(folder: Path) -> list[Result]:
    """Return the records of the gathered ``STUDY.jsonl`` files."""
    return [
        read_result(line, path)
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]


def gather(results: Iterable[Result], folder: Path) -> int:
    """Write records to one ``STUDY.jsonl`` each, a later one over an earlier one of its cell."""
    latest = {result.key: result for result in results}
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.jsonl"):
        path.unlink()
    for study in sorted({name for name, _, _ in latest}):
        own = [latest[key] for key in sorted(latest) if key[0] == study]
        lines = map(as_line, own)
        (folder / f"{study}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    return len(latest)
