"""Which cells run in which order, and until when."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from anitag_desktop.domain.error import AnitagError
from training.experiments.running import Place, Stop, is_done, run_cell
from training.experiments.study import Cell, Study, load_study
from training.progress import Progress


@dataclass(frozen=True, slots=True)
class Turn:
    """A cell with one of its seeds."""

    study: Study
    cell: Cell
    seed: int


def turns(studies: Sequence[Study], only: Sequence[str], seeds: Sequence[int]) -> Iterator[Turn]:
    """Yield every cell: the first seed of all studies, then the second; studies take turns.

    ``only`` keeps cells whose names contain one of its texts, ``seeds`` the named seeds.
    """
    known = {seed for study in studies for seed in study.seeds if not seeds or seed in seeds}
    for seed in sorted(known):
        own = [_cells_of(study, seed, only) for study in studies]
        for row in zip_longest(*own):
            yield from (turn for turn in row if turn)


def _cells_of(study: Study, seed: int, only: Sequence[str]) -> list[Turn]:
    cells = study.cells if seed in study.seeds else ()
    return [
        Turn(study, cell, seed)
        for cell in cells
        if not only or any(text in cell.name for text in only)
    ]


def run_turns(wanted: Sequence[Turn], place: Place, stop: Stop, progress: Progress) -> int:
    """Run cells one after the other, each after what it begins with; return how many are left.

    One that fails is told and passed over, with those that begin with it.
    """
    failed = 0
    for number, turn in enumerate(wanted):
        try:
            if not _run_turn(turn, place, stop, progress):
                progress.report("stopped", left=failed + len(wanted) - number)
                return failed + len(wanted) - number
        except AnitagError as error:
            failed += 1
            progress.report("failed", cell=turn.cell.name, seed=turn.seed, reason=str(error))
    return failed


def _run_turn(turn: Turn, place: Place, stop: Stop, progress: Progress) -> bool:
    """Run a cell and before it what it begins with; return False when stopped."""
    return all(
        not stop() and run_cell(t.study, t.cell, t.seed, place, stop, progress)
        for t in [*before(turn), turn]
    )


def left(wanted: Sequence[Turn], place: Place) -> list[Turn]:
    """Return the cells that have no record yet."""
    return [turn for turn in wanted if not is_done(turn.cell, turn.seed, place.out)]


def before(turn: Turn) -> list[Turn]:
    """Return the cells whose weights a cell begins with or learns from, the first one first."""
    return [earlier for path in turn.cell.needs for earlier in _to(path, turn)]


def _to(path: str, turn: Turn) -> list[Turn]:
    """Return the cell of a run that ``turn`` needs, after those that it needs itself."""
    name, _, rest = path.partition("/")
    cell, _, last = rest.rpartition("/")
    if not last.startswith("seed-"):
        reason = f"{turn.cell.name} needs {path}, which is no run"
        raise AnitagError("bad_config", path="experiments", reason=reason)
    study = load_study(name)
    needed = Turn(study, study.cell(cell), int(last.removeprefix("seed-")))
    return [*before(needed), needed]


def until(deadline: float, asked: Stop) -> Stop:
    """Return what tells whether the clock (time.monotonic) passed ``deadline``, or it was asked."""
    return lambda: asked() or time.monotonic() > deadline
