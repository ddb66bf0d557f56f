"""A checkpoint of the Joint Tagger Project: weights whose name ends with an architecture of timm.

Beside them lies ``tags.json``: names of tags, each with its number. What else there is to know,
the tensors show: a last layer of twice as many rows is a gated one.
"""

import re
from pathlib import Path

from anitag_desktop.recognition.checkpoint import Checkpoint
from anitag_desktop.recognition.fields import Fields, ManifestError
from anitag_desktop.recognition.safetensors_file import read_tensors
from anitag_desktop.recognition.side_files import read_json

TAGS = "tags.json"
GATED_HEAD = "head.linear.weight"

_NAME = re.compile(r"^[\w.-]*-(vit_[a-z0-9_]+_(\d{2,4}))\.safetensors$", re.IGNORECASE)


def is_named(name: str) -> bool:
    """Tell whether a file's name ends with an architecture and the side of its input."""
    return _NAME.match(name) is not None


def read_named(weights: Path) -> Checkpoint:
    """Return what the name, the tags and the tensors of a checkpoint say of its network.

    Raises:
        ManifestError: one of them is missing, wrong or damaged.
    """
    found = _NAME.match(weights.name)
    if found is None:
        raise ManifestError(f"nothing beside {weights.name} says of what shape the network is")
    side = int(found[2])
    return Checkpoint(
        architecture=found[1],
        classes=len(Fields(read_json(weights.parent / TAGS), TAGS).raw),
        size=(side, side),
        is_gated=GATED_HEAD in read_tensors(weights),
    )
