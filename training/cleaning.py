"""Throws pictures out of a set of class folders, or gives them another class: cleaned.csv.

What fastai's ImageCleaner does after its top losses. No picture is deleted, and what was decided
before stays decided.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from anitag_desktop.domain.error import AnitagError
from training.config import SourceConfig
from training.datasets.layouts.class_folders import CLEANED, read_class_folders
from training.datasets.sample import LabelledPicture


def clean(root: Path, dropped: Sequence[Path], labels: Mapping[Path, str]) -> tuple[int, int]:
    """Write root/cleaned.csv (name, label); return how many pictures are kept and thrown out.

    Raises:
        AnitagError: ``no_such_file`` for a folder or picture that is not in the set,
            ``bad_config`` for a class that no picture has, ``cannot_write``.
    """
    if not root.is_dir():
        raise AnitagError("no_such_file", path=root)
    found = read_class_folders(SourceConfig("set", str(root), layout="folders"))
    known = {picture.path.resolve(): picture for picture in found.pictures}
    gone = {_known(path, known) for path in dropped}
    for path, label in labels.items():
        if label not in found.classes:
            reason = f"{label} is no class of this set; its classes are {', '.join(found.classes)}"
            raise AnitagError("bad_config", path=root, reason=reason)
        own = _known(path, known)
        known[own] = replace(known[own], identity=label)
    kept = [picture for path, picture in known.items() if path not in gone]
    _write(root, kept)
    return len(kept), len(gone)


def _known(path: Path, known: Mapping[Path, LabelledPicture]) -> Path:
    if path.resolve() not in known:
        raise AnitagError("no_such_file", path=f"{path} in the set")
    return path.resolve()


def _write(root: Path, pictures: Sequence[LabelledPicture]) -> None:
    """Write the table; a reader sees the old one or the new one."""
    staging = root / f".tmp-{CLEANED}"
    try:
        with staging.open("w", encoding="utf-8", newline="") as stream:
            rows = csv.writer(stream)
            rows.writerow(("name", "label"))
            rows.writerows((p.path.relative_to(root).as_posix(), p.identity) for p in pictures)
        staging.replace(root / CLEANED)
    except OSError as error:
        raise AnitagError("cannot_write", path=root / CLEANED, reason=error.strerror) from error
