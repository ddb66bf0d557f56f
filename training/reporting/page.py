"""Writes the report: measures, judges, draws, and fills the page."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from anitag_desktop.domain.error import AnitagError
from training.config import Config
from training.measuring_run import open_task
from training.progress import Progress
from training.reporting import charts
from training.reporting.answers import answers
from training.reporting.filling import filled
from training.reporting.history import part_of_loss, points, read_history
from training.reporting.judging import judge
from training.reporting.pictures import as_uri
from training.reporting.reaching import Row, reached, tags_shown
from training.reporting.verdicts import ClassVerdicts, TagVerdicts
from training.reporting.worst import WorstCase, worst_cases
from training.run_folder import RunFolder
from training.tasks.multimodal import MultimodalTask
from training.tasks.tagging import TaggingTask
from training.tasks.task import Task

PAGE = Path(__file__).with_name("page.html")
WORST = 24
MOST_CONFUSED = 20
MOST_ROWS = 500
"""Longer tables are cut, and the page says so."""

LARGEST_MATRIX = 60
"""With more classes a matrix cannot be read any more; the pairs stand in a table anyway."""

SCORES = {
    "top1": "accuracy",
    "top1_tags_shown": "accuracy, tags shown",
    "f1_macro": "F1 macro",
    "f1_samples": "F1 of pictures, at 0.35",
    "mean_average_precision": "mean average precision",
}
FEW = 2
"""With fewer lines of steps than twice the epochs the epochs' own lines say more."""


def write_report(run: RunFolder, part: str, target: Path, progress: Progress) -> None:
    """Write one HTML file about a run's best weights on a part of its sets.

    Raises:
        AnitagError: ``no_pictures`` when the part is empty, ``cannot_write``.
    """
    config, task = run.config(), open_task(run, progress)
    verdicts = judge(task, part, config)
    worst = worst_cases(task, verdicts.pictures, WORST, config)
    values = {
        "name": config.run.name,
        "task": config.task.name,
        "part": part,
        "pictures": len(verdicts.pictures),
        "facts": _facts(config),
        **_history(run, task, config),
        "calibration": charts.calibration_chart(verdicts.calibration.bins(), "Calibration"),
        "reached": _reached(task, verdicts, part, config),
        "calibration_error": verdicts.calibration.error(),
        "worst": [_case(case) for case in worst],
        **_tables(task, verdicts),
    }
    try:
        target.write_text(filled(PAGE, values), "utf-8")
    except OSError as error:
        raise AnitagError("cannot_write", path=target, reason=error.strerror) from error
    progress.report("written", path=str(target))


def _reached(
    task: Task, verdicts: ClassVerdicts | TagVerdicts, part: str, config: Config
) -> list[Row]:
    """Return the rows; a network that reads tags has the one with the tags hidden first."""
    rows = reached(verdicts, len(_names(task)))
    if not isinstance(task, MultimodalTask):
        return rows
    hidden = [(f"{name}, tags hidden", value, interval) for name, value, interval in rows]
    return [*hidden, tags_shown(task, part, config)]


def _history(run: RunFolder, task: Task, config: Config) -> dict[str, Any]:
    epochs, steps = read_history(run.path, "epochs"), read_history(run.path, "log")
    prior = task.prior_loss(task.collection.training_rows(config.datasets))
    often = len(steps) >= FEW * max(1, len(epochs))
    training = points(steps, "loss") if often else points(epochs, "train_loss")
    compared = part_of_loss(steps, "tags" if config.task.name == "tagging" else "classes")
    losses = {"training": compared or training, "validation": points(epochs, "valid_loss")}
    scores = {shown: points(epochs, name) for name, shown in SCORES.items()}
    rates = {"rate": points(steps if often else epochs, "rate")}
    curves = [
        charts.line_chart(losses, "Loss", prior),
        charts.line_chart(scores, "Accuracy and F1 on validation"),
        charts.line_chart(rates, "Learning rate"),
    ]
    told = answers(epochs, steps, prior, config.run.monitor)
    return {"answers": told, "curves": [curve for curve in curves if curve]}


def _names(task: Task) -> tuple[str, ...]:
    return (
        task.vocabulary.names if isinstance(task, TaggingTask) else tuple(task.collection.classes)
    )


def _tables(task: Task, verdicts: ClassVerdicts | TagVerdicts) -> dict[str, Any]:
    if isinstance(verdicts, TagVerdicts):
        assert isinstance(task, TaggingTask)
        rows = verdicts.by_tag(task.vocabulary.names)
        found = [(n, count, f"{f1:.3f}", f"{ap:.3f}") for n, count, f1, ap in rows]
        return _table(("tag", "pictures", "F1 at 0.5", "average precision"), found)
    names = task.collection.classes
    rates = [(n, count, f"{share:.3f}") for n, count, share in verdicts.by_class(names)]
    chart = ""
    if len(names) <= LARGEST_MATRIX:
        chart = charts.confusion_chart(verdicts.matrix(len(names)), names, "Confusion")
    pairs = verdicts.most_confused(names, MOST_CONFUSED)
    return {
        **_table(("class", "pictures", "accuracy"), rates),
        "confusion": chart,
        "confused": pairs,
    }


def _table(columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> dict[str, Any]:
    return {
        "columns": columns,
        "rows": rows[:MOST_ROWS],
        "rows_left": max(0, len(rows) - MOST_ROWS),
        "confusion": "",
        "confused": [],
    }


def _case(case: WorstCase) -> dict[str, Any]:
    looked = None if case.looked is None else as_uri(case.looked)
    return {
        "verdict": case.verdict,
        "file": case.file,
        "uri": as_uri(case.picture),
        "looked": looked,
    }


def _facts(config: Config) -> Iterable[tuple[str, str]]:
    network, run = config.network, config.run
    return (
        ("backbone", network.backbone),
        ("head", network.head),
        ("picture size", f"{network.size} px"),
        ("loss", config.loss.name if config.task.name == "tagging" else "cross entropy"),
        ("batch", str(run.batch)),
        ("seed", str(run.seed)),
        ("sets", ", ".join(source.name for source in config.datasets.sources)),
    )
