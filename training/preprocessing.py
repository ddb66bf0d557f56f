"""What is done to a picture before it reaches a packaged model, as the manifest declares it."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

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
    """Return a picture file as the model's input, 3 x size x size."""
    with Image.open(path) as opened:
        image = ImageOps.exif_transpose(opened).convert("RGBA")
    side = max(image.size)
    canvas = Image.new("RGBA", (side, side), (*WHITE, 255))
    canvas.alpha_composite(image, ((side - image.width) // 2, (side - image.height) // 2))
    pixels = canvas.convert("RGB").resize((size, size), Image.Resampling.BICUBIC)
    values = np.asarray(pixels, np.float32) / np.float32(255)
    return np.ascontiguousarray(((values - 0.5) / 0.5).transpose(2, 0, 1))
