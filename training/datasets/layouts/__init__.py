"""Sets in the layouts of their authors, read as they are."""

import os
from collections.abc import Callable
from pathlib import Path

from anitag_desktop.domain.error import AnitagError
from training.config import SourceConfig
from training.datasets.layouts.class_folders import read_class_folders
from training.datasets.layouts.dafre import read_dafre_faces, read_dafre_full
from training.datasets.layouts.danbooru2020 import read_danbooru2020
from training.datasets.layouts.moeimouto import read_cartoon_face, read_moeimouto
from training.datasets.layouts.read_set import ReadSet
from training.datasets.manifest import read_source

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


def read_set(source: SourceConfig) -> ReadSet:
    """Return one set's pictures and classes, by the layout that its config names.

    Raises:
        AnitagError: ``bad_config`` for a layout that is not known, ``bad_manifest`` with file and
            row for what is wrong in the set, ``no_such_file``, ``no_pictures``.
    """
    if source.layout not in LAYOUTS:
        reason = f"datasets.sources layout {source.layout!r} is none of {', '.join(LAYOUTS)}"
        raise AnitagError("bad_config", path="the config", reason=reason)
    _demand_folder(source)
    found = LAYOUTS[source.layout](source)
    if not found.pictures:
        raise AnitagError("no_pictures", path=source.path)
    return found


def _demand_folder(source: SourceConfig) -> None:
    """Say which variable is not set, where a set's path begins with one."""
    path = os.path.expandvars(source.path)
    if path.startswith("$"):
        variable = path.split("/")[0].strip("${}")
        reason = f"the environment variable {variable} is not set; it names the set's folder"
        raise AnitagError("bad_config", path=f"The set {source.name}", reason=reason)
    if not Path(path).expanduser().exists():
        raise AnitagError("no_such_file", path=path)
