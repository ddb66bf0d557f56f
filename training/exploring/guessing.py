"""Tells by what lies in a folder which layout it has, also of those that nothing is learnt from."""

from itertools import islice
from pathlib import Path

from training.datasets.layouts import guessing
from training.datasets.layouts.class_folders import CLEANED
from training.datasets.manifest import is_picture_name, pictures_beneath
from training.datasets.text_lines import list_rows
from training.evaluation.labelled_set import ARCHIVE
from training.exploring.measured_sets import MEASURED_COLUMNS


def guess_layout(path: Path) -> str:
    """Return the layout of a folder or a manifest: one of training's, ``measured`` or ``bare``."""
    layout = guessing.guess_layout(path)
    if layout == "manifest" and path.is_dir() and _is_measured(path):
        return "measured"
    is_plain = layout == "folders" and not (path / CLEANED).is_file()
    return "bare" if is_plain and _is_loose(path) else layout


def _is_measured(path: Path) -> bool:
    """Tell whether it is a set of ``evaluate``: a zip, or columns that manifests do not have."""
    if (path / ARCHIVE).is_file():
        return True
    labels = path / "labels.csv"
    if not labels.is_file():
        return False
    _, header = next(list_rows(labels), (0, []))
    return any(column in header for column in MEASURED_COLUMNS)


def _is_loose(path: Path) -> bool:
    """Tell whether pictures lie in the folder itself, and no more of them in its folders."""
    loose = sum(is_picture_name(child.name) for child in path.iterdir())
    # These are the loose ones, and as many others as are needed to tell.
    every = sum(1 for _ in islice(pictures_beneath(path), 2 * loose + 1))
    return loose > 0 and every <= 2 * loose
