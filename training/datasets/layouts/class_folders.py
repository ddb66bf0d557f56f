"""A folder for each class, as most classification sets lie, with or without part folders."""

import os
from pathlib import Path

from anitag_desktop.domain.error import AnitagError
from training.config import SourceConfig
from training.datasets.layouts.read_set import Listed, ReadSet, without_missing
from training.datasets.manifest import is_entered, pictures_beneath
from training.datasets.part_names import PARTS
from training.datasets.places import name_in
from training.datasets.sample import LabelledPicture
from training.datasets.text_lines import table_rows

CLEANED = "cleaned.csv"


def read_class_folders(source: SourceConfig) -> ReadSet:
    """Return root/CLASS/* or root/PART/CLASS/*; a ``cleaned.csv`` (name, label) takes over.

    ``cleaned.csv`` is what fastai's cleaner writes: what it does not name was thrown out. The parts
    are those of the folders all the same.
    """
    root = Path(os.path.expandvars(source.path)).expanduser()
    if (root / CLEANED).is_file():
        pictures = _cleaned(root, source)
    else:
        pictures = [
            _picture(file, identity, part, source, root)
            for part, folder in _parts(root)
            for identity, file in _files(folder)
        ]
    return ReadSet(pictures, tuple(sorted({p.identity for p in pictures})))


def _parts(root: Path) -> list[tuple[str, Path]]:
    folders = [folder for folder in sorted(root.iterdir()) if folder.is_dir()]
    found = [(PARTS[f.name.lower()], f) for f in folders if f.name.lower() in PARTS]
    return found or [("", root)]


def _files(folder: Path) -> list[tuple[str, Path]]:
    return [
        (child.name, file)
        for child in sorted(folder.iterdir())
        if child.is_dir() and is_entered(child)
        for file in sorted(pictures_beneath(child))
    ]


def _cleaned(root: Path, source: SourceConfig) -> list[LabelledPicture]:
    parts = {folder.name: part for part, folder in _parts(root) if part}
    table, listed = root / CLEANED, []
    for number, row in table_rows(table):
        name, label = row.get("name"), row.get("label")
        if not (name and label):
            reason = "a row has to have a name and a label"
            raise AnitagError("bad_manifest", path=table, row=number, reason=reason)
        part = parts.get(name.partition("/")[0], "")
        listed.append(Listed(_picture(root / name, label, part, source, root), table, number))
    return without_missing(listed, root).pictures


def _picture(
    file: Path, identity: str, part: str, source: SourceConfig, root: Path
) -> LabelledPicture:
    # Its place, not its name: train/red/1.png and test/red/1.png are two pictures.
    group = f"{source.name}/{name_in(root, file) or file}"
    return LabelledPicture(file, source.name, group, part=part, identity=identity)
