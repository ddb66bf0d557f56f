"""Records of trainings that never ran, for tests of the tables."""

from training.experiments.result import Result


def toy_result(
    cell: str, seed: int, outcome: str, *, best: str = "", data: str = "d", study: str = "second"
) -> Result:
    """Return a record whose top-1 is the share of ones in ``outcome``."""
    return Result(
        study=study,
        cell=cell,
        seed=seed,
        measures={"top1": outcome.count("1") / len(outcome) if outcome else 0.0},
        outcome=outcome,
        best=best or "1" * len(outcome),
        command="python -m training train X",
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
    )
