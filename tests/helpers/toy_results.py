"""Records of trainings that never ran, for tests of the tables."""

from training.experiments.arguments import command_line
from training.experiments.result import Result
from training.experiments.study import Study


def toy_result(
    cell: str,
    seed: int,
    outcome: str,
    *,
    best: str = "",
    data: str = "d",
    study: Study | None = None,
    evaluated: dict[str, list[str]] | None = None,
) -> Result:
    """Return a record whose top-1 is the share of ones in ``outcome``; its command is a study's."""
    return Result(
        study="second",
        cell=cell,
        seed=seed,
        measures={"top1": outcome.count("1") / len(outcome) if outcome else 0.0},
        outcome=outcome,
        best=best or "1" * len(outcome),
        command=command_line(study.cell(cell), seed) if study else "python -m training train X",
        code="c0ffee",
        machine="Toy, 1 core",
        data={"toy": data},
        parameters=1234,
        step_ms=1.5,
        steps=4,
        wall=8.0,
        cpu=6.0,
        parts=1,
        begins_with="",
        versions={"torch": "2"},
        evaluated=evaluated or {},
    )
