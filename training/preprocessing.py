"""What is done to a picture before it reaches a packaged model, as its manifest declares it.

The app's own code does it (``anitag_desktop.recognition``), so that training, measuring and use
see the same pixels.
"""

import os
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anitag_desktop.recognition.decoding import decode
from anitag_desktop.recognition.fields import Fields
from anitag_desktop.recognition.operations import Operation, parse_operations
from anitag_desktop.recognition.preprocessing import preprocess
from anitag_desktop.recognition.reading import read_file

WHITE = [255, 255, 255]
HALF = [0.5, 0.5, 0.5]


def operations(size: int) -> list[dict[str, Any]]:
    """Return the manifest's list of preprocessing steps for a square input of ``size`` pixels."""
    return [
        {"op": "exif"},
        {"op": "flatten", "color": WHITE},
        {"op": "pad_square", "color": WHITE},
        {"op": "resize", "mode": "stretch", "size": [size, size], "kernel": "bicubic"},
        {"op": "float", "scale": 1 / 255},
        {"op": "norm", "mean": HALF, "std": HALF},
        {"op": "channels", "order": "RGB"},
        {"op": "layout", "value": "NCHW"},
    ]


def read_input(path: Path, size: int) -> NDArray[np.float32]:
    """Return a picture file as the model's input, 3 x size x size.

    Raises:
        AnitagError: the file is no picture that the app would read.
    """
    picture = decode(read_file(os.fsencode(path)).content)
    return preprocess(picture.image, _parsed(size), picture.extent)


@cache
def _parsed(size: int) -> tuple[Operation, ...]:
    return parse_operations([Fields(step, "a step") for step in operations(size)])
