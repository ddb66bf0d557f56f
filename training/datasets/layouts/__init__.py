"""Sets in the layouts of their authors, read as they are."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from anitag_desktop.domain.error import AnitagError
from training.config import SourceConfig
from training.datasets.decisions import as_decided
from training.datasets.layouts.class_folders import read_class_folders
from training.datasets.layouts.dafre import read_dafre_faces, read_dafre_full
from training.datasets.layouts.danbooru2020 import read_danbooru2020
from training.datasets.layouts.moeimouto import read_cartoon_face, read_moeimouto
from training.datasets.layouts.rated import with_ratings
from training.datasets.layouts.read_set import ReadSet
from training.datasets.manifest import read_source
from training.datasets.split_file import split_as_written
from training.expanding import expanded

Reader = Callable[[SourceConfig], ReadSet]

LAYOUTS: dict[str, Reader] = {
    "manifest": lambda source: ReadSet(read_source(source)),
    "folders": read_class_folders,
    "moeImouto": read_moeimouto,
    "cartoonFace": read_cartoon_face,
    "danbooruFaces": read_dafre_faces,
    "danbooruFull": read_dafre_full,
    "danbooru2020": read_danbooru2020,
}


def read_set(source: SourceConfig, *, with_split: bool = True) -> ReadSet:
    """Return one set's pictures and classes, by the layout that its config names.

    Where ``training set split`` wrote down the parts, they are those, unless the config says that
    the whole set trains or tests; or without ``with_split``. What people decided about pictures
    (``decisions.jsonl``) holds in every layout.

    Raises:
        AnitagError: ``bad_config`` for a layout that is not known, ``bad_manifest`` with file and
            row for what is wrong in the set, ``no_such_file``, ``no_pictures``.
    """
    if source.layout not in LAYOUTS:
        reason = f"datasets.sources layout {source.layout!r} is none of {', '.join(LAYOUTS)}"
        raise AnitagError("bad_config", path="the config", reason=reason)
    path = _existing(source)
    found = LAYOUTS[source.layout](source)
    found = replace(found, pictures=as_decided(found.pictures, path))
    if with_split and source.split not in {"train", "test"}:
        found = replace(found, pictures=split_as_written(found.pictures, path))
    found = with_ratings(found, source.ratings, source.name)
    if not found.pictures:
        raise AnitagError("no_pictures", path=source.path)
    return found


def _existing(source: SourceConfig) -> Path:
    path = expanded(source.path, f"the set {source.name}")
    if not path.exists():
        raise AnitagError("no_such_file", path=path)
    return path
