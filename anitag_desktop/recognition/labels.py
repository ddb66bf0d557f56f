"""The labels of a model: which tag each slot of its score output stands for."""

from itertools import islice
from pathlib import Path

from anitag_desktop.recognition.fields import ManifestError
from anitag_desktop.recognition.label_line import LabelLine
from anitag_desktop.recognition.label_readers import READERS
from anitag_desktop.recognition.manifest import LabelSpec

COUNT_LIMIT = 500_000


def read_labels(folder: Path, spec: LabelSpec) -> tuple[LabelLine, ...]:
    """Return the labels in the order of the score output.

    Raises:
        ManifestError: the file cannot be read as its manifest says.
    """
    lines = tuple(islice(READERS[spec.type](folder, spec), COUNT_LIMIT + 1))
    if not 0 < len(lines) <= COUNT_LIMIT:
        raise ManifestError(f"{spec.file} holds {len(lines)} labels")
    return lines
