"""moeImouto and iCartoonFace as animesion keeps them: data/CLASS/*.png and lists beside it.

Tags are where LIST_tags.csv has them, which ``generate_tags`` writes.

These sets have no validation part and animesion chose its checkpoints on the test part; here
validation is cut from the training part.
"""

import os
from dataclasses import replace
from pathlib import Path

from training.config import SourceConfig
from training.datasets.layouts.class_folders import read_class_folders
from training.datasets.layouts.class_lists import CLASSES, read_classes
from training.datasets.layouts.listed_pictures import as_read, listed_pictures
from training.datasets.layouts.read_set import ReadSet

DOWNLOADED = "icartoonface_rectrain"
LISTS = {"train.csv": "", "val.csv": "validation", "test.csv": "test"}


def read_cartoon_face(source: SourceConfig) -> ReadSet:
    """Return iCartoonFace: as animesion keeps it, or as its authors give it away.

    The download is icartoonface_rectrain/personai_icartoonface_rectrain_NNNNN/*.jpg, a folder for
    each person; its official test is a retrieval and is not read here.

    Raises:
        AnitagError: ``no_such_file`` or ``bad_manifest``.
    """
    root = Path(os.path.expandvars(source.path)).expanduser()
    if (root / CLASSES).exists() or not (root / DOWNLOADED).is_dir():
        return read_moeimouto(source)
    return read_class_folders(replace(source, path=str(root / DOWNLOADED)))


def read_moeimouto(source: SourceConfig) -> ReadSet:
    """Return the pictures of root/data with the parts and tags that the lists beside it say.

    Raises:
        AnitagError: ``no_such_file`` or ``bad_manifest``.
    """
    root = Path(os.path.expandvars(source.path)).expanduser()
    classes = read_classes(root / CLASSES)
    listed = [
        one
        for name, part in LISTS.items()
        if name != "val.csv" or (root / name).exists()
        for one in listed_pictures(source, root / "data", root / name, classes, part)
    ]
    return as_read(listed, source, root, classes)
