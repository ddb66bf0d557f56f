"""moeImouto and iCartoonFace as animesion keeps them: data/CLASS/*.png and lists beside it.

These sets have no validation part and animesion chose its checkpoints on the test part; here
validation is cut from the training part.
"""

import os
from pathlib import Path

from training.config import SourceConfig
from training.datasets.layouts.class_lists import CLASSES, read_classes, read_members
from training.datasets.layouts.read_set import ReadSet, without_missing
from training.datasets.sample import LabelledPicture

LISTS = {"train.csv": "", "val.csv": "validation", "test.csv": "test"}


def read_moeimouto(source: SourceConfig) -> ReadSet:
    """Return the pictures of root/data with the parts that train.csv and test.csv say.

    Raises:
        AnitagError: ``no_such_file`` or ``bad_manifest``.
    """
    root = Path(os.path.expandvars(source.path)).expanduser()
    classes = read_classes(root / CLASSES)
    pictures = [
        LabelledPicture(
            root / "data" / file,
            source.name,
            f"{source.name}/{file}",
            part=part,
            identity=identity,
        )
        for name, part in LISTS.items()
        if name != "val.csv" or (root / name).exists()
        for identity, file in read_members(root / name, classes)
    ]
    found = without_missing(pictures, root / "train.csv")
    return ReadSet(found.pictures, classes, found.missing)
