"""The worst pictures of a run as a sheet: what was said, what is true, the loss, how sure."""

from pathlib import Path

from training.measuring_run import open_task
from training.picture_sheet import Captioned, picture_sheet, save_sheet
from training.progress import Progress
from training.reporting.judging import judge
from training.reporting.worst import WorstCase, worst_cases
from training.run_folder import RunFolder

SIDE = 224


def save_top_losses(run: RunFolder, part: str, most: int, target: Path, progress: Progress) -> None:
    """Report the pictures with the largest losses of a part, and save them as a PNG.

    Beside each picture stands, where it is known, what spoke for the answer.

    Raises:
        AnitagError: ``no_pictures`` when the part is empty, ``cannot_write``.
    """
    config, task = run.config(), open_task(run, progress)
    worst = worst_cases(task, judge(task, part, config).pictures, most, config)
    for case in worst:
        verdict = case.verdict
        about = {"loss": verdict.loss, "said": verdict.said, "truth": verdict.truth}
        progress.report("picture", file=case.file, **about)
    cells = [cell for case in worst for cell in _cells(case)]
    together = max(1, len(cells) // max(1, len(worst)))
    save_sheet(picture_sheet(cells, SIDE, together), target)
    progress.report("written", path=str(target))


def _cells(case: WorstCase) -> list[Captioned]:
    verdict = case.verdict
    text = f"said: {verdict.said}\ntrue: {verdict.truth}\nloss {verdict.loss:.3f}"
    cells: list[Captioned] = [(case.picture, text)]
    return cells if case.looked is None else [*cells, (case.looked, "where it looked")]
