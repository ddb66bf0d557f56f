"""What is done to a picture before it reaches a packaged model, as its manifest declares it.

The app's own code does it (``anitag_desktop.recognition``), so that training, measuring and use
see the same pixels.
"""

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anitag_desktop.recognition.decoding import decode
from anitag_desktop.recognition.fields import Fields
from anitag_desktop.recognition.geometry import limit_for
from anitag_desktop.recognition.operations import Operation, parse_operations
from anitag_desktop.recognition.preprocessing import model_input
from anitag_desktop.recognition.reading import read_file
from training.views.preparation import HALF, Preparation

WHITE = [255, 255, 255]
OWN = Preparation(HALF, HALF, "bicubic", "pad", 1.0)
"""How the networks that the project packages want their pictures."""


def operations(size: int) -> list[dict[str, Any]]:
    """Return the manifest's list of preprocessing steps for a square input of ``size`` pixels."""
    return operations_of(OWN, size)


def operations_of(preparation: Preparation, size: int) -> list[dict[str, Any]]:
    """Return the preprocessing steps that bring a picture to a network as it wants it."""
    kernel = preparation.interpolation
    stretch = {"op": "resize", "mode": "stretch", "size": [size, size], "kernel": kernel}
    shorter = max(size, round(size / preparation.crop))
    geometry: dict[str, list[dict[str, Any]]] = {
        "squish": [stretch],
        "pad": [{"op": "pad_square", "color": WHITE}, stretch],
        "crop": [
            {"op": "resize", "mode": "shorter", "size": [shorter, shorter], "kernel": kernel},
            {"op": "center_crop", "size": [size, size]},
        ],
    }
    return [
        {"op": "exif"},
        {"op": "flatten", "color": WHITE},
        *geometry[preparation.resize],
        {"op": "float", "scale": 1 / 255},
        {"op": "norm", "mean": list(preparation.mean), "std": list(preparation.std)},
        {"op": "channels", "order": "RGB"},
        {"op": "layout", "value": "NCHW"},
    ]


def read_input(path: Path, size: int) -> NDArray[np.float32]:
    """Return a picture file as the model's input, 3 x size x size.

    Raises:
        AnitagError: the file is no picture that the app would read.
    """
    return read_prepared(path, OWN, size)


def read_prepared(path: Path, preparation: Preparation, size: int) -> NDArray[np.float32]:
    """Return a picture file as a network wants it, 3 x size x size, by the app's own code.

    Raises:
        AnitagError: the file is no picture that the app would read.
    """
    return read_with(path, steps_of(preparation, size))


def read_with(path: Path, steps: Sequence[Operation]) -> NDArray[np.float32]:
    """Return a picture file after the steps of a manifest, as the app takes them.

    Raises:
        AnitagError: the file is no picture that the app would read.
    """
    content = read_file(os.fsencode(path)).content
    picture = decode(content, limit=limit_for(steps), is_hashed=False)
    return model_input(picture, steps)


@cache
def steps_of(preparation: Preparation, size: int) -> tuple[Operation, ...]:
    """Return the steps that bring a picture to a network, ready to be taken."""
    steps = operations_of(preparation, size)
    return parse_operations([Fields(step, "a step") for step in steps])
