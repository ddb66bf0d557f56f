"""Tells by what lies in a folder which layout it has."""

import csv
import os
from collections.abc import Iterator
from pathlib import Path

from training.datasets.layouts.class_folders import CLEANED
from training.datasets.layouts.class_lists import CLASSES
from training.datasets.layouts.danbooru2020 import METADATA
from training.datasets.layouts.moeimouto import DOWNLOADED
from training.datasets.manifest import MANIFESTS, PICTURE_SUFFIXES
from training.evaluation.labelled_set import ARCHIVE
from training.exploring.measured_sets import MEASURED_COLUMNS

LOOKED_AT = 200
"""So many pictures tell whether captions lie beside them."""


def guess_layout(path: Path) -> str:
    """Return the layout of a folder or a manifest: one of training's, ``measured`` or ``bare``."""
    if path.is_file():
        return "manifest"
    if any((path / name).is_file() for name in MANIFESTS):
        return "measured" if _is_measured(path) else "manifest"
    if (path / "labels" / CLASSES).is_file():
        return "danbooruFaces" if (path / "faces").is_dir() else "danbooruFull"
    if (path / DOWNLOADED).is_dir():
        return "cartoonFace"
    if (path / CLASSES).is_file():
        return "moeImouto"
    if (path / METADATA).is_dir():
        return "danbooru2020"
    return "folders" if (path / CLEANED).is_file() else _by_pictures(path)


def _is_measured(path: Path) -> bool:
    """Tell whether it is a set of ``evaluate``: a zip, or columns that manifests do not have."""
    if (path / ARCHIVE).is_file():
        return True
    labels = path / "labels.csv"
    if not labels.is_file():
        return False
    with labels.open(encoding="utf-8", errors="replace", newline="") as stream:
        header = next(csv.reader(stream), [])
    return any(column in header for column in MEASURED_COLUMNS)


def _by_pictures(path: Path) -> str:
    found = list(_first_pictures(path))
    if any(_has_caption(picture) for picture in found):
        return "manifest"
    return "bare" if any(picture.parent == path for picture in found) else "folders"


def _first_pictures(path: Path) -> Iterator[Path]:
    count = 0
    for folder, _, names in os.walk(path):
        for name in sorted(names):
            if Path(name).suffix.lower() in PICTURE_SUFFIXES:
                yield Path(folder, name)
                count += 1
            if count >= LOOKED_AT:
                return


def _has_caption(picture: Path) -> bool:
    beside = (picture.with_suffix(".txt"), picture.with_name(f"{picture.name}.txt"))
    return any(caption.is_file() for caption in beside)
