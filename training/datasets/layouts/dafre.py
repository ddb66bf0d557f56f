"""DAF:re: faces/ or fullMin256/ beside labels/, with tags where SPLIT_tags.csv has them."""

import ast
import csv
import os
from pathlib import Path

from anitag_desktop.domain.error import AnitagError
from training.config import SourceConfig
from training.datasets.layouts.class_lists import CLASSES, read_classes, read_members
from training.datasets.layouts.read_set import ReadSet, without_missing
from training.datasets.sample import LabelledPicture
from training.datasets.text_lines import text_lines

SPLITS = {"train": "train", "val": "validation", "test": "test"}
TAGS = "tags_cat0"
LARGEST_CELL = 1 << 20


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
    pictures = []
    for split, part in SPLITS.items():
        captions = _captions(labels / f"{split}_tags.csv")
        for identity, file in read_members(labels / f"{split}.csv", classes):
            caption = captions.get(file, ())
            pictures.append(
                LabelledPicture(
                    root / folder / file,
                    source.name,
                    f"{source.name}/{file}",
                    tags=frozenset(caption),
                    part=part,
                    identity=identity,
                    caption=caption,
                )
            )
    found = without_missing(pictures, labels / "train.csv", root)
    return ReadSet(found.pictures, classes, found.missing)


def _captions(path: Path) -> dict[str, tuple[str, ...]]:
    """Return the tags of each file in their order; nothing when the set has no tags."""
    if not path.exists():
        return {}
    found, reader = {}, csv.DictReader(text_lines(path))
    for row in reader:
        if not row.get("dir"):
            reason = "there is no picture in the column dir"
            raise AnitagError("bad_manifest", path=path, row=reader.line_num, reason=reason)
        found[row["dir"]] = _tags(row, path, reader.line_num)
    return found


def _tags(row: dict[str, str], path: Path, number: int) -> tuple[str, ...]:
    """Return the tags of a cell: a Python list as text, which is read and never run."""
    cell = row.get(TAGS) or "[]"
    try:
        if len(cell) > LARGEST_CELL:
            raise ValueError
        tags = ast.literal_eval(cell)
        if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
            raise ValueError
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        reason = f"{TAGS} is not a list of tags"
        raise AnitagError("bad_manifest", path=path, row=number, reason=reason) from None
    return tuple(dict.fromkeys(stripped for tag in tags if (stripped := tag.strip())))
