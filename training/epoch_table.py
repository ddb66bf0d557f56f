"""The epochs of a run as fastai prints them, and what the last error rate really says.

A run that learns tags has the F1 of pictures in the place of the error rate.
"""

from pathlib import Path

from anitag_desktop.domain.error import AnitagError
from training.datasets.text_lines import table_rows
from training.measures.interval import wilson

ERRORS, TAGS = "error_rate", "f1_samples"


def epoch_table(run: Path) -> str:
    """Return a table for each phase, and how sure the last error rate is.

    Raises:
        AnitagError: ``no_such_file`` when no epoch was measured yet, ``bad_manifest`` with a row
            that a kill tore.
    """
    path = run / "epochs.csv"
    if not path.exists():
        raise AnitagError("no_such_file", path=path)
    epochs = [row for _, row in table_rows(path, all_cells=True)]
    measure = ERRORS if ERRORS in epochs[0] else TAGS
    header = ("epoch", "train_loss", "valid_loss", measure, "time")
    lines: list[str] = []
    phase, begun, number = "", 0.0, 0
    for epoch in epochs:
        if epoch["phase"] != phase:
            phase, number = epoch["phase"], 0
            lines += ["", phase, "  ".join(f"{name:>10}" for name in header)]
        lines.append(_row(number, epoch, measure, max(0.0, float(epoch["time"]) - begun)))
        begun, number = float(epoch["time"]), number + 1
    return "\n".join(lines[1:] + (["", _certainty(epochs[-1])] if measure == ERRORS else []))


def _row(number: int, epoch: dict[str, str], measure: str, seconds: float) -> str:
    losses = [f"{float(epoch[name]):.6f}" for name in ("train_loss", "valid_loss", measure)]
    clock = f"{int(seconds) // 60:02d}:{int(seconds) % 60:02d}"
    return "  ".join(f"{cell:>10}" for cell in (str(number), *losses, clock))


def _certainty(epoch: dict[str, str]) -> str:
    """Say how many pictures an error rate stands for, which also says why it seems to stick."""
    count = float(epoch["pictures"])
    wrong = round(float(epoch[ERRORS]) * count)
    low, high = wilson(wrong, count)
    return (
        f"{wrong} of {count:.0f} wrong, 95 % interval {100 * low:.1f} to {100 * high:.1f} %; "
        f"one picture is {1 / count:.6f}"
    )
