"""Pictures of which the test model (``models.write_package``) sees exactly one tag each."""

import random
from pathlib import Path

from PIL import Image

SUFFIXES = ("png", "jpg", "webp", "gif", "bmp", "avif", "tiff")
GREEN, BLUE = (0, 255, 0), (0, 0, 255)


def paint(path: Path, seed: int, corner: tuple[int, int, int]) -> Path:
    """Write a picture with a colour in the top right: green is ``1girl``, blue is ``solo``."""
    rng = random.Random(seed)
    image = Image.new("RGB", (64, 64), (10, 10, 10))
    for x in range(0, 32, 8):
        for y in range(0, 64, 8):
            grey = rng.randrange(0, 60)
            image.paste((grey, grey, grey), (x, y, x + 8, y + 8))
    image.paste(corner, (32, 0, 64, 32))
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)
    return path


def paint_many(folder: Path, count: int) -> list[Path]:
    """Write pictures of mixed formats in some folders, every other one green or blue."""
    return [
        paint(
            folder / f"folder {n % 5}" / f"picture {n:03}.{SUFFIXES[n % len(SUFFIXES)]}",
            n,
            GREEN if n % 2 else BLUE,
        )
        for n in range(count)
    ]
