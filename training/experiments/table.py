"""Renders training/RESULTS.md from records; what has no record is named as not run."""

import statistics
from collections import Counter
from collections.abc import Iterator, Sequence

from training.experiments.arguments import command_line
from training.experiments.comparing import Difference, difference, pairs_of
from training.experiments.result import Result
from training.experiments.study import Cell, Study

HEAD = """# Results

Trainings that this project ran itself, as `python -m training experiments table` renders them from
`training/results/*.jsonl` (one record a training, with its whole command, data hashes, versions and
what it said of every test picture). Only what was run stands here; the rest is *not run*.

The networks and pictures are small, because there was only a CPU: these tables say what helps at
that size, not what the published systems reach. Values are means over the seeds, with the lowest
and highest where there are several. CPU time is that of the training alone; ms is the least
processor time of one training step (forward and backward) per picture.

A difference is one of top-1; of tags it is one of R-precision: how many of the k tags of a picture
are among the k that score highest. Its interval is a paired bootstrap of 95 % over seeds and test
pictures; with one seed it says nothing about other seeds.

    python -m training experiments run STUDY --data DATA --out FOLDER --only CELL --seeds N
"""

SHORT = {
    "top1": "top-1",
    "top5": "top-5",
    "f1_macro": "F1 macro",
    "f1_weighted": "F1 weighted",
    "f1_samples": "F1 of pictures at 0.35",
    "f1_samples_best": "at the best threshold",
    "mean_average_precision": "mAP",
    "top1_tags_shown": "top-1, tags shown",
    "tags_guessed": "hidden tags guessed",
    "valid_loss": "loss",
}


def render(studies: Sequence[Study], results: Sequence[Result]) -> str:
    """Return the whole page."""
    lines = [HEAD]
    for study in studies:
        lines += _study(study, of_study(study, results))
    return "\n".join(lines).rstrip() + "\n"


def of_study(study: Study, results: Sequence[Result]) -> list[Result]:
    """Return the records of a study's cells with the settings that they have now."""
    now = {
        (cell.name, seed): command_line(cell, seed) for cell in study.cells for seed in study.seeds
    }
    own = (r for r in results if r.study == study.name)
    return [r for r in own if now.get((r.cell, r.seed)) == r.command]


def _study(study: Study, results: Sequence[Result]) -> Iterator[str]:
    wanted, done = len(study.cells) * len(study.seeds), len(results)
    yield f"## {study.title}\n"
    yield f"{study.about.strip()}\n"
    yield f"Study `{study.name}`: {done} of {wanted} trainings ran.\n"
    if not results:
        return
    yield from _cells(study, results)
    if compared := list(_comparisons(study, results)):
        yield "| compared | test pictures | seeds | difference | 95 % interval |"
        yield "|---|---|---|---|---|"
        yield from compared
        yield ""
    yield from _origins(results)


def _cells(study: Study, results: Sequence[Result]) -> Iterator[str]:
    names = [SHORT.get(name, name) for name in study.measures]
    columns = ["cell", "seeds", *names, "parameters", "ms", "CPU s"]
    yield _row(columns)
    yield _row(["---"] * len(columns))
    for cell in study.cells:
        yield _cell(cell, study, [r for r in results if r.cell == cell.name])
    yield ""


def _cell(cell: Cell, study: Study, own: Sequence[Result]) -> str:
    if not own:
        return _row([cell.name, "*not run*", *[""] * (len(study.measures) + 3)])
    seeds = " ".join(str(seed) for seed in sorted(r.seed for r in own))
    missing = len(study.seeds) - len(own)
    seeds += f" ({missing} not run)" if missing else ""
    values = [_spread([r.measures[name] for r in own]) for name in study.measures]
    step = f"{statistics.median(r.step_ms for r in own):.2f}"
    cpu = f"{statistics.mean(r.cpu for r in own):.0f}"
    return _row([cell.name, seeds, *values, f"{own[0].parameters:,}", step, cpu])


def _spread(values: Sequence[float]) -> str:
    mean = f"{statistics.mean(values):.3f}"
    return mean if len(values) == 1 else f"{mean} ({min(values):.3f} to {max(values):.3f})"


def _comparisons(study: Study, results: Sequence[Result]) -> Iterator[str]:
    measures = study.measures if study.evaluations else ("",)
    for comparison in study.comparisons:
        for of, against in pairs_of(study, comparison):
            rest = [value for value in of.values if value != comparison.of]
            for measure in measures:
                told = ", ".join([*rest, *filter(None, [measure])])
                name = f"{comparison.of} against {comparison.against}: {told}"
                yield _difference(name, difference(of, against, results, measure))


def _difference(name: str, found: Difference | None) -> str:
    if found is None:
        return _row([name, "", "", "*not run*", ""])
    interval = f"{found.low:+.3f} to {found.high:+.3f}"
    return _row([name, str(found.pictures), str(found.seeds), f"{found.mean:+.3f}", interval])


def _origins(results: Sequence[Result]) -> Iterator[str]:
    """Say where the records come from: data, machine, versions, code, time."""
    data = sorted({f"{name} `{sha[:16]}`" for r in results for name, sha in r.data.items()})
    machines = Counter(f"{r.machine}; {_versions(r)}" for r in results)
    codes = Counter(f"`{r.code}`" for r in results)
    hours = sum(r.cpu for r in results) / 3600, sum(r.wall for r in results) / 3600
    yield f"Data (SHA-256, shortened): {', '.join(data)}."
    yield f"Machine: {_counted(machines)}."
    yield f"Code (a plus: changed since): {_counted(codes)}."
    yield f"In all {hours[0]:.2f} hours of processor time, {hours[1]:.2f} of the clock.\n"


def _counted(texts: Counter[str]) -> str:
    """Return texts with how many records each stands for, where there are several."""
    if len(texts) == 1:
        return next(iter(texts))
    return ", ".join(f"{text} ({count})" for text, count in sorted(texts.items()))


def _versions(result: Result) -> str:
    return ", ".join(f"{name} {version}" for name, version in sorted(result.versions.items()))


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
