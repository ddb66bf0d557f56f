"""DAF:re: faces/ or fullMin256/ beside labels/, with tags where SPLIT_tags.csv has them."""

import os
from pathlib import Path

from training.config import SourceConfig
from training.datasets.layouts.class_lists import CLASSES, read_classes
from training.datasets.layouts.listed_pictures import as_read, listed_pictures
from training.datasets.layouts.read_set import ReadSet

SPLITS = {"train": "train", "val": "validation", "test": "test"}


def read_dafre_faces(source: SourceConfig) -> ReadSet:
    """Return the face crops (``danbooruFaces``)."""
    return _read(source, "faces")


def read_dafre_full(source: SourceConfig) -> ReadSet:
    """Return the whole pictures (``danbooruFull``)."""
    return _read(source, "fullMin256")


def _read(source: SourceConfig, folder: str) -> ReadSet:
    """Return the pictures of root/FOLDER with the parts of root/labels.

    Raises:
        AnitagError: ``no_such_file`` or ``bad_manifest``.
    """
    root = Path(os.path.expandvars(source.path)).expanduser()
    labels = root / "labels"
    classes = read_classes(labels / CLASSES)
    listed = [
        one
        for split, part in SPLITS.items()
        for one in listed_pictures(source, root / folder, labels / f"{split}.csv", classes, part)
    ]
    return as_read(listed, source, root, classes)
